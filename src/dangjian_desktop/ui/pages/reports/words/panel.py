"""Beside the text: the figures to put in, and what the chip at the caret means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.figures.figure_text import figure_text, ways_to_write
from dangjian_desktop.domain.figures.word_template import Piece, PieceKind, figure_source

from .... import theme
from ....widgets.labels import button, label, rule
from ....widgets.lookups import Choice, matches
from ....widgets.search_field import make_clearable
from .faces import face_of, meaning_of

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue
    from dangjian_desktop.services.reports.word_editing import WordsForEditing

WIDTH = 248
_KEY = Qt.ItemDataRole.UserRole
_WITH_FIGURE = (PieceKind.FIGURE, PieceKind.WHEN, PieceKind.WHEN_LINE)


class FigurePicker(QWidget):
    """A searchable list of figures; `chosen(key)` on Enter or a double click, `only_where(key)` from its button."""

    chosen = Signal(str)
    only_where = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[tuple[Choice, FigureValue]] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        self.search = QLineEdit()
        self.search.setPlaceholderText("找统计数：名称或拼音首字母")
        self.search.setAccessibleName("找统计数")
        self.search.setToolTip("在文字里按 Ctrl+F 到这里，按回车插入，按向下键到名单里选")
        make_clearable(self.search)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.installEventFilter(self)
        box.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("统计数，按回车插入")
        self.list.itemActivated.connect(lambda item: self.chosen.emit(item.data(_KEY)))
        box.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(button("插入", self._insert, tip="把选中的数放到光标处（在列表里按回车）"))
        self.when = button("有才写", self._when, tip="选中的文字（没选就是这一段），这个数不是0才印")
        row.addWidget(self.when)
        row.addStretch(1)
        box.addLayout(row)

    def put(self, figures: Mapping[str, FigureValue], labels: Mapping[str, str]) -> None:
        """Offer these, each by its label."""
        self._choices = [(Choice(key, labels[key]), figure) for key, figure in figures.items()]
        self._fill()

    def current(self) -> str:
        """The key of the chosen figure, or nothing."""
        item = self.list.currentItem()
        return str(item.data(_KEY) or "") if item else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field down into the list, and Enter takes what is chosen there."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._insert()
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        text, kept = self.search.text(), self.current()
        self.list.clear()
        for choice, figure in self._choices:
            if not (matches(choice, text) or text.strip() in figure.topic):
                continue
            item = QListWidgetItem(f"{choice.label}　{figure.printed or '（没有）'}")
            item.setData(_KEY, choice.value)
            item.setToolTip(f"{figure.topic}：{figure.definition}")
            item.setSizeHint(QSize(0, theme.current().px(30)))
            self.list.addItem(item)
            if choice.value == kept:
                self.list.setCurrentItem(item)
        if not self.list.count():
            nothing = QListWidgetItem("没有找到，换个说法试试")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        elif self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def _insert(self) -> None:
        if self.current():
            self.chosen.emit(self.current())

    def _when(self) -> None:
        if self.current():
            self.only_where.emit(self.current())


class ChipDetail(QWidget):
    """What the chip at the caret is; `rewrite(source)`, `remove()`, `behind(FigureValue)` are asked of the editor."""

    rewrite = Signal(str)
    remove = Signal()
    behind = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._piece: Piece | None = None
        self._words: WordsForEditing | None = None
        self._figure: FigureValue | None = None
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(4))
        self.title = label("", "heading", wrap=True)
        self.meaning = label("", "soft", wrap=True)
        self.parts = label("", "small", wrap=True)
        self.way = QComboBox()
        self.way.setAccessibleName("这个数怎么写")
        self.way.activated.connect(self._rewrite)
        for each in (self.title, self.meaning, self.parts, self.way):
            box.addWidget(each)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self.list_button = button("看名单", self._open)
        self.remove_button = button("去掉", self.remove.emit, tip="把这一块从文字里去掉")
        row.addWidget(self.list_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        box.addLayout(row)
        self.show_piece(None, None)

    def show_piece(self, piece: Piece | None, words: WordsForEditing | None) -> None:
        """Show what a chip means (None: how to get at one)."""
        self._piece, self._words = piece, words
        self._figure = words.figures.get(piece.key) if piece and words and piece.kind in _WITH_FIGURE else None
        for each in (self.list_button, self.remove_button):
            each.setVisible(piece is not None)
        self.list_button.setVisible(self._figure is not None)
        self.title.setVisible(piece is not None)
        self.way.setVisible(False)
        self.parts.setVisible(False)
        if piece is None:
            self.title.setText("")
            self.meaning.setText("带框的是统计数，由程序填。点一下，或把光标移到它旁边，这里写着它的口径和名单。")
            return
        face = face_of(piece, words)
        # What a figure says stands in the box below.
        in_full = face.value and (piece.kind is not PieceKind.FIGURE or self._figure is None)
        self.title.setText(f"{face.label}　{face.value}" if in_full else face.label)
        self.meaning.setText(meaning_of(piece, words))
        if self._figure is not None and piece.kind is PieceKind.FIGURE:
            self._show_figure(piece, self._figure)

    def _show_figure(self, piece: Piece, figure: FigureValue) -> None:
        if figure.denominator is not None:
            self.parts.setText(f"分子 {figure.numerator or 0}，分母 {figure.denominator}")
            self.parts.setVisible(True)
        ways = list(dict.fromkeys([*ways_to_write(figure), (piece.form, piece.counter)]))
        self.way.clear()
        for form, counter in ways:
            self.way.addItem(figure_text(figure, form, counter), figure_source(figure.key, form, counter))
        self.way.setCurrentIndex(self.way.findData(figure_source(figure.key, piece.form, piece.counter)))
        self.way.setEnabled(len(ways) > 1)
        self.way.setVisible(True)

    def _rewrite(self, index: int) -> None:
        self.rewrite.emit(self.way.itemData(index))

    def _open(self) -> None:
        if self._figure is not None:
            self.behind.emit(self._figure)


class Panel(QWidget):
    """Both, one above the other."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setFixedWidth(px(WIDTH))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(12), px(10), px(12), px(10))
        box.setSpacing(px(8))
        self.picker = FigurePicker()
        self.detail = ChipDetail()
        # The list gives way, so that the search stays where it is whatever the chip below has to say.
        box.addWidget(label("插入统计数", "small"))
        box.addWidget(self.picker, 1)
        box.addWidget(rule())
        box.addWidget(label("光标处是什么", "small"))
        box.addWidget(self.detail)
