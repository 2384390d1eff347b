"""The words of one paper being edited: text, figures beside it, a look at the finished pages, saving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dangjian_desktop.domain.figures.word_template import Piece, figure_source
from dangjian_desktop.services.reports.request import ReportRequest

from .... import theme
from ....records.drafts import tell_kept
from ....shell.context import PageContext
from ....widgets.labels import button, label, rule, tool
from ....widgets.page_parts import menu_button
from ....widgets.pdf_preview import PageCanvas, PdfPages
from ..behind import BehindFigure
from .edit import WordsEdit
from .faces import face_of, meaning_of
from .panel import Panel

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.reports.word_editing import WordsForEditing

    from .....base.progress import Progress

_LEVELS = ("正文", "一级标题", "二级标题", "三级标题", "四级标题")
_LINE = re.compile(r"第(\d+)行：")
_TO_FILL = "〔请填写：〕"
_TEXT, _PAGES = range(2)


class WordsEditor(QWidget):
    """Edits the template of one paper; `left` when the person goes back to the report.

    What was typed and not saved is kept as a draft of this file on this PC.
    """

    left = Signal()

    def __init__(
        self, context: PageContext, name: str, title: str, *, period: str | None = None, on: date | None = None
    ) -> None:
        super().__init__()
        self.context, self.name, self.title = context, name, title
        self.scope, self.period, self.on = context.shell.scope(), period, on
        self.words: WordsForEditing | None = None
        self._from_draft = False
        self._behind: BehindFigure | None = None
        self._build()
        self._fetch(keep_text=False)

    # What the person does

    def save(self) -> None:
        """Make this the office's own text, or say in one sentence why it cannot be."""
        if self.words is None:
            return
        office, name, text = self.context.office, self.name, self.edit.source()

        def write() -> list[str]:
            from dangjian_desktop.services.reports import word_editing

            return word_editing.save(office, name, text)

        self.context.runner.fetch(write, self._saved, failed=self.context.dialogs.error, owner=self, writes=True)

    def restore(self) -> None:
        """Put the shipped text in place of this one; Ctrl+Z takes it back, saving makes it hold."""
        if self.words is not None:
            self.edit.replace_all(self.words.shipped)
            self.edit.setFocus()
            self._say_state()

    def look(self) -> None:
        """Show the pages that this text makes now, without saving it."""
        if self.words is None:
            return
        office, name, scope, text = self.context.office, self.name, self.scope, self.edit.source()
        period, on = self.period, self.on

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import previewing

            asked = ReportRequest(name, scope, period, on, words=text)
            return previewing.preview(office, asked, progress=progress)

        self.context.runner.start(
            f"看《{self.title}》的样子", draw, self._show_pages, failed=self._refused, owner=self, writes=False
        )

    def back_to_text(self) -> None:
        """From the finished pages to the text."""
        self.stack.setCurrentIndex(_TEXT)
        self._say_state()
        self.edit.setFocus()

    def leave(self) -> None:
        """Back: from the pages or a list to the text, from the text to the report; the draft is kept."""
        if self._behind is not None:
            self._drop_behind()
            self.edit.setFocus()
        elif self.stack.currentIndex() == _PAGES:
            self.back_to_text()
        else:
            self.keep_draft()
            self.left.emit()

    def find_figure(self) -> None:
        """Go to the search of figures."""
        self.panel.picker.search.setFocus()
        self.panel.picker.search.selectAll()

    def keep_draft(self) -> None:
        """Keep what is not saved for the next time."""
        if self.words is None:
            return
        if self.edit.document().isModified():
            self.context.shell.remember(self._draft, self.edit.source())
            tell_kept(self.context.shell, f"《{self.title}》的文字")
        elif self.context.shell.remembered(self._draft):
            self.context.shell.remember(self._draft, None)

    def figures_moved(self, scope: str | None) -> None:
        """Records or the chosen part of the tree changed: chips say the new numbers, the text stays."""
        self.scope = scope
        self._fetch(keep_text=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes one step back from wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    # Building

    def _build(self) -> None:
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._build_head())
        box.addWidget(rule())
        self.stack = QStackedWidget()
        self.edit = WordsEdit(lambda piece: face_of(piece, self.words), lambda piece: meaning_of(piece, self.words))
        self.panel = Panel()
        text = QWidget()
        row = QHBoxLayout(text)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(self._build_text(), 1)
        row.addWidget(rule(upright=True))
        row.addWidget(self.panel)
        self.stack.addWidget(text)
        self.canvas = PageCanvas(self.context.runner)
        self.stack.addWidget(self.canvas)
        box.addWidget(self.stack, 1)
        self.edit.at_chip.connect(self._at_chip)
        self.edit.left.connect(self.leave)
        self.edit.document().modificationChanged.connect(lambda _changed: self._say_state())
        self.edit.textChanged.connect(self._forget_fault)
        self.panel.picker.chosen.connect(lambda key: self.edit.insert_piece(figure_source(key)))
        self.panel.picker.only_where.connect(self.edit.only_where)
        self.panel.detail.rewrite.connect(self.edit.replace_chip)
        self.panel.detail.remove.connect(self.edit.remove_chip)
        self.panel.detail.behind.connect(self._show_behind)
        self.setTabOrder(self.edit, self.panel.detail)
        self.edit.setEnabled(False)
        self.edit.setMinimumWidth(px(220))
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.find_figure, context=within)

    def _build_head(self) -> QHBoxLayout:
        px = theme.current().px
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(8), px(12), px(8))
        head.setSpacing(px(8))
        head.addWidget(tool("chevron-left", "返回报表（Esc，没保存的留作草稿）", self.leave))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(f"改文字：{self.title}", "heading"))
        self.state = label("", "small")
        words.addWidget(self.state)
        head.addLayout(words)
        head.addStretch(1)
        self.restore_button = button("恢复原文", self.restore, tip="换成程序自带的文字，保存后才算数")
        self.look_button = button("看成稿", self._toggle_look, tip="看印出来的样子，不用先保存（Ctrl+P）")
        self.save_button = button("保存", self.save, role="primary", tip="以后这份文书都用这份文字（Ctrl+S）")
        for each in (self.restore_button, self.look_button, self.save_button):
            head.addWidget(each)
        return head

    def _build_text(self) -> QVBoxLayout:
        px = theme.current().px
        column = QVBoxLayout()
        column.setContentsMargins(px(12), px(8), px(12), px(8))
        column.setSpacing(px(6))
        bar = QHBoxLayout()
        bar.setSpacing(px(8))
        self.level = QComboBox()
        self.level.addItems(_LEVELS)
        self.level.setAccessibleName("这一段是正文还是标题")
        self.level.activated.connect(self.edit.set_level)
        bar.addWidget(self.level)
        bar.addWidget(button("留空待填", self._leave_blank, tip="放一处“〔请填写：〕”，印出来提醒写的人"))
        self.tables_box = QHBoxLayout()
        bar.addLayout(self.tables_box)
        bar.addStretch(1)
        column.addLayout(bar)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        column.addWidget(self.fault)
        column.addWidget(self.edit, 1)
        self.foot = label("", "small", wrap=True)
        column.addWidget(self.foot)
        return column

    # Filling

    @property
    def _draft(self) -> str:
        return f"words.draft.{self.name}"

    def _fetch(self, *, keep_text: bool) -> None:
        office, name, scope, period, on = self.context.office, self.name, self.scope, self.period, self.on

        def read() -> WordsForEditing:
            from dangjian_desktop.services.reports import word_editing

            return word_editing.for_editing(office, name, scope=scope, period=period, on=on)

        self.context.runner.fetch(
            read, lambda words: self._take(words, keep_text), failed=self.context.dialogs.error, owner=self
        )

    def _take(self, words: WordsForEditing, keep_text: bool) -> None:
        self.words = words
        self.panel.picker.put(words.figures, words.labels)
        self.foot.setText(
            f"方框里是现在的数：{words.facts['单位']}，{words.facts['期间']}，截至{words.facts['统计日']}。"
            "文字所有单位共用，数字各是各的。"
        )
        if keep_text:
            self.edit.redraw()
            self.panel.detail.show_piece(self.edit.piece_at(), words)
            self._say_state()
            return
        draft = self.context.shell.remembered(self._draft)
        self.edit.put(words.text)
        if isinstance(draft, str) and draft.strip() and draft.strip() != words.text.strip():
            # As a change of the saved text: one Ctrl+Z drops the draft.
            self.edit.replace_all(draft)
            self._from_draft = True
        self._offer_tables()
        self.edit.setEnabled(True)
        self.edit.setFocus()
        self._say_state()

    def _offer_tables(self) -> None:
        if self.words is None or not self.words.tables or self.tables_box.count():
            return
        names = [(name, _placer(self.edit, name)) for name in self.words.tables]
        self.tables_box.addWidget(menu_button("放一张表", names))

    def _say_state(self) -> None:
        if self.words is None:
            return
        changed = self.edit.document().isModified()
        kept = "本单位的文字" if self.words.own else "程序自带的文字"
        again = "（接着上次的，Ctrl+Z 退回）" if self._from_draft else ""
        self.state.setText(f"{kept}，有改动没有保存{again}" if changed else kept)
        self.save_button.setEnabled(changed)
        pages = self.stack.currentIndex() == _PAGES
        self.look_button.setText("回到文字" if pages else "看成稿")
        level = self.edit.level()
        self.level.setCurrentIndex(min(level, len(_LEVELS) - 1))

    def _at_chip(self, piece: Piece | None) -> None:
        self.panel.detail.show_piece(piece, self.words)
        self.level.setCurrentIndex(min(self.edit.level(), len(_LEVELS) - 1))

    def _leave_blank(self) -> None:
        self.edit.insert_piece(_TO_FILL)
        cursor = self.edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.Left)
        self.edit.setTextCursor(cursor)

    # After saving and looking

    def _saved(self, wrong: list[str]) -> None:
        if wrong:
            self._tell_fault(wrong)
            return
        self._from_draft = False
        self.edit.document().setModified(False)
        self.context.shell.remember(self._draft, None)
        self.context.shell.done(f"已保存，以后《{self.title}》都用这份文字", undo=False)
        self._fetch(keep_text=True)

    def _tell_fault(self, wrong: list[str]) -> None:
        """The first fault in one sentence, and the caret at its line."""
        more = f"（另有{len(wrong) - 1}处）" if len(wrong) > 1 else ""
        self.back_to_text()
        line = _LINE.match(wrong[0])
        told = wrong[0]
        if line:
            self.edit.mark_line(int(line[1]))
            told = f"光标这一段：{told[line.end() :]}"
        self.fault.setText(f"× 没有保存。{told}{more}")
        self.fault.show()
        # The sentence takes its room only now.
        QTimer.singleShot(0, self.edit, self.edit.ensureCursorVisible)

    def _forget_fault(self) -> None:
        self.fault.hide()
        self.edit.setExtraSelections([])

    def _refused(self, error: Exception) -> None:
        """The pages cannot be made: where the text is at fault, it is told as when saving."""
        from ....widgets.dialogs import three_lines

        if getattr(error, "code", "") == "template_faults":
            self._tell_fault([three_lines(error)[0]])
        else:
            self.context.dialogs.error(error)

    def _toggle_look(self) -> None:
        if self.stack.currentIndex() == _PAGES:
            self.back_to_text()
        else:
            self.look()

    def _show_pages(self, made: Preview) -> None:
        self.stack.setCurrentIndex(_PAGES)
        self.canvas.put(PdfPages(made.sizes, made.render_page, made.title))
        self.canvas.fit_width()
        self.canvas.setFocus()
        self._say_state()

    def _show_behind(self, figure: FigureValue) -> None:
        self._drop_behind()
        self._behind = BehindFigure(self.context, figure, back="返回文字")
        self._behind.left.connect(self.leave)
        self.stack.addWidget(self._behind)
        self.stack.setCurrentWidget(self._behind)

    def _drop_behind(self) -> None:
        if self._behind is not None:
            self.stack.removeWidget(self._behind)
            self._behind.deleteLater()
            self._behind = None
            self.stack.setCurrentIndex(_TEXT)


def _placer(edit: WordsEdit, name: str) -> Callable[[], None]:
    return lambda: edit.place_table(name)
