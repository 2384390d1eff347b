"""The ledgers of the office by class and topic, findable among many, each with its entries and what is overdue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.ledgers import LEDGER_CLASSES, LedgerTemplate

from ... import theme
from ...widgets.elided_label import ElidedLabel
from ...widgets.flow import FlowLayout
from ...widgets.icons import icon
from ...widgets.labels import PushButton, button, label, tool
from ...widgets.search_field import search_field

if TYPE_CHECKING:
    from dangjian_desktop.services.ledgers.standings import LedgerStanding

ALL, FAVOURITES, MINE, LATE = "all", "favourites", "mine", "late"
CHOICES = {ALL: "全部", FAVOURITES: "收藏的", MINE: "只看我的", LATE: "有超期的"}
_NOTHING = {
    ALL: "没有这样的台账。可以换个词再找，或把找的词清空。",
    FAVOURITES: "还没有收藏台账。点一本台账右边的星，就收藏了。",
    MINE: "您还没有在台账里登记或办理过条目。",
    LATE: "没有超期的台账。",
}
_HINTS = {MINE: "您登记过或办理过条目的台账", LATE: "有条目过了期限的台账"}


class Overview(QWidget):
    """One row for each ledger under the headings of its class and topic; `opened(key)`, `kept(favourites)`."""

    opened = Signal(str)
    kept = Signal(list)
    narrowed = Signal(str)

    def __init__(
        self,
        templates: Sequence[LedgerTemplate],
        favourites: Collection[str] = (),
        chosen: str = ALL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: dict[str, LedgerRow] = {}
        self.choices: dict[str, QPushButton] = {}
        self._chosen = chosen if chosen in CHOICES else ALL
        self._headings: list[tuple[QLabel, list[LedgerRow]]] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), 0, 0)
        box.setSpacing(px(8))
        box.addLayout(self._bar())
        box.addWidget(self._list(templates, frozenset(favourites)), 1)
        self._narrow()

    def put(self, standings: Sequence[LedgerStanding]) -> None:
        """Show the numbers."""
        for standing in standings:
            self.rows[standing.template.key].put(standing)
        self._narrow()

    def choose(self, what: str) -> None:
        """Show all ledgers, the favourites, those with entries of this account, or those with something overdue."""
        self._chosen = what
        self._narrow()
        self.narrowed.emit(what)

    def shown(self) -> list[str]:
        """The keys of the ledgers in view."""
        return [key for key, row in self.rows.items() if not row.isHidden()]

    # Inside

    def _bar(self) -> QHBoxLayout:
        px = theme.current().px
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, px(16), 0)
        bar.setSpacing(px(8))
        bar.addWidget(label("台账", "title"))
        self.search = search_field("找台账：名称、拼音首字母、用途或列名")
        self.search.setMinimumWidth(px(140))
        self.search.setMaximumWidth(px(248))
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.search.returnPressed.connect(self._open_only)
        bar.addWidget(self.search, 1)
        choices = QWidget()
        flow = FlowLayout(choices, px(8))
        for key, text in CHOICES.items():
            made = button(text, partial(self.choose, key), role="choice", tip=_HINTS.get(key, ""))
            made.setCheckable(True)
            self.choices[key] = made
            flow.addWidget(made)
        bar.addWidget(choices, 1)
        self.count = label("", "soft")
        bar.addWidget(self.count)
        return bar

    def _list(self, templates: Sequence[LedgerTemplate], favourites: frozenset[str]) -> QScrollArea:
        px = theme.current().px
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, px(16), px(16))
        box.setSpacing(px(4))
        for name in LEDGER_CLASSES:
            within = [template for template in templates if template.ledger_class == name]
            for topic in dict.fromkeys(sorted(template.category for template in within)):
                heading = label(f"{name}　{topic}".strip(), "heading")
                heading.setContentsMargins(0, px(8), 0, 0)
                box.addWidget(heading)
                rows = [self._row(t, t.key in favourites) for t in within if t.category == topic]
                for row in rows:
                    box.addWidget(row)
                self._headings.append((heading, rows))
        self.nothing = label("", "soft")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setContentsMargins(0, px(48), 0, 0)
        box.addWidget(self.nothing)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        return area

    def _row(self, template: LedgerTemplate, favourite: bool) -> LedgerRow:
        row = self.rows[template.key] = LedgerRow(template, favourite=favourite)
        row.clicked.connect(lambda _checked=False: self.opened.emit(template.key))
        row.starred.connect(self._starred)
        return row

    def _starred(self) -> None:
        self.kept.emit([key for key, row in self.rows.items() if row.favourite])
        self._narrow()

    def _open_only(self) -> None:
        shown = self.shown()
        if len(shown) == 1:
            self.opened.emit(shown[0])

    def _narrow(self) -> None:
        words = self.search.text().split()
        for row in self.rows.values():
            row.setHidden(not (row.belongs(self._chosen) and row.holds(words)))
        for heading, rows in self._headings:
            heading.setHidden(all(row.isHidden() for row in rows))
        for key, made in self.choices.items():
            made.setChecked(key == self._chosen)
        shown = len(self.shown())
        self.count.setText(f"{shown} 本" if shown == len(self.rows) else f"{shown} 本，共 {len(self.rows)} 本")
        self.nothing.setText(_NOTHING[ALL if words else self._chosen])
        self.nothing.setHidden(shown > 0)


class LedgerRow(PushButton):
    """A ledger: star, title, what it is for, entries, overdue in symbol and word."""

    starred = Signal()

    def __init__(self, template: LedgerTemplate, *, favourite: bool = False) -> None:
        super().__init__()
        self.favourite = favourite
        self._mine = self._late = 0
        self._letters: tuple[str, ...] = ()
        self._text = " ".join((template.title, template.notes, template.category, *(c.label for c in template.columns)))
        self.setProperty("role", "line")
        self.setAccessibleName(template.title)
        px = theme.current().px
        self.setFixedHeight(px(40))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(14), 0)
        row.setSpacing(px(12))
        self.star = tool("star", "", self._turn)
        row.addWidget(self.star)
        title = label(template.title)
        title.setFont(theme.current().font(14, bold=True))
        title.setFixedWidth(px(200))
        note = ElidedLabel(template.notes.partition("。")[0])
        note.setToolTip(template.notes)
        row.addWidget(title)
        row.addWidget(note, 1)
        self.overdue = label("", "warning")
        self.entries = label("", "soft")
        row.addWidget(self.overdue)
        row.addWidget(self.entries)
        row.addWidget(button("打开", self.click, role="link"))
        for part in (title, note, self.overdue, self.entries):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._show_star()

    def put(self, standing: LedgerStanding) -> None:
        """Show the numbers."""
        self._mine, self._late = standing.mine, standing.overdue
        self._letters = tuple(standing.letters.split())
        self.entries.setText(f"{standing.entries} 条")
        self.overdue.setText(f"▲ {standing.overdue} 条超期" if standing.overdue else "")
        self.setAccessibleDescription(f"{standing.entries} 条，{standing.overdue} 条超期")

    def belongs(self, what: str) -> bool:
        """Whether this ledger is one of those asked for."""
        return {FAVOURITES: self.favourite, MINE: self._mine > 0, LATE: self._late > 0}.get(what, True)

    def holds(self, words: Sequence[str]) -> bool:
        """Whether all these words are in its title, its use or its columns, or are letters of its title (wtzg)."""
        return all(word in self._text or self._sounds(word.lower()) for word in words)

    def _sounds(self, word: str) -> bool:
        return word.isascii() and any(ending.startswith(word) for ending in self._letters)

    def _turn(self) -> None:
        self.favourite = not self.favourite
        self._show_star()
        self.starred.emit()

    def _show_star(self) -> None:
        self.star.setIcon(icon("star-full", "accent") if self.favourite else icon("star", "ink_faint"))
        self.star.setToolTip("已收藏，点一下取消" if self.favourite else "收藏")
        self.star.setAccessibleName("取消收藏" if self.favourite else "收藏")
