"""The strip of attachments under a form: dropped or chosen, seen as small pictures, opened, saved, taken off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QDropEvent, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListView, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.permissions import EXPORT, WRITE
from dangjian_desktop.services.reports.request import ReportRequest

from ...base.progress import Progress
from .. import theme
from ..shell.context import PageContext
from ..widgets.allowed import allowed
from ..widgets.file_kinds import OPEN_EVIDENCE
from ..widgets.icons import icon, pixmap
from ..widgets.labels import button, label, tool
from ..widgets.pdf_preview import pages_of
from .attaching import NO_BALLOTS, AttachingDialog, files_of, size_words, told_of

if TYPE_CHECKING:
    from dangjian_desktop.services.records.attachments import Attached, AttachedFile
    from dangjian_desktop.services.reports.previewing import Preview

_FACE, _CELL, _TALL, _LOW = QSize(84, 56), QSize(136, 120), 126, 560
_KEPT_FACES = 80
_KEY = Qt.ItemDataRole.UserRole
_DROPS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class AttachmentStrip(QWidget):
    """The files of one record; hidden pictures of certificates open with a reason, ballots are never taken."""

    def __init__(self, context: PageContext, kind: str, unsaved: str, *, sheet: str = "") -> None:
        """`unsaved` says that the record has to be kept first; `sheet` is the report that prints it, if any."""
        super().__init__()
        self.context, self.kind, self.unsaved = context, kind, unsaved
        self.record, self._sheet = "", sheet
        self.files: list[AttachedFile] = []
        self._faces: dict[str, QPixmap] = {}
        self._token = 0
        self._low = False
        self._folded: bool | None = None  # as the person has it; else by room and content
        self._build()
        self.show_nothing()

    # What the form around it calls

    def show_for(self, record: str) -> None:
        """Show the files of a kept record, of one that is not kept yet none."""
        if not record:
            self.show_nothing()
        if record != self.record:
            self._put([], 0)
        self.record = record
        self.refresh()

    def show_nothing(self) -> None:
        """A record that is not kept yet: nothing can be attached to it."""
        self.record = ""
        self._token += 1
        self._put([], 0)

    def refresh(self) -> None:
        """Fetch the files again."""
        if not self.record:
            return
        from dangjian_desktop.services.records import attachments

        self._token += 1
        office, kind, record = self.context.office, self.kind, self.record
        self.context.runner.fetch(
            lambda: (attachments.listed(office, kind, record), attachments.unseen(office, kind, record)),
            partial(self._take, self._token),
            failed=lambda _error: self._put([], 0),
            owner=self,
        )

    def watch(self, form: QWidget) -> None:
        """Take what is dropped anywhere on the form, its fields included, and fold where the form is low."""
        for widget in (form, *form.findChildren(QWidget)):
            widget.installEventFilter(self)
        form.setAcceptDrops(True)
        self._form = form

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files dropped on the form are attached; texts go where they were dropped."""
        if event.type() in _DROPS and isinstance(event, QDropEvent):
            paths = files_of(event)
            if paths and self._may:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                if event.type() == QEvent.Type.Drop:
                    self.add(paths)
                return True
        if event.type() == QEvent.Type.Resize and watched is getattr(self, "_form", None):
            low = self._form.height() < theme.current().px(_LOW)
            if low != self._low:
                self._low = low
                self._arrange()
        return super().eventFilter(watched, event)

    # What the person does

    def choose(self) -> None:
        """Choose files to attach, several at once."""
        self.add(self.context.dialogs.open_files("选择要附的照片、扫描件或PDF", OPEN_EVIDENCE))

    def add(self, paths: Sequence[Path]) -> None:
        """Ask which of the files show certificates, and attach them as one operation."""
        if not paths:
            return
        if not self.record:
            self.context.dialogs.message(self.unsaved, "文件没有附上。")
            return
        dialog = AttachingDialog(paths)
        accepted = self.context.dialogs.run(dialog)
        files = dialog.answer()
        dialog.deleteLater()
        if not accepted:
            return
        from dangjian_desktop.services.records import attachments

        office, kind, record = self.context.office, self.kind, self.record
        self.context.runner.start(
            f"附上{len(files)}个文件",
            lambda progress: attachments.attach_all(office, kind, record, files, progress=progress),
            self._attached,
            failed=self.context.dialogs.error,
            owner=self,
        )

    def open(self, file: AttachedFile) -> None:
        """Show a file in the program's own preview; what it cannot show is offered to be saved."""
        from dangjian_desktop.services.records.attached_pictures import can_be_shown

        if not can_be_shown(file):
            if self.context.dialogs.confirm(f"“{file.title}”要另存以后用别的软件打开。", yes="另存…"):
                self.save(file)
            return
        self._look([file], f"打开{file.title}")

    def print_all(self) -> None:
        """Show all pictures and PDFs as pages to print; those that show certificates are left out."""
        from dangjian_desktop.services.records.attached_pictures import can_be_shown

        shown = [file for file in self.files if can_be_shown(file) and not file.restricted]
        if shown and self._sheet:
            options = (("with", "这一条的内容，附件作为附页"), ("alone", "只打印附件"))
            chosen = self.context.dialogs.choose("打印什么？", options, "含证件的附件不一并打印。")
            if chosen == "with":
                self._look_behind_sheet()
            elif chosen:
                self._look(shown, "打印附件")
        elif shown:
            self._look(shown, "打印附件")
        else:
            self.context.dialogs.message(
                "这里没有可以一并打印的照片或PDF。", "", "含证件的请逐个打开，写明用途再打印。"
            )

    def save(self, file: AttachedFile) -> None:
        """Write a file to disk in the clear."""
        reason = self._reason(file)
        suffix = f"*.{file.type}" if file.type else "*"
        path = (
            self.context.dialogs.save_file("另存附件", file.title, f"附件 ({suffix})") if reason is not None else None
        )
        if path is None:
            return
        from dangjian_desktop.services.records import attachments

        office, kind, record = self.context.office, self.kind, self.record
        self.context.runner.fetch(
            lambda: attachments.save_copy(office, kind, record, file.key, path, reason=reason or ""),
            lambda made: self.context.shell.done(f"已另存为“{made.name}”", undo=False),
            failed=self.context.dialogs.error,
            owner=self,
        )

    def take_off(self, file: AttachedFile) -> None:
        """Take a file off; undo brings it back."""
        from dangjian_desktop.services.records import attachments

        if not self._may:
            return
        office, kind, record = self.context.office, self.kind, self.record
        self.context.runner.fetch(
            lambda: attachments.detach(office, kind, record, file.key),
            lambda _saved: self._told(f"已取下附件“{file.title}”"),
            failed=self.context.dialogs.error,
            owner=self,
            writes=True,
        )

    # Building

    def _build(self) -> None:
        px = theme.current().px
        actor = self.context.office.actor
        self._may = actor.may(WRITE, self.kind)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(6), px(16), px(6))
        box.setSpacing(px(4))
        head = QHBoxLayout()
        head.setSpacing(px(6))
        self.fold = tool("chevron-down", "收起或展开附件", self._fold)
        head.addWidget(self.fold)
        self.title = label("附件", "heading")
        head.addWidget(self.title)
        head.addStretch(1)
        self.print_button = button("打印附件…", self.print_all, role="link", tip="把照片和PDF作为附页打印")
        head.addWidget(self.print_button)
        self.add_button = allowed(
            button("加附件…", self.choose, icon_name="plus", tip="照片、扫描件、PDF，可以一次选几个"),
            actor,
            WRITE,
            self.kind,
        )
        head.addWidget(self.add_button)
        box.addLayout(head)
        self.hint = label("", "small", wrap=True)
        box.addWidget(self.hint)
        box.addWidget(self._build_list())

    def _build_list(self) -> QListWidget:
        px = theme.current().px
        made = self.list = QListWidget()
        made.setAccessibleName("附件")
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setMovement(QListView.Movement.Static)
        made.setFlow(QListView.Flow.LeftToRight)
        made.setWrapping(False)
        made.setIconSize(QSize(px(_FACE.width()), px(_FACE.height())))
        made.setGridSize(QSize(px(_CELL.width()), px(_CELL.height())))
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        made.setFixedHeight(px(_TALL) + made.horizontalScrollBar().sizeHint().height())
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(self._menu)
        made.itemActivated.connect(lambda item: self.open(self._file(item)))
        made.installEventFilter(_Keys(self))
        return made

    # Showing

    def _take(self, token: int, found: tuple[list[AttachedFile], int]) -> None:
        if token == self._token:
            self._put(*found)

    def _put(self, files: list[AttachedFile], unseen: int) -> None:
        self.files = files
        at, room = self.list.currentRow(), theme.current().px(_CELL.width() - 12)
        self.list.clear()
        for file in files:
            name = self.list.fontMetrics().elidedText(file.title, Qt.TextElideMode.ElideMiddle, room)
            item = QListWidgetItem(self._icon(file), f"{name}\n{size_words(file.size)}　{file.at[5:10]}")
            item.setData(_KEY, file.key)
            item.setToolTip(told_of(file))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told_of(file).replace("\n", "，"))
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(at, 0), len(files) - 1))
        self.title.setText(f"附件 {len(files)} 个" if files else "附件")
        hidden = f"另有 {unseen} 个含证件的附件，您的账户看不到。" if unseen else ""
        drop = f"照片、扫描件、PDF 可以直接拖到表单上。{NO_BALLOTS}" if self._may else "还没有附件。"
        self.hint.setText(hidden or ("" if files else drop if self.record else self.unsaved))
        self._arrange()

    def _arrange(self) -> None:
        """Pictures where there is room for them; the line above them stays."""
        folded = self._low if self._folded is None else self._folded
        self.list.setVisible(bool(self.files) and not folded)
        self.fold.setVisible(bool(self.files))
        self.fold.setIcon(icon("chevron-right" if folded else "chevron-down", "ink_soft", 18))
        self.hint.setVisible(bool(self.hint.text()) and (bool(self.files) or not self._low))
        self.print_button.setVisible(bool(self.files))
        self.add_button.setEnabled(self._may and bool(self.record))

    def _fold(self) -> None:
        self._folded = self.list.isVisible()
        self._arrange()

    def _icon(self, file: AttachedFile) -> QIcon:
        if file.restricted:
            return QIcon(self._framed(pixmap("lock", "amber", 32, self.devicePixelRatioF())))
        face = self._faces.get(file.key)
        if face is not None:
            return QIcon(face)
        self._fetch_face(file)
        return QIcon(self._framed(pixmap("file", "ink_soft", 32, self.devicePixelRatioF())))

    def _framed(self, picture: QPixmap) -> QPixmap:
        """A picture in the middle of a frame that all have alike, so that names stand in one line."""
        ratio = self.devicePixelRatioF()
        size = self.list.iconSize()
        made = QPixmap(size * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(theme.current().colour("paper"))
        painter = QPainter(made)
        side = picture.deviceIndependentSize()
        painter.drawPixmap(
            round((size.width() - side.width()) / 2), round((size.height() - side.height()) / 2), picture
        )
        painter.setPen(theme.current().colour("line"))
        painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
        painter.end()
        return made

    def _fetch_face(self, file: AttachedFile) -> None:
        from dangjian_desktop.services.records import attached_pictures

        office, kind, record, token = self.context.office, self.kind, self.record, self._token
        side = self.list.iconSize() * self.devicePixelRatioF()

        def draw() -> QImage | None:
            content = attached_pictures.face(office, kind, record, file)
            whole = QImage.fromData(content) if content else None
            smooth = Qt.TransformationMode.SmoothTransformation
            return whole.scaled(side, Qt.AspectRatioMode.KeepAspectRatio, smooth) if whole else None

        # A file that is broken keeps the plain sign; opening it says why.
        self.context.runner.fetch(
            draw, partial(self._put_face, token, file.key), failed=lambda _error: None, owner=self
        )

    def _put_face(self, token: int, key: str, drawn: QImage | None) -> None:
        if drawn is None or drawn.isNull():
            return
        while len(self._faces) >= _KEPT_FACES:
            self._faces.pop(next(iter(self._faces)))
        plain = QPixmap.fromImage(drawn)
        plain.setDevicePixelRatio(self.devicePixelRatioF())
        face = self._faces[key] = self._framed(plain)
        if token == self._token:
            for row in range(self.list.count()):
                item = self.list.item(row)
                if item.data(_KEY) == key:
                    item.setIcon(QIcon(face))

    # Acting

    def _file(self, item: QListWidgetItem) -> AttachedFile:
        return next(file for file in self.files if file.key == item.data(_KEY))

    def _menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at) or self.list.currentItem()
        if item is None:
            return
        file, actor = self._file(item), self.context.office.actor
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("打开").triggered.connect(lambda: self.open(file))
        copy = menu.addAction("另存…")
        copy.triggered.connect(lambda: self.save(file))
        copy.setEnabled(actor.may(EXPORT, self.kind))
        off = menu.addAction("取下")
        off.triggered.connect(lambda: self.take_off(file))
        off.setEnabled(self._may)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _reason(self, file: AttachedFile) -> str | None:
        """Why a file that shows certificates is opened; empty where it needs none, None when it was left."""
        return self.context.dialogs.reason(f"含证件的附件“{file.title}”") if file.restricted else ""

    def _look(self, files: Sequence[AttachedFile], title: str) -> None:
        reason = self._reason(files[0])
        if reason is None:
            return
        office, kind, record = self.context.office, self.kind, self.record

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import attached_papers

            return attached_papers.look(office, kind, record, files, reason=reason, progress=progress)

        self.context.runner.start(
            title,
            draw,
            lambda made: self.context.shell.preview(pages_of(made)),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    def _look_behind_sheet(self) -> None:
        """The record's own paper with its attachments behind it."""
        office, asked = self.context.office, ReportRequest(self._sheet, record=self.record, pictures=True)

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import previewing

            return previewing.preview(office, asked, progress=progress)

        self.context.runner.start(
            "打印这一条和附件",
            draw,
            lambda made: self.context.shell.preview(pages_of(made)),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    def _attached(self, made: Attached) -> None:
        if made.titles:
            self._told(f"已附上 {len(made.titles)} 个文件")
        if made.refused:
            lines = "\n".join(f"{error.message}{error.advice}" for error in made.refused)
            self.context.dialogs.message(f"有 {len(made.refused)} 个文件没有附上。", "", lines, level="warning")

    def _told(self, words: str) -> None:
        self._folded = False if self._folded is None else self._folded
        self.context.shell.done(words)
        self.refresh()


class _Keys(QObject):
    """Delete takes the chosen file off."""

    def __init__(self, strip: AttachmentStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 (the contract's signature)
        strip = self._strip
        item = strip.list.currentItem()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and item is not None:
            if event.key() == Qt.Key.Key_Delete:
                strip.take_off(strip._file(item))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                strip.open(strip._file(item))
                return True
        return False
