"""A list to choose a figure or list column from: a field to search in, names at the left, values at the right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ... import theme
from ...widgets.labels import label
from ...widgets.lookups import Choice, matches
from ...widgets.search_field import search_field

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.form_session import Offer

NEAR = "按标题看，可能是"
OTHER_TIMES = ("上年", "年初", "期初")
KEY, VALUE, HEAD = (Qt.ItemDataRole.UserRole + n for n in range(3))


class _Lines(QStyledItemDelegate):
    """A topic as a small heading; an offer as its name and its value."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line."""
        look, rect = theme.current(), QRect(option.rect)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        pad = look.px(8)
        inner = rect.adjusted(pad, 0, -pad, 0)
        painter.save()
        if index.data(HEAD):
            painter.setFont(look.font(12))
            painter.setPen(look.colour("accent"))
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            painter.restore()
            return
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("selected"))
        painter.setFont(look.font())
        value = str(index.data(VALUE) or "")
        metrics = painter.fontMetrics()
        # The value never takes more than half the line.
        shown = metrics.elidedText(value, Qt.TextElideMode.ElideRight, inner.width() // 2)
        taken = metrics.horizontalAdvance(shown) + pad if shown else 0
        painter.setPen(look.colour("ink"))
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width() - taken)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(look.colour("ink_soft"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), shown)
        if state & QStyle.StateFlag.State_Selected and self._typing():
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _typing(self) -> bool:
        owner = self.parent()
        return isinstance(owner, OfferList) and (owner.field.hasFocus() or owner.list.hasFocus())


class OfferList(QWidget):
    """`chosen(key)` on a click or Enter; `left()` on Esc."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, hint: str) -> None:
        super().__init__()
        px = theme.current().px
        self._offers: Sequence[Offer] = ()
        self._other: Sequence[Offer] = ()
        self._near: Sequence[str] = ()
        self._present = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        self.field = search_field(hint)
        self.field.textChanged.connect(lambda _text: self._fill())
        box.addWidget(self.field)
        self.list = QListWidget()
        self.list.setItemDelegate(_Lines(self))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(px(60))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("可以填的内容")
        self.list.itemClicked.connect(lambda _item: self._choose())
        box.addWidget(self.list, 1)
        self.nothing = label("没有找到。换一个词，或只打拼音首字母。", "small", wrap=True)
        self.nothing.hide()
        box.addWidget(self.nothing)

    def put(
        self, offers: Sequence[Offer], near: Sequence[str] = (), present: str = "", other: Sequence[Offer] = ()
    ) -> None:
        """Offer these, the `near` keys once more on top, standing on the `present` one; the field is emptied.

        Those of `other` times are listed where they are near or present, and for who types 上年, 年初 or 期初.
        """
        self._offers, self._near, self._present, self._other = offers, near, present, other
        if self.field.text():
            self.field.clear()  # fills the list
        else:
            self._fill()

    def keys(self) -> list[str]:
        """What is listed now, top to bottom."""
        items = map(self.list.item, range(self.list.count()))
        return [str(item.data(KEY)) for item in items if not item.data(HEAD)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, up and down move, wherever in this part the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count() and self.list.item(row).data(HEAD):
            row += by
        if 0 <= row < self.list.count():
            self.list.setCurrentRow(row)

    def _asks_for(self, offer: Offer, text: str) -> bool:
        """Whether one of another time is in the cell, or its name and 上年, 年初 or 期初 are typed in any order."""
        word = next((each for each in OTHER_TIMES if each in text), None)
        if word is None:
            return not text and offer.key == self._present
        rest = text.replace(offer.topic if offer.topic in text else word, "").strip()
        return word in offer.topic and matches(Choice(offer.key, offer.label), rest)

    def _fill(self) -> None:
        text = self.field.text().strip()
        self.list.clear()
        fitting = [offer for offer in self._offers if matches(Choice(offer.key, offer.label), text)]
        fitting += [offer for offer in self._other if self._asks_for(offer, text)]
        known = {offer.key: offer for offer in (*self._offers, *self._other)}
        near = [] if text else [known[key] for key in self._near if key in known]
        if near:
            self._head(NEAR)
            for offer in near:
                self._line(offer)
        for topic, offers in groupby(fitting, key=lambda offer: offer.topic):
            self._head(topic)
            for offer in offers:
                self._line(offer)
        self.nothing.setVisible(bool(text) and not fitting)
        self._stand(near)

    def _stand(self, near: Sequence[Offer]) -> None:
        """Begin at what the cell holds, else at the first suggestion."""
        wanted = self._present if self._present in self.keys() and not self.field.text() else ""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(HEAD) or (wanted and item.data(KEY) != wanted):
                continue
            if wanted or near or self.field.text().strip():
                self.list.setCurrentRow(row)
            return

    def _head(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setData(HEAD, True)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(0, theme.current().px(28)))
        self.list.addItem(item)

    def _line(self, offer: Offer) -> None:
        item = QListWidgetItem(offer.label)
        item.setData(KEY, offer.key)
        item.setData(VALUE, offer.value)
        item.setToolTip(f"{offer.label}　{offer.value}".strip())
        item.setSizeHint(QSize(0, theme.current().px(28)))
        self.list.addItem(item)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.data(HEAD):
            self.chosen.emit(str(item.data(KEY)))
