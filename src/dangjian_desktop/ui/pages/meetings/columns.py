"""Columns of the list of meetings, with what is worked out from a record: attendance and the mark of late entry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.kinds import MEETING

from ...records.source import ServiceSource
from ...shell.context import PageContext
from ...widgets.record_model import ColumnFilter
from ...widgets.record_table import RecordTable

ATTENDED, LATE = "attended", "late"
COLUMNS = (
    *(spec for spec in MEETING.fields),
    FieldSpec(ATTENDED, "实到/应到", table=True),
    FieldSpec(LATE, "补录", table=True),
)
SHOWN = ("started_at", "meeting_kind", "organisation", "title", ATTENDED, "place", "chair", LATE)
_WORKED_OUT = (ATTENDED, LATE)


def made_table(context: PageContext, source: ServiceSource, empty: QWidget) -> RecordTable:
    """The list of meetings."""
    return RecordTable(
        MeetingSource(source),
        context.runner,
        context.dialogs,
        lookups=context.lookups,
        columns=SHOWN,
        empty=empty,
        noun="次",
        search_hint="查找：主题、地点、主持人、内容",
        actions=[context.shell.action(key) for key in ("open", "remove")],
    )


class MeetingSource:
    """Wraps the office's meetings; the two worked-out columns are neither sorted nor filtered by."""

    def __init__(self, inner: ServiceSource) -> None:
        self._inner = inner
        self.columns: Sequence[FieldSpec] = COLUMNS

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order; asked for late ones, those that were entered late."""
        plain = [pair for pair in order if pair[0] not in _WORKED_OUT]
        found = self._inner.ids(plain, [f for f in filters if f.field not in _WORKED_OUT], text)
        for asked in (f for f in filters if f.field in _WORKED_OUT):
            found = [row["id"] for row in self.rows(found, [asked.field]) if _fits(row[asked.field], asked)]
        for name, descending in reversed([pair for pair in order if pair[0] in _WORKED_OUT]):
            keys = {row["id"]: _key(row[name]) for row in self.rows(found, [name])}
            found.sort(key=keys.__getitem__, reverse=descending)
        return found

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values, attendance as 20/23 and the mark in words."""
        from dangjian_desktop.services.life import meetings

        wanted = [name for name in fields if name not in _WORKED_OUT]
        rows = self._inner.rows(ids, [*dict.fromkeys([*wanted, "started_at", "entered_on"])])
        counted = meetings.attendance_numbers(self._inner.office, ids) if ATTENDED in fields else {}
        for row in rows:
            if ATTENDED in fields:
                seen = counted.get(row["id"])
                row[ATTENDED] = f"{seen['present']}/{seen['due']}" if seen else ""
            if LATE in fields:
                row[LATE] = "▲ 补录" if meetings.is_late(row) else ""
        return rows


def _fits(text: str, asked: ColumnFilter) -> bool:
    if asked.op in ("empty", "not_empty"):
        return bool(text) is (asked.op == "not_empty")
    return str(asked.value or "") in text


def _key(text: str) -> tuple[float, str]:
    there, _, due = text.partition("/")
    return (int(there) / int(due) if due.isdigit() else -1.0, text)
