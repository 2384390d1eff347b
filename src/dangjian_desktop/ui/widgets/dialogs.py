"""Every question to the person goes through one service, so that tests can answer and pages stay plain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ...base.errors import UserError
from .. import theme
from .file_kinds import ALL_FILES, SAVE_TEXT
from .icons import pixmap
from .labels import button, label
from .password_field import PasswordField


class DialogService(Protocol):
    """What pages may ask. Every answer of None or False means: the person left it."""

    def message(self, happened: str, effect: str = "", advice: str = "", *, level: str = "info") -> None:
        """Say something in three lines: what happened, what it means for the data, what to do."""
        ...

    def error(self, error: BaseException) -> None:
        """Show an error by its three lines; anything but a `UserError` is shown as a fault of the program."""
        ...

    def confirm(self, question: str, detail: str = "", *, yes: str = "确定", danger: bool = False) -> bool:
        """Ask yes or no; `yes` names what will be done.

        `danger` says that it deletes, clears, replaces, undoes or ends something: Enter then leaves all as it is.
        """
        ...

    def choose(
        self, question: str, options: Sequence[tuple[str, str]], detail: str = "", *, danger: bool = False
    ) -> str | None:
        """Let one of (key, label) be chosen; with `danger` leaving is what Enter does."""
        ...

    def ask(self, question: str, value: str = "", *, detail: str = "", secret: bool = False) -> str | None:
        """Ask for one line of text."""
        ...

    def reason(self, what: str) -> str | None:
        """Ask why something masked is to be shown or exported; never returns an empty reason."""
        ...

    def open_file(self, title: str, filters: str = ALL_FILES) -> Path | None:
        """Choose a file that exists."""
        ...

    def open_files(self, title: str, filters: str = ALL_FILES) -> list[Path]:
        """Choose one or more files that exist; none where the person left it."""
        ...

    def save_file(self, title: str, name: str = "", filters: str = ALL_FILES) -> Path | None:
        """Choose where to write; the person has agreed to overwrite."""
        ...

    def folder(self, title: str) -> Path | None:
        """Choose a folder."""
        ...

    def run(self, dialog: QDialog) -> bool:
        """Show a page's own dialog and wait for it."""
        ...


class MessageDialog(QDialog):
    """A plain dialog with a mark, up to three lines, an optional field and worded buttons."""

    def __init__(self, parent: QWidget | None, happened: str, effect: str = "", advice: str = "", *, level: str = ""):
        super().__init__(parent)
        self.setWindowTitle("党建工作台")
        self.setMinimumWidth(theme.current().px(420))
        self.setMaximumWidth(theme.current().px(560))
        self.answer: str | None = None
        px = theme.current().px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(24), px(20), px(24), px(16))
        outer.setSpacing(px(16))
        row = QHBoxLayout()
        row.setSpacing(px(14))
        if level:
            row.addWidget(_mark(level), 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(8))
        self.body.addWidget(label(happened, "heading", wrap=True))
        for line in (effect, advice):
            if line:
                self.body.addWidget(label(line, "soft", wrap=True))
        row.addLayout(self.body, 1)
        outer.addLayout(row)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(px(8))
        self.buttons.addStretch(1)
        outer.addLayout(self.buttons)

    def add(self, widget: QWidget) -> None:
        """Put a field under the lines."""
        self.body.addWidget(widget)

    def add_button(self, text: str, answer: str | None, *, role: str = "", default: bool = False) -> None:
        """Add a button that ends the dialog with `answer`; None leaves it."""
        made = button(text, lambda: self._end(answer), role=role)
        made.setDefault(default)
        made.setAutoDefault(default)
        self.buttons.addWidget(made)
        if default:
            made.setFocus()

    def _end(self, answer: str | None) -> None:
        self.answer = answer
        self.done(0 if answer is None else 1)


def _mark(level: str) -> QLabel:
    made = QLabel()
    name = {"error": "error", "warning": "warning", "good": "good"}.get(level, "info")
    colour = {"error": "danger", "warning": "amber", "good": "good"}.get(level, "ink_soft")
    made.setPixmap(pixmap(name, colour, 28, 2.0))
    return made


