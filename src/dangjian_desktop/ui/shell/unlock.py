"""The page that asks for a file, a name and a password, and shows the other ways in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ...base.errors import UserError
from .. import theme
from ..widgets.labels import PushButton, button, label, rule
from ..widgets.password_field import PasswordField

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office
    from dangjian_desktop.services.office.recent import RecentFile

    from ..widgets.job import JobRunner
    from .gateway import Gateway

SHOWN_FILES = 5


class FileRow(PushButton):
    """A file opened before: its name, and where it lies."""

    def __init__(self, name: str, path: Path, exists: bool) -> None:
        super().__init__()
        self.path = path
        self.setProperty("role", "row")
        self.setCheckable(True)
        self.setAccessibleName(name)
        px = theme.current().px
        self.setMinimumHeight(px(56))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(14), px(8), px(14), px(8))
        box.setSpacing(px(2))
        title = label(name)
        title.setFont(theme.current().font(14, bold=True))
        place = label(_short(str(path.parent)) if exists else "文件不在原来的位置", "small" if exists else "warning")
        for line in (title, place):
            box.addWidget(line)


class UnlockPage(QWidget):
    """Asks for the password of a file; `opened(office)` when it is open.

    `wanted(what)` asks the start window for another way in: `new`, `open`, `restore`, `sample`.
    """

    opened = Signal(object)
    wanted = Signal(str)
    changed = Signal()

    def __init__(self, gateway: Gateway, runner: Callable[[], JobRunner]) -> None:
        super().__init__()
        self._gateway, self._runner = gateway, runner
        self.path: Path | None = None
        self._by_key = False
        self._only_account = False
        self._rows: list[FileRow] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_left())
        row.addWidget(rule(upright=True))
        self._row = row
        self._form: QWidget | None = None
        self._welcome: QWidget | None = None

    # What the start window calls

    def show_files(self, chosen: Path | None = None, account: str = "") -> None:
        """List the files opened before and choose one; without any, show the welcome."""
        files = self._gateway.recent_files()
        for old in self._rows:
            old.deleteLater()
        self._rows = []
        for place, item in enumerate(files[:SHOWN_FILES]):
            made = FileRow(item.name, item.path, item.exists)
            made.clicked.connect(lambda _checked=False, f=item: self._chosen(f))
            self._rows.append(made)
            self._files.insertWidget(place, made)
        self._recent.setVisible(bool(files))
        listed = next((item for item in files if item.path == chosen), None)
        if chosen is not None and listed is None:
            self.choose(chosen, chosen.stem, account)
        elif listed is not None or files:
            first = listed or next((item for item in files if item.exists), files[0])
            self.choose(first.path, first.name, account or first.account)
        else:
            self._show_welcome()

    def choose(self, path: Path, name: str, account: str = "") -> None:
        """Show the form for a file; the sample street is opened as it is, since nobody needs a password for it."""
        self.path = path
        self._show_form()
        for made in self._rows:
            made.setChecked(made.path == path)
        self.name.setText(name)
        self.place.setText(str(path))
        self.account.setText(account)
        self._only_account = False
        self._account_row.setVisible(False)
        self._use_key(False)
        self.say("")
        self.password.clear()
        self.password.setFocus()

    def _chosen(self, file: RecentFile) -> None:
        self.choose(file.path, file.name, file.account)
        if self._gateway.is_the_sample(file.path) and file.exists:
            self.wanted.emit("sample")

    def ask_account(self) -> None:
        """Find out in the background whether this file needs a name typed."""
        path = self.path
        if path is None:
            return
        self.password.add_eye()
        self._runner().fetch(
            lambda: self._gateway.account_needed(path),
            lambda needed: self._show_account(needed) if path == self.path else None,
            failed=lambda _error: None,
            owner=self,
        )

    def sign_in(self, *, take_over: bool = False) -> None:
        """Open the file with what was typed; the key derivation runs off the window's thread."""
        path, secret = self.path, self.password.text()
        if path is not None and not secret and path.exists() and self._gateway.is_the_sample(path):
            self.wanted.emit("sample")
            return
        if path is None or not secret or not self.go.isEnabled():
            return
        self._busy(True)
        # Until it is known that the file has only one account, the name remembered for it counts.
        account = "" if self._only_account else self.account.text().strip()
        by_key = self._by_key

        def work() -> Office:
            return self._gateway.open(
                path,
                account=account,
                password=None if by_key else secret,
                recovery_key=secret if by_key else None,
                take_over=take_over,
            )

        self._runner().fetch(work, self._done, failed=self._failed, owner=self, writes=True)

    def say(self, text: str) -> None:
        """Show why the file did not open."""
        if self._form is None:
            return
        self.fault.setText(text)
        self.fault.setVisible(bool(text))
        self.more.setVisible(False)

    # Building: only what is shown, since each part costs time before the first paint

    def _show_form(self) -> None:
        if self._form is None:
            self._form = self._build_form()
            self._row.addWidget(self._form, 1)
        if self._welcome is not None:
            self._welcome.hide()
        self._form.show()
        self._show_links(True)

    def _show_welcome(self) -> None:
        if self._welcome is None:
            self._welcome = self._build_welcome()
            self._row.addWidget(self._welcome, 1)
        if self._form is not None:
            self._form.hide()
        self._welcome.show()
        # The welcome offers the same four ways at large.
        self._show_links(False)

    def _show_links(self, shown: bool) -> None:
        for link in self._links:
            link.setVisible(shown)

    def _build_left(self) -> QWidget:
        px = theme.current().px
        left = QWidget()
        left.setObjectName("desk")
        left.setFixedWidth(px(304))
        box = QVBoxLayout(left)
        box.setContentsMargins(px(24), px(28), px(24), px(20))
        box.setSpacing(px(8))
        title = label("党建工作台", "display")
        box.addWidget(title)
        mark = QWidget()
        mark.setFixedSize(px(40), px(3))
        mark.setAutoFillBackground(True)
        look = mark.palette()
        look.setColor(mark.backgroundRole(), theme.current().colour("accent_fill"))
        mark.setPalette(look)
        box.addWidget(mark)
        box.addSpacing(px(16))
        self._recent = label("最近打开", "small")
        box.addWidget(self._recent)
        self._files = QVBoxLayout()
        self._files.setSpacing(px(8))
        box.addLayout(self._files)
        box.addStretch(1)
        self._links: list[QPushButton] = []
        for words, what in (
            ("新建街道", "new"),
            ("打开其他文件", "open"),
            ("从备份恢复", "restore"),
            ("看示例街道", "sample"),
        ):
            made = button(words, role="link")
            made.clicked.connect(lambda _checked=False, wish=what: self.wanted.emit(wish))
            box.addLayout(_at_left(made))
            self._links.append(made)
        return left

    def _build_form(self) -> QWidget:
        px = theme.current().px
        page = QWidget()
        page.setObjectName("paper")
        box = QVBoxLayout(page)
        box.setContentsMargins(px(56), px(28), px(56), px(24))
        box.setSpacing(px(8))
        box.addStretch(2)
        self.name = label("", "title", wrap=True)
        self.place = label("", "small", wrap=True)
        box.addWidget(self.name)
        box.addWidget(self.place)
        box.addSpacing(px(16))
        self._account_row = QWidget()
        inner = QVBoxLayout(self._account_row)
        inner.setContentsMargins(0, 0, 0, px(4))
        inner.setSpacing(px(4))
        inner.addWidget(label("账户", "soft"))
        self.account = QLineEdit()
        self.account.setAccessibleName("账户")
        inner.addWidget(self.account)
        box.addWidget(self._account_row)
        self._secret = label("密码", "soft")
        box.addWidget(self._secret)
        self.password = PasswordField(eye=False, name="密码")
        self.account.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)
        self.password.textChanged.connect(lambda _text: self.say(""))
        box.addWidget(self.password)
        self.fault = label("", "error", wrap=True)
        self.fault.setVisible(False)
        box.addWidget(self.fault)
        self.more = button("", role="link")
        self.more.clicked.connect(lambda _checked=False: self._more())
        self.more.setVisible(False)
        box.addLayout(_at_left(self.more))
        box.addSpacing(px(8))
        row = QHBoxLayout()
        self.go = button("打开", self.sign_in, role="primary")
        self.go.setMinimumWidth(px(112))
        row.addWidget(self.go)
        row.addStretch(1)
        self.key = button("忘记密码，用恢复密钥打开", lambda: self._use_key(not self._by_key), role="link")
        row.addWidget(self.key)
        box.addLayout(row)
        box.addStretch(3)
        return page

    def _build_welcome(self) -> QWidget:
        px = theme.current().px
        page = QWidget()
        page.setObjectName("paper")
        box = QVBoxLayout(page)
        box.setContentsMargins(px(56), px(28), px(56), px(24))
        box.setSpacing(px(10))
        box.addStretch(2)
        box.addWidget(label("第一次使用", "title"))
        box.addWidget(label("数据只存在这台电脑上，加密保存，不联网。", "soft", wrap=True))
        box.addSpacing(px(12))
        ways = (
            ("new", "新建街道", "四小步建好，再导入一份花名册"),
            ("open", "打开已有的数据文件", "同事交给您的，或 U 盘里的 .djd 文件"),
            ("restore", "从备份恢复", "换了新电脑，或原来的文件坏了"),
            ("sample", "先看看示例街道", "两千多名虚构党员，随便试"),
        )
        for what, words, detail in ways:
            made = WayRow(words, detail)
            made.clicked.connect(lambda _checked=False, wish=what: self.wanted.emit(wish))
            box.addWidget(made)
        box.addStretch(3)
        return page

    # Reacting

    def _show_account(self, needed: bool) -> None:
        self._only_account = not needed
        self._account_row.setVisible(needed)
        if needed and not self.account.text():
            self.account.setFocus()

    def _use_key(self, by_key: bool) -> None:
        self._by_key = by_key
        self._secret.setText("恢复密钥（打印在纸上的九组字符）" if by_key else "密码")
        self.password.show_plain(by_key)
        self.key.setText("改用密码打开" if by_key else "忘记密码，用恢复密钥打开")
        self.password.clear()
        self.password.setFocus()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.go.setText("正在打开…" if busy else "打开")
        self.password.setReadOnly(busy)

    def _done(self, office: object) -> None:
        self._busy(False)
        self.password.clear()
        self.opened.emit(office)

    def _failed(self, error: Exception) -> None:
        from ..widgets.dialogs import three_lines

        self._busy(False)
        happened, _effect, advice = three_lines(error)
        self.say(f"{happened}{advice}")
        self._code = error.code if isinstance(error, UserError) else ""
        words = {"locked": "那台电脑确已关机，仍要打开", "keys_missing": "用恢复密钥打开", "damaged": "从备份恢复"}
        self.more.setText(words.get(self._code, ""))
        self.more.setVisible(self._code in words)
        self.password.setFocus()
        self.password.selectAll()

    def _more(self) -> None:
        if self._code == "locked":
            self.sign_in(take_over=True)
        elif self._code == "keys_missing":
            self._use_key(True)
        else:
            self.wanted.emit("restore")


class WayRow(PushButton):
    """A way to begin: words and what they mean."""

    def __init__(self, words: str, detail: str) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.setAccessibleName(words)
        px = theme.current().px
        self.setMinimumHeight(px(56))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(14), px(7), px(14), px(7))
        box.setSpacing(0)
        title = label(words)
        title.setFont(theme.current().font(14, bold=True))
        for line in (title, label(detail, "small")):
            box.addWidget(line)


def _at_left(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(widget)
    row.addStretch(1)
    return row


def _short(path: str, room: int = 34) -> str:
    # A Chinese character takes the room of two others.
    wide = sum(ord(letter) > 0x2E7F for letter in path)
    if len(path) + wide <= room:
        return path
    kept = max(8, room - 11 - min(wide, room // 3))
    return f"{path[:10]}…{path[-kept:]}"
