"""Importing: read, match, show what will happen, and only then write it as one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.changes import ChangeSet
from dangjian_desktop.domain.fields import KindSpec
from dangjian_desktop.domain.permissions import IMPORT
from dangjian_desktop.domain.values import Problem
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from . import backups
from .imports import others, reading, roster
from .imports.files import write_empty_sheet, write_rejects
from .imports.plan import (
    CONFLICT,
    NEW,
    REJECTED,
    STATUS_NAMES,
    UNCHANGED,
    UPDATED,
    ImportPlan,
    PlannedRow,
    SheetInfo,
)
from .imports.units import UnitFinder
from .office import Office

__all__ = [
    "CONFLICT",
    "NEW",
    "REJECTED",
    "STATUS_NAMES",
    "UNCHANGED",
    "UPDATED",
    "ImportPlan",
    "ImportResult",
    "PlannedRow",
    "Problem",
    "SheetInfo",
    "apply",
    "fields",
    "prepare",
    "remember_mapping",
    "write_empty_sheet",
    "write_rejects",
]

_BATCH = 5_000
_COUNTED = {"roster": "人", "organisations": "个", "posts": "条", "meetings": "次"}
_NAMES = {"roster": "名册", "organisations": "党组织", "posts": "任职", "meetings": "会议"}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did; `change_set` is None when it changed nothing."""

    change_set: ChangeSet | None
    counts: dict[str, int]
    backup: Path | None


def fields(office: Office, kind: str) -> KindSpec:
    """The fields that an import of `kind` can fill, with the headers it knows."""
    return reading.kind_of(office, kind)[0]


def prepare(
    office: Office,
    kind: str,
    source: Path | str,
    *,
    sheet: str | None = None,
    scope: str | None = None,
    mapping: Mapping[str, str | None] | str | None = None,
    create_orgs_under: str | None = None,
    allow_no_id: bool = False,
    progress: Progress | None = None,
) -> ImportPlan:
    """Read a file (or a copied block given as text) and say for every row what would become of it.

    `mapping` is header → field or None, or where it is kept. Writes nothing.
    """
    spec, template = reading.kind_of(office, kind)
    office.actor.require(IMPORT, spec.name)
    progress = progress or Progress()
    progress.report(0, 0, "正在打开文件")
    chosen = reading.read_mapping(office, mapping) if isinstance(mapping, str) else mapping
    found = reading.layouts(office, reading.read_source(source), spec, only=sheet, mapping=chosen)
    plan = ImportPlan(
        kind,
        template.title if template else _NAMES[kind],
        [],
        [],
        source if isinstance(source, Path) else None,
        template.key if template else None,
        template.initial if template else None,
        block=source if isinstance(source, str) else None,
    )
    finder = UnitFinder(office, plan, scope=scope, create_under=create_orgs_under)
    first: dict[str, PlannedRow] = {}
    for layout in found:
        begin = len(plan.rows)
        reading.read_rows(office, plan, layout, spec, progress)
        rows = plan.rows[begin:]
        headers = {name: header for header, name in layout.columns.items() if name}
        around = [reading.unit_text(layout, index) for index in layout.data]
        progress.report(0, 0, f"正在核对“{layout.sheet.name}”")
        if kind == "roster":
            roster.match(office, rows, headers, around, finder, allow_no_id=allow_no_id, first=first)
        elif kind == "organisations":
            others.match_organisations(office, rows, headers, finder, spec)
        elif kind == "posts":
            others.match_posts(office, rows, headers, around, finder, spec)
        elif kind == "meetings":
            others.match_meetings(office, rows, headers, around, finder, spec)
        elif template is not None:
            others.match_entries(office, rows, headers, around, finder, spec, template)
    return plan


def remember_mapping(office: Office, plan: ImportPlan, sheet: str, columns: Mapping[str, str | None]) -> None:
    """Keep a corrected mapping for every sheet with the same headers."""
    info = next(s for s in plan.sheets if s.sheet == sheet)
    office.put_setting(reading.MAPPING_SETTING + info.fingerprint, dict(columns))


def apply(office: Office, plan: ImportPlan, progress: Progress | None = None) -> ImportResult:
    """Write the good rows as one operation, after an automatic backup; one undo takes it back.

    A plan that changes nothing leaves no operation and makes no backup. Raises when the backup fails:
    nothing was written then.
    """
    progress = progress or Progress()
    new, updated = list(plan.with_status(NEW)), list(plan.with_status(UPDATED))
    if not new and not updated:
        return ImportResult(None, plan.counts, None)
    progress.report(0, 0, "正在备份")
    kept = backups.before(office, "import")
    kind = reading.kind_of(office, plan.kind)[0].name
    with office.operation(_label(plan, new, updated), nature="import") as work:
        if plan.new_organisations:
            work.create_many("organisation", plan.new_organisations)
        _create(work, kind, plan, new, progress)
        for start in range(0, len(updated), _BATCH):
            progress.report(len(new) + start, len(new) + len(updated), "正在更新")
            work.change_many(kind, {r.record: r.moves for r in updated[start : start + _BATCH]})
    return ImportResult(work.change_set, plan.counts, kept)


def _create(work: UnitOfWork, kind: str, plan: ImportPlan, new: Sequence[PlannedRow], progress: Progress) -> None:
    for start in range(0, len(new), _BATCH):
        progress.report(start, len(new), "正在写入")
        batch = [_row(kind, plan, r) for r in new[start : start + _BATCH]]
        work.create_many(kind, batch)


def _row(kind: str, plan: ImportPlan, row: PlannedRow) -> dict[str, object]:
    if kind != "ledger_entry":
        return row.moves
    return {"state": plan.initial_state, **row.moves, "template": plan.template}


def _label(plan: ImportPlan, new: Sequence[PlannedRow], updated: Sequence[PlannedRow]) -> str:
    unit = _COUNTED.get(plan.kind, "条")
    parts = [f"新增{len(new)}{unit}"] if new and updated else []
    parts += [f"更新{len(updated)}{unit}"] if updated else []
    return f"导入{plan.label}（{'，'.join(parts) or f'{len(new)}{unit}'}）"
