"""The ledgers of the office by class, each with how many entries it holds and how many are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.ledgers import LEDGER_CLASSES, LedgerTemplate

from ... import theme
from ...widgets.labels import PushButton, button, label


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """How one ledger stands in the chosen scope."""

    template: LedgerTemplate
    entries: int
    overdue: int


class Overview(QScrollArea):
    """One row for each ledger under the heading of its class; `opened(key)`."""

    opened = Signal(str)

    def __init__(self, templates: Sequence[LedgerTemplate], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.rows: dict[str, LedgerRow] = {}
        px = theme.current().px
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        box.setContentsMargins(px(16), px(12), px(16), px(16))
        box.setSpacing(px(8))
        box.addWidget(label("台账", "title"))
        for name in LEDGER_CLASSES:
            within = [template for template in templates if template.ledger_class == name]
            if not within:
                continue
            heading = label(name, "heading")
            heading.setContentsMargins(0, px(10), 0, 0)
            box.addWidget(heading)
            for template in within:
                row = LedgerRow(template)
                row.clicked.connect(lambda _checked=False, key=template.key: self.opened.emit(key))
                self.rows[template.key] = row
                box.addWidget(row)
        box.addStretch(1)
        self.setWidget(body)

    def put(self, standings: Sequence[LedgerStanding]) -> None:
        """Show the numbers."""
        for standing in standings:
            self.rows[standing.template.key].put(standing)


class LedgerRow(PushButton):
    """A ledger: title, what it is for, entries, overdue in symbol and word."""

    def __init__(self, template: LedgerTemplate) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.setAccessibleName(template.title)
        px = theme.current().px
        self.setFixedHeight(px(64))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(8), px(14), px(8))
        row.setSpacing(px(16))
        words = QVBoxLayout()
        words.setSpacing(0)
        title = label(template.title)
        title.setFont(theme.current().font(14, bold=True))
        words.addWidget(title)
        note = label(template.notes.partition("。")[0], "small")
        note.setToolTip(template.notes)
        note.setMinimumWidth(1)
        words.addWidget(note)
        row.addLayout(words, 1)
        self.overdue = label("", "warning")
        self.entries = label("", "soft")
        row.addWidget(self.overdue)
        row.addWidget(self.entries)
        row.addWidget(button("打开", self.click, role="link"))
        for part in (title, note, self.overdue, self.entries):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def put(self, standing: LedgerStanding) -> None:
        """Show the numbers."""
        self.entries.setText(f"{standing.entries} 条")
        self.overdue.setText(f"▲ {standing.overdue} 条超期" if standing.overdue else "")
        self.setAccessibleDescription(f"{standing.entries} 条，{standing.overdue} 条超期")
