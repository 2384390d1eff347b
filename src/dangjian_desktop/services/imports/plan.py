"""What an import means to do, row by row, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dangjian_desktop.domain.values.values import Problem

NEW, UPDATED, UNCHANGED, CONFLICT, REJECTED = "new", "updated", "unchanged", "conflict", "rejected"
STATUS_NAMES = {NEW: "新增", UPDATED: "更新", UNCHANGED: "没有变化", CONFLICT: "冲突", REJECTED: "退回"}


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """How one sheet is read: its header row (1-based) and what each column fills."""

    sheet: str
    header_row: int
    columns: dict[str, str | None]
    hidden_rows: list[int]
    fingerprint: str
    rows: int
    headers: list[str] = field(default_factory=list)
    """Every column's key in the order of the sheet, "" for columns without one."""
    lines: dict[int, int] = field(default_factory=dict)
    """Row numbers of data rows with the row of the dividing line above them."""


@dataclass(slots=True)
class PlannedRow:
    """One row of the sheet and what becomes of it.

    `values` are the stored values read from it; `moves` what an update writes by path; `fields` the same
    as people read it, before and after by field label. `record` is the record it means, "" for one that gets
    its id when it is written.
    """

    sheet: str
    row: int
    status: str
    title: str
    values: dict[str, Any]
    record: str = ""
    moves: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    weak: frozenset[str] = frozenset()

    @property
    def out(self) -> bool:
        """Whether this row stays out."""
        return self.status in (REJECTED, CONFLICT)

    def refuse(self, column: str, value: str, reason: str, status: str = REJECTED) -> None:
        """Keep this row out, for one plain reason."""
        self.status = status
        self.problems.append(Problem(self.row, column, value, reason, "error", self.sheet))

    def warn(self, column: str, value: str, reason: str) -> None:
        """Let the row in and say what is doubtful."""
        self.problems.append(Problem(self.row, column, value, reason, "warning", self.sheet))

    def blamed(self, column: str) -> bool:
        """Whether a cell of this column already keeps the row out."""
        return any(p.column == column and p.severity == "error" for p in self.problems)


Mended = Mapping[tuple[str, int], Mapping[str, str]]
"""Cells put right in the review: by sheet and row, header to what is written there instead."""

MAKE_UNIT, REFUSE_UNIT = "make", "refuse"


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that the sheet names and the file does not have, and what is done with it.

    `chosen` is `MAKE_UNIT`, `REFUSE_UNIT` (its rows stay out) or the key of the unit used instead; `offered` are
    units it may mean as (key, name, name of the superior), the likeliest first; `same` says that the first one
    hardly can be another. `rows` counts the rows that name it, 0 where another unit is used.
    """

    name: str
    chosen: str
    rows: int
    offered: tuple[tuple[str, str, str], ...]
    same: bool


@dataclass(slots=True)
class ImportPlan:
    """The whole of what will happen; nothing has been written yet."""

    kind: str
    label: str
    sheets: list[SheetInfo]
    rows: list[PlannedRow]
    source: Path | None = None
    template: str | None = None
    new_organisations: list[dict[str, Any]] = field(default_factory=list)
    units: list[UnitChoice] = field(default_factory=list)
    """The units that the file does not have, as far as the sheets name them."""
    notes: list[Problem] = field(default_factory=list)
    """Problems that belong to a sheet and not to a row, such as a total that does not fit."""
    unread: list[Problem] = field(default_factory=list)
    """Rows between header and end that were not understood, each with its text and where it would matter."""
    hidden_sheets: list[str] = field(default_factory=list)
    """Hidden sheets that hold such a table, read or left out."""
    questions: list[Problem] = field(default_factory=list)
    """What is asked once for all new people, with what is done where nobody answers."""
    late_rows: list[PlannedRow] = field(default_factory=list)
    """New people of branches that are already kept, whose row does not say how they came."""
    without_class: int = 0
    """New people whose row does not say whether they are full members."""
    block: str | None = None
    """The copied block where there is no file."""
    returned: str = ""
    """For one of our own forms on its way back: whose it is and when it was sent out."""
    mended: Mended = field(default_factory=dict)
    """Cells that were put right in the review, over what the sheet says."""
    folder: Path | None = None
    """Where several of our own forms on their way back came from; they have no one source."""
    stamp: int = 0
    """The newest operation of the file when this was planned: a plan made before others is not carried out."""

    @property
    def late(self) -> int:
        """How many of them there are."""
        return len(self.late_rows)

    @property
    def problems(self) -> list[Problem]:
        """All problems in the order of the sheets."""
        return [p for row in self.rows for p in row.problems] + self.unread + self.notes

    @property
    def counts(self) -> dict[str, int]:
        """Rows by status."""
        counts = dict.fromkeys(STATUS_NAMES, 0)
        for row in self.rows:
            counts[row.status] += 1
        return counts

    def with_status(self, *statuses: str) -> Iterable[PlannedRow]:
        """The rows of these statuses."""
        return (row for row in self.rows if row.status in statuses)

    def note(self, sheet: str, row: int, value: str, reason: str, column: str = "") -> None:
        """Say something about a sheet as a whole."""
        self.notes.append(Problem(row, column, value, reason, "warning", sheet))
