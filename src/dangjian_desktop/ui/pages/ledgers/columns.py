"""What a ledger's table shows: its template's columns, the state by name, and how the due date stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from dangjian_desktop.domain.ledgers.columns import CHOICES, LedgerColumn
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.records import sums

from ... import theme
from ...records.source import ServiceSource
from ...widgets.cell_delegate import CellDelegate
from ...widgets.lookups import Choice, Lookups, Reading
from ...widgets.record_model import ColumnFilter, RecordTableModel

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office

DEADLINE = "deadline"
LATE_MARK, SOON_MARK = "▲", "●"
_STATES = "states"


def seen_columns(template: LedgerTemplate, role: str) -> tuple[LedgerColumn, ...]:
    """The columns that a role sees."""
    return tuple(column for column in template.columns if not column.readers or role in column.readers)


def columns_of(template: LedgerTemplate, role: str) -> tuple[FieldSpec, ...]:
    """All columns that the table can show to a role: the one that names an entry first."""
    first = template.column(template.title_column)
    others: list[FieldSpec] = [column for column in seen_columns(template, role) if column is not first]
    # How many child rows there are is a column like any other.
    others += [FieldSpec(r.name, r.label, FieldType.COMPUTED, editable=False, table=r.table) for r in template.rows]
    deadline = [FieldSpec(DEADLINE, "期限", table=True)] if template.due else []
    return (
        LEDGER_ENTRY.field("number"),
        replace(first, table=True),
        *deadline,
        FieldSpec("state", "状态", FieldType.CODE, codes=_STATES, table=True),
        LEDGER_ENTRY.field("organisation"),
        *others,
    )


def form_fields(template: LedgerTemplate, role: str) -> tuple[FieldSpec, ...]:
    """What a person of a role fills in: whose entry it is, then the template's columns."""
    return (
        FieldSpec("organisation", "党组织", FieldType.ORGANISATION, group=template.columns[0].group),
        *seen_columns(template, role),
    )


def deadline_words(template: LedgerTemplate, row: Mapping[str, str], today: date) -> str:
    """▲ 超期12天, ● 今天到期, ● 还剩5天, 还剩92天 while there is time; nothing when what was due is done."""
    due = row.get(template.due or "") or ""
    state = template.state_of(row.get("state") or "")
    if not due or state is None or state.terminal:
        return ""
    left = days_left(due, today)
    if left is None:
        return ""
    if left < 0:
        return f"{LATE_MARK} 超期{-left}天"
    if left == 0:
        return f"{SOON_MARK} 今天到期"
    return f"{f'{SOON_MARK} ' if left <= max(template.lead_days, default=0) else ''}还剩{left}天"


def days_left(due: str, today: date) -> int | None:
    """Days from today to the last day that a deadline can mean; None for what is no date yet."""
    try:
        return (last_day(due) - today).days
    except ValueError:
        return None


class LedgerSource:
    """Entries of one ledger; the deadline is worked out and ordered by its date."""

    def __init__(self, office: Office, template: LedgerTemplate, inner: ServiceSource) -> None:
        self._office, self._template, self._inner = office, template, inner
        self.columns: Sequence[FieldSpec] = inner.columns

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order."""
        by = [("due_on" if name == DEADLINE else name, descending) for name, descending in order]
        found = self._inner.ids(by, [f for f in filters if f.field != DEADLINE], text)
        for asked in (f for f in filters if f.field == DEADLINE):
            found = [row["id"] for row in self.rows(found, [DEADLINE]) if _fits(row[DEADLINE], asked)]
        if by and order[0][0] == DEADLINE:
            # Whoever sorts by deadline looks for what presses; what is done has none any more.
            pressing = self._pressing()
            found.sort(key=lambda record: record not in pressing)
        return found

    def _pressing(self) -> frozenset[str]:
        """The entries whose deadline still runs: asked by state and day, without reading one of them."""
        running = tuple(state.key for state in self._template.states if not state.terminal)
        asked = [ColumnFilter("state", "in", running), ColumnFilter("due_on", "not_empty")]
        return frozenset(self._inner.ids((), asked, ""))

    def sums(self, ids: Sequence[str], fields: Sequence[str]) -> dict[str, sums.Sum]:
        """The sums of columns of numbers over very many entries."""
        return sums.of_entries(self._office, self._template.key, ids, fields)

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values; the deadline in words."""
        template, today = self._template, self._office.today()
        wanted = [name for name in fields if name != DEADLINE]
        if DEADLINE in fields:
            wanted = list(dict.fromkeys([*wanted, "state", template.due or "state"]))
        rows = self._inner.rows(ids, wanted)
        if DEADLINE in fields:
            for row in rows:
                row[DEADLINE] = deadline_words(template, row, today)
        return rows


def _fits(words: str, asked: ColumnFilter) -> bool:
    if asked.op in ("empty", "not_empty"):
        return bool(words) is (asked.op == "not_empty")
    return str(asked.value or "") in words


class LedgerLookups:
    """The window's look-ups, and the answers and states that a template brings itself."""

    def __init__(self, lookups: Lookups, template: LedgerTemplate) -> None:
        self._lookups, self._template = lookups, template

    def choices(self, codes: str) -> Sequence[Choice]:
        """Entries of a code list or of the template's own."""
        if codes == _STATES:
            return [Choice(state.key, state.label) for state in self._template.states]
        if codes.startswith(CHOICES):
            return [Choice(answer, answer) for answer in codes.removeprefix(CHOICES).split("|")]
        return self._lookups.choices(codes)

    def chosen(self) -> str | None:
        """The unit chosen in the tree."""
        return self._lookups.chosen()

    def find(self, spec: FieldSpec, text: str, near: str | None = None) -> Sequence[Choice]:
        """Units and people."""
        return self._lookups.find(spec, text, near)

    def today(self) -> date:
        """The office's day."""
        return self._lookups.today()

    def read(self, spec: FieldSpec, text: str) -> Reading:
        """Typed dates and numbers."""
        return self._lookups.read(spec, text)


class LedgerCells(CellDelegate):
    """Paints the deadline in its colour beside its symbol and word; all else as in every list."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        model = index.model()
        assert isinstance(model, RecordTableModel)
        words = model.cell(index.row(), index.column())
        if model.spec(index.column()).name != DEADLINE or not words.startswith((LATE_MARK, SOON_MARK)):
            super().paint(painter, option, index)
            return
        look = theme.current()
        rect = option.rect  # type: ignore[attr-defined]
        late = words.startswith(LATE_MARK)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.fillRect(rect, look.colour("selected" if chosen else "danger_soft" if late else "amber_soft"))
        painter.setPen(look.colour("danger" if late else "amber"))
        painter.drawText(rect.adjusted(look.px(8), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
