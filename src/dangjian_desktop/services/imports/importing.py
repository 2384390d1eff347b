"""Importing: read, match, show what will happen, and only then write it as one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dangjian_desktop.base.collecting import uncollected
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import KindSpec
from dangjian_desktop.domain.records.permissions import IMPORT, WRITE
from dangjian_desktop.domain.values.values import Problem
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.ledgers.child_rows import ROWS_MARK, find
from dangjian_desktop.services.office import backups, practice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.storage.queries import organisations as organisation_queries
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from . import ahead, arrivals, mending, reading, returned_folder, returned_form, sources, units
from .arrivals import ARRIVALS, LEFT_OUT, Answers, Arrival, way_of
from .child_rows import ChildRowMatcher
from .entries import EntryMatcher
from .files import write_empty_sheet, write_rejects
from .keyed import KeyedMatcher
from .plan import (
    CONFLICT,
    MAKE_UNIT,
    NEW,
    REFUSE_UNIT,
    REJECTED,
    STATUS_NAMES,
    UNCHANGED,
    UPDATED,
    ImportPlan,
    Mended,
    PlannedRow,
    SheetInfo,
    UnitChoice,
)
from .roster import RosterMatcher
from .tree import TreeMatcher

__all__ = [
    "ARRIVALS",
    "CONFLICT",
    "LEFT_OUT",
    "MAKE_UNIT",
    "NEW",
    "REFUSE_UNIT",
    "REJECTED",
    "STATUS_NAMES",
    "UNCHANGED",
    "UPDATED",
    "Answers",
    "Arrival",
    "ImportPlan",
    "ImportResult",
    "Mended",
    "PlannedRow",
    "Problem",
    "SheetInfo",
    "UnitChoice",
    "apply",
    "fields",
    "prepare",
    "remember_mapping",
    "way_of",
    "write_empty_sheet",
    "write_rejects",
]

_BATCH = 2_000
_UNASKED = Answers()
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
    return sources.kind_of(office, kind)[0]


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
    units_decided: Mapping[str, str] | None = None,
    skip_hidden: bool = False,
    answers: Answers = _UNASKED,
    mended: Mended | None = None,
    progress: Progress | None = None,
) -> ImportPlan:
    """Read a file (a copied block given as text, a folder of returned 更正表) and say what becomes of every row.

    `mapping` is header → field or None, or where it is kept; `units_decided` says by name what is done with units
    that the file does not have: `MAKE_UNIT`, `REFUSE_UNIT` or the unit that is meant; `skip_hidden` leaves hidden
    sheets out; `answers` says once how the new people of a roster came; `mended` puts single cells right. Writes
    nothing. Raises
    `UserError` where the account may not import, the file cannot be read or holds no table of this kind, and
    `Cancelled`.
    """
    progress = progress or Progress()
    progress.report(0, 0, "正在打开文件")
    practice.refuse_strangers(office, source)
    with uncollected():
        plan = _new_plan(office, kind, source)
        if kind == "roster" and isinstance(source, Path) and source.is_dir():
            return returned_folder.plan_folder(office, plan, source, progress)
        chosen = sources.read_mapping(office, mapping) if isinstance(mapping, str) else mapping
        # A column that was read ahead knows nothing of what is put right.
        early = ahead.ReadAhead(office, plan, sources.kind_of(office, kind)[0], chosen, progress)
        sheets = sources.read_source(source, progress, None if mended else early.more)
        if isinstance(source, Path) and returned_form.recognises(kind, sheets):
            return returned_form.plan_returned(office, plan, sheets, source.name, progress)
        finder = units.UnitFinder(office, plan, scope=scope, create_under=create_orgs_under, decided=units_decided)
        found = sources.layouts(
            office,
            plan,
            sheets,
            *_kind_and_key(office, plan),
            only=sheet,
            mapping=chosen,
            skip_hidden=skip_hidden,
        )
        mending.put(plan, found, mended or {})
        _prepare(office, plan, found, finder, early, progress, allow_no_id=allow_no_id)
        if kind == "roster":
            arrivals.settle(office, plan, answers)
        return plan


def _new_plan(office: Office, kind: str, source: Path | str) -> ImportPlan:
    spec, template = sources.kind_of(office, kind)
    office.actor.require(IMPORT, spec.name)
    office.actor.require(WRITE, spec.name)
    plan = ImportPlan(
        kind,
        (spec.label if ROWS_MARK in kind else template.title) if template else _NAMES[kind],
        [],
        [],
        source if isinstance(source, Path) else None,
        template.key if template else None,
        block=source if isinstance(source, str) else None,
    )
    with office.database.read() as connection:
        plan.stamp = organisation_queries.stamp(connection)
    return plan


def _kind_and_key(office: Office, plan: ImportPlan) -> tuple[KindSpec, str]:
    spec, template = sources.kind_of(office, plan.kind)
    return spec, sources.key_field(spec, template)


def _prepare(
    office: Office,
    plan: ImportPlan,
    found: Sequence[SheetLayout],
    finder: units.UnitFinder,
    early: ahead.ReadAhead,
    progress: Progress,
    *,
    allow_no_id: bool,
) -> ImportPlan:
    spec, template = sources.kind_of(office, plan.kind)
    read = _read(office, plan, found, spec, early, progress)
    _match(office, plan, read, finder, spec, template, progress, allow_no_id=allow_no_id)
    units.prune(plan)
    plan.units = finder.choices()
    return plan


_Read = Sequence[tuple[SheetLayout, list[PlannedRow]]]


def _read(
    office: Office,
    plan: ImportPlan,
    found: Sequence[SheetLayout],
    spec: KindSpec,
    early: ahead.ReadAhead,
    progress: Progress,
) -> _Read:
    return [(layout, reading.read_rows(office, plan, layout, spec, early, progress)) for layout in found]


def _match(
    office: Office,
    plan: ImportPlan,
    read: _Read,
    finder: units.UnitFinder,
    spec: KindSpec,
    template: LedgerTemplate | None,
    progress: Progress,
    *,
    allow_no_id: bool,
) -> None:
    progress.report(0, 0, "正在核对")
    if plan.kind == "roster":
        roster = RosterMatcher(office, finder, allow_no_id=allow_no_id)
        for layout, rows in read:
            roster.match(layout, rows, progress)
    elif plan.kind == "organisations":
        named = [(rows, {name: header for header, name in layout.columns.items() if name}) for layout, rows in read]
        TreeMatcher(office, finder, spec).match(named)
    elif template is not None and ROWS_MARK in plan.kind:
        rows_of_entries = ChildRowMatcher(office, template, find(template, plan.kind.partition(ROWS_MARK)[2]))
        for layout, rows in read:
            rows_of_entries.match(layout, rows)
    elif template is not None:
        entries = EntryMatcher(office, finder, spec, template)
        for layout, rows in read:
            entries.match(layout, rows)
    else:
        keyed = KeyedMatcher(office, finder, spec)
        for layout, rows in read:
            (keyed.match_posts if plan.kind == "posts" else keyed.match_meetings)(layout, rows)


def remember_mapping(office: Office, plan: ImportPlan, sheet: str, columns: Mapping[str, str | None]) -> None:
    """Keep a corrected mapping for every sheet with the same headers."""
    info = next(s for s in plan.sheets if s.sheet == sheet)
    office.put_setting(sources.MAPPING_SETTING + info.fingerprint, dict(columns))


def apply(office: Office, plan: ImportPlan, progress: Progress | None = None) -> ImportResult:
    """Write the good rows as one operation, after an automatic backup; one undo takes it back.

    A plan that changes nothing leaves no operation and makes no backup. Raises when the backup fails, and `UserError`
    (`plan_outdated`) when the file was changed since the plan was made: nothing was written then.
    """
    with uncollected():
        return _apply(office, plan, progress or Progress())


def _apply(office: Office, plan: ImportPlan, progress: Progress) -> ImportResult:
    new, updated = list(plan.with_status(NEW)), list(plan.with_status(UPDATED))
    if not new and not updated:
        return ImportResult(None, plan.counts, None)
    _require_fresh(office, plan)
    progress.report(0, 0, "正在备份")
    kept = backups.before(office, "import", progress)
    kind = sources.kind_of(office, plan.kind)[0].name
    with office.operation(_label(plan, new, updated), nature="import") as work:
        if plan.new_organisations:
            work.create_many("organisation", plan.new_organisations)
        with work.loading(kind, len(new)):
            _create(office, work, kind, plan, new, progress)
        for start in range(0, len(updated), _BATCH):
            progress.report(len(new) + start, len(new) + len(updated), "正在更新")
            moves: dict[str, dict[str, Any]] = {}
            for row in updated[start : start + _BATCH]:
                # Several child rows may belong to one entry.
                moves.setdefault(row.record, {}).update(row.moves)
            work.change_many(kind, moves)
        progress.report(len(new) + len(updated), len(new) + len(updated), "正在保存")
    return ImportResult(work.change_set, plan.counts, kept)


def _require_fresh(office: Office, plan: ImportPlan) -> None:
    with office.database.read() as connection:
        if organisation_queries.stamp(connection) == plan.stamp:
            return
    raise UserError(
        "plan_outdated",
        "核对之后，文件里的资料又有改动，刚才的核对结果已经过时。",
        effect="没有导入任何内容。",
        advice="请重新选择表格，再核对一次。",
    )


def _create(
    office: Office, work: UnitOfWork, kind: str, plan: ImportPlan, new: Sequence[PlannedRow], progress: Progress
) -> None:
    made = policy_of(kind).imported(office, work.connection, arrivals.besides(plan))
    for start in range(0, len(new), _BATCH):
        progress.report(start, len(new), "正在写入")
        work.create_many(kind, made([_values(plan, row) for row in new[start : start + _BATCH]]))


def _values(plan: ImportPlan, row: PlannedRow) -> dict[str, Any]:
    if not (row.record or plan.template):
        return row.values
    own = {"id": row.record} if row.record else {}
    return row.values | own | ({"template": plan.template} if plan.template else {})


def _label(plan: ImportPlan, new: Sequence[PlannedRow], updated: Sequence[PlannedRow]) -> str:
    unit = _COUNTED.get(plan.kind, "条")
    parts = [f"新增{len(new)}{unit}"] if new and updated else []
    parts += [f"更新{len(updated)}{unit}"] if updated else []
    return f"导入{plan.label}（{'，'.join(parts) or f'{len(new)}{unit}'}）"