class WindowDialogs:
    """The dialog service of the real window; modal to `parent`.

    `report` keeps a report file of an unforeseen error and returns its place.
    """

    def __init__(
        self, parent: QWidget | None = None, report: Callable[[BaseException], Path | None] = lambda _error: None
    ) -> None:
        self._parent = parent
        self._report = report

    def message(self, happened: str, effect: str = "", advice: str = "", *, level: str = "info") -> None:
        """Say something in three lines."""
        dialog = MessageDialog(self._parent, happened, effect, advice, level=level)
        dialog.add_button("知道了", "ok", role="primary", default=True)
        dialog.exec()

    def error(self, error: BaseException) -> None:
        """Show an error by its three lines; an unforeseen one leaves a report that can be saved."""
        if isinstance(error, UserError | MemoryError):
            self.message(*three_lines(error), level="error")
        else:
            self.fault(error, self._report(error))

    def fault(self, error: BaseException, report: Path | None) -> None:
        """Show an error of the program itself and offer its report, which holds no names or ID numbers."""
        dialog = MessageDialog(self._parent, *three_lines(error), level="error")
        if report is not None:
            dialog.add_button("保存故障报告…", "save")
        dialog.add_button("继续", None, role="primary", default=True)
        dialog.exec()
        if dialog.answer and report is not None:
            target = self.save_file("保存故障报告", report.name, SAVE_TEXT)
            if target is not None:
                try:
                    target.write_bytes(report.read_bytes())
                except OSError:
                    self.message("故障报告没有存成。", "", f"它在这里：{report}", level="error")

    def confirm(self, question: str, detail: str = "", *, yes: str = "确定", danger: bool = False) -> bool:
        """Ask yes or no."""
        dialog = MessageDialog(self._parent, question, detail, level="warning" if danger else "")
        dialog.add_button("取消", None, default=danger)
        dialog.add_button(yes, "yes", role="danger" if danger else "primary", default=not danger)
        dialog.exec()
        return dialog.answer == "yes"

    def choose(
        self, question: str, options: Sequence[tuple[str, str]], detail: str = "", *, danger: bool = False
    ) -> str | None:
        """Let one of (key, label) be chosen; with `danger` leaving is what Enter does."""
        dialog = MessageDialog(self._parent, question, detail, level="warning" if danger else "")
        for key, text in options:
            dialog.add(button(text, _ender(dialog, key), role="row"))
        dialog.add_button("取消", None, default=danger)
        dialog.exec()
        return dialog.answer

    def ask(self, question: str, value: str = "", *, detail: str = "", secret: bool = False) -> str | None:
        """Ask for one line of text."""
        dialog = MessageDialog(self._parent, question, detail)
        field = PasswordField(name=question) if secret else QLineEdit(value)
        field.setAccessibleName(question)
        dialog.add(field)
        dialog.add_button("取消", None)
        dialog.add_button("确定", "ok", role="primary", default=True)
        field.setFocus()
        dialog.exec()
        return field.text().strip() if dialog.answer else None

    def reason(self, what: str) -> str | None:
        """Ask why something masked is to be shown or exported."""
        dialog = MessageDialog(self._parent, f"{what}：请写明用途", "用途、时间和您的账户会记入查看记录。")
        field = QPlainTextEdit()
        field.setAccessibleName("用途")
        field.setPlaceholderText("如：核对组织关系转接介绍信")
        field.setTabChangesFocus(True)
        field.setFixedHeight(theme.current().px(64))
        dialog.add(field)
        dialog.add_button("取消", None)
        dialog.add_button("显示", "ok", role="primary")
        shown = dialog.buttons.itemAt(dialog.buttons.count() - 1).widget()
        assert shown is not None
        shown.setEnabled(False)
        field.textChanged.connect(lambda: shown.setEnabled(bool(field.toPlainText().strip())))
        field.setFocus()
        dialog.exec()
        return field.toPlainText().strip() if dialog.answer else None

    def open_file(self, title: str, filters: str = ALL_FILES) -> Path | None:
        """Choose a file that exists."""
        # The words of a filter say enough; its endings in both spellings would fill the line.
        hidden = QFileDialog.Option.HideNameFilterDetails
        name, _filter = QFileDialog.getOpenFileName(self._parent, title, _place(""), filters, options=hidden)
        return _kept(name)

    def open_files(self, title: str, filters: str = ALL_FILES) -> list[Path]:
        """Choose one or more files that exist."""
        hidden = QFileDialog.Option.HideNameFilterDetails
        names, _filter = QFileDialog.getOpenFileNames(self._parent, title, _place(""), filters, options=hidden)
        return [path for name in names if (path := _kept(name)) is not None]

    def save_file(self, title: str, name: str = "", filters: str = ALL_FILES) -> Path | None:
        """Choose where to write."""
        chosen, _filter = QFileDialog.getSaveFileName(self._parent, title, _place(name), filters)
        return _kept(chosen)

    def folder(self, title: str) -> Path | None:
        """Choose a folder."""
        name = QFileDialog.getExistingDirectory(self._parent, title, _place(""))
        return _kept(name)

    def run(self, dialog: QDialog) -> bool:
        """Show a page's own dialog and wait for it."""
        return dialog.exec() == QDialog.DialogCode.Accepted


# Without this a file dialog opens where the program lies, and a report saved in a hurry is lost among its parts.
_last_folder: list[Path] = []


def _place(name: str) -> str:
    """Where a file dialog starts: beside the file chosen last, before that in the person's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = next((f for f in [*_last_folder, Path(documents or Path.home())] if f.is_dir()), Path.home())
    return str(folder / name)


def _kept(chosen: str) -> Path | None:
    if not chosen:
        return None
    path = Path(chosen)
    _last_folder[:] = [path if path.is_dir() else path.parent]
    return path


def _ender(dialog: MessageDialog, key: str) -> Callable[[], None]:
    return lambda: dialog._end(key)


def three_lines(error: BaseException) -> tuple[str, str, str]:
    """What happened, what it means for the data, what to do; no English and no traceback."""
    if isinstance(error, UserError):
        return error.message, error.effect, error.advice
    if isinstance(error, MemoryError):
        return "内存不够，这一步没有做完。", "数据没有改动。", "请关闭其他程序后再试。"
    return (
        "程序出了意外，这一步没有做完。",
        "没有做完的改动已经退回，已保存的数据不受影响。",
        "请再试一次；仍不行时，请把故障报告（不含姓名和证件号码）交给维护人员。",
    )
