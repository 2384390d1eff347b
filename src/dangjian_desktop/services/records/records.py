"""Lists, single records and edits of every kind, by its field descriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records import former
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import FORMER, FieldSpec
from dangjian_desktop.domain.records.findings import INFO, Finding
from dangjian_desktop.domain.records.kinds import KINDS, LISTED
from dangjian_desktop.domain.records.permissions import READ, REVEAL
from dangjian_desktop.domain.values.masking import mask_numbers, restore_numbers
from dangjian_desktop.domain.values.partial_dates import first_day, parse_date
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.listing import Condition, ListQuery
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import UnitOfWork, read_records

from . import list_filters, number_search, worked_out
from .policies import policy_of
from .printing import Printer
from .typing_in import field_specs, read_values

Filter = Condition
"""One filter of a list: `Filter(field, op, value)`; `op` is eq, ne, contains, in, empty, not_empty, ge or le."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write did: the record, what changed (None when nothing did), what the rules say about it now."""

    id: str
    change_set: ChangeSet | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """One record for a form: stored values, printed values, keyed sets, findings."""

    id: str
    kind: str
    title: str
    values: dict[str, Any]
    printed: dict[str, str]
    children: dict[str, dict[str, dict[str, Any]]]
    binned: bool
    findings: list[Finding]


def query(
    office: Office,
    kind: str,
    *,
    scope: str | None = None,
    filters: Sequence[Filter] = (),
    order: Sequence[tuple[str, bool]] = (),
    on: date | None = None,
    text: str = "",
    template: str | None = None,
    binned: bool = False,
) -> list[str]:
    """Ids of a list in order: `order` is (field, descending).

    With `on` members are those of that day, and what changes in time is filtered and sorted by its value then.

    Entries of ledgers that this role may not open are left out; naming such a `template` raises `UserError`.
    """
    office.actor.require(READ, kind)
    hidden = number_search.hidden(office, kind)
    worked = worked_out.columns(office, kind, template)
    filters, order, later, by_later = worked_out.split(worked, filters, order)
    within = organisations.listed_within(office, scope, on)
    asked = ListQuery(
        kind,
        within.units,
        (
            *policy_of(kind).open_only(office, template),
            *(made for each in filters for made in list_filters.conditions(office, kind, each, template, on)),
        ),
        tuple(list_filters.order(office, kind, name, down, template) for name, down in order),
        on,
        text,
        template,
        binned,
        hidden,
        within.group,
        frozenset(f"values.{name}" for name in worked_out.decimals(worked)),
        list_filters.dates(office, kind, template),
    )
    numbers = list_filters.numbers_asked(kind, filters, text)
    found = number_search.searched(office, kind, numbers, lambda: _ids(office, asked))
    if template and (later or by_later):
        return worked_out.arranged(office, template, found, later, by_later)
    return found


def _ids(office: Office, asked: ListQuery) -> list[str]:
    with office.database.read() as connection:
        found = listing.ids(connection, asked)
        return list_filters.found_in_shown(connection, asked, found) if asked.hidden else found


def rows(
    office: Office,
    kind: str,
    ids: Sequence[str],
    fields: Sequence[str],
    *,
    masked: bool = True,
    on: date | None = None,
) -> list[dict[str, str]]:
    """Printed values of the wanted ids in their order, as they were on `on` where given.

    Ids that are gone or not for this role are left out.

    Unmasked needs the permission to reveal; whoever asks for it writes the reason into the audit trail.
    """
    office.actor.require(READ if masked else REVEAL, kind)
    policy = policy_of(kind)
    specs = {s.name: s for s in KINDS[kind].fields}
    plain = [specs[f] for f in fields if f in specs]
    with office.database.read() as connection:
        found = listing.rows_on(connection, kind, ids, [s.name for s in plain] + list(policy.also_read), on)
        found = policy.visible(office, found)
        names = policy.names_in(office, connection, found)
    printer = Printer(office, masked=masked, named=names, on=on)
    printed = [printer.row(plain, r) for r in found]
    policy.print_own(office, printer, found, printed, fields)
    return printed


def get(office: Office, kind: str, record: str, *, masked: bool = True) -> ShownRecord:
    """One record; raises `UserError` (`not_found`). Unmasked needs the permission to reveal, as in `rows`."""
    office.actor.require(READ if masked else REVEAL, kind)
    row = _read(office, kind, record)
    require_visible(office, kind, row)
    policy, specs = policy_of(kind), _specs_for(office, kind, row)
    values = policy.form_values(row) | policy.held(office, row)
    with office.database.read() as connection:
        names = policy.names_in(office, connection, [row])
    printer = Printer(office, masked=masked, named=names, raw_texts=office.actor.may(REVEAL, kind))
    printed = printer.row(specs, values)
    policy.print_form(office, row, printed)
    sets = {name: row[name] for name in SHAPES[kind].sets if name != FORMER}
    called = policy.title(row)
    # An entry about a person is called by the name.
    title = names.get(called) or mask_numbers(called)
    hidden = {"rid", "op", "values", *(name for name in SHAPES[kind].sets if name not in KINDS[kind].names())}
    plain = {k: v for k, v in values.items() if k not in hidden}
    return ShownRecord(record, kind, title, plain, printed, sets, bool(row["binned"]), policy.findings(office, row))


def require_visible(office: Office, kind: str, row: Mapping[str, Any]) -> None:
    """Raise `UserError` for a record that this account sees in no list.

    `row` holds `id`, `organisation` and, of an entry, `template`. The code is `out_of_scope` for another unit's
    record, `not_allowed` for an entry of a ledger that the role may not open.
    """
    policy_of(kind).require_open(office, row)


def _specs_for(office: Office, kind: str, row: Mapping[str, Any]) -> list[FieldSpec]:
    return field_specs(office, kind, row.get("template"))


def _read(office: Office, kind: str, record: str) -> dict[str, Any]:
    if kind not in LISTED:
        raise UsageError("unknown_kind", f"没有“{kind}”这种资料。")
    with office.database.read() as connection:
        try:
            return read_records(connection, SHAPES[kind], [record])[record]
        except KeyError:
            raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。") from None


def add(
    office: Office,
    kind: str,
    typed: Mapping[str, Any],
    *,
    template: str | None = None,
    children: Mapping[str, Mapping[str, Any]] | None = None,
) -> Saved:
    """Create one record from typed values; `children` are keyed sets such as a meeting's attendance."""
    if kind not in LISTED:
        raise UsageError("unknown_kind", f"没有“{kind}”这种资料。")
    policy = policy_of(kind)
    values = read_values(office, kind, typed, template=template, partial=policy.required_later)
    row = policy.new_row(office, values, template)
    row |= dict(children or {})
    with office.operation(f"新建{policy.called(office, row)}") as work:
        record = work.create(kind, row)
    return _saved(office, kind, record, work)


def _saved(office: Office, kind: str, record: str, work: UnitOfWork) -> Saved:
    findings = policy_of(kind).findings(office, _read(office, kind, record))
    return Saved(record, work.change_set, [*findings, *_followed(work)])


def _followed(work: UnitOfWork) -> list[Finding]:
    """What else changed by rule, so that nothing moves unsaid."""
    counted = Counter(kind for kind, _ in work.followed)
    return [
        Finding("FOLLOWED", INFO, f"同时结束了{number}{KINDS[kind].measure}{KINDS[kind].label}，撤销时一并撤销。")
        for kind, number in counted.items()
    ]


def edit(office: Office, kind: str, record: str, typed: Mapping[str, Any], *, since: str | None = None) -> Saved:
    """Edit one record from typed values; dated fields keep what they were until `since` (today by default)."""
    row = _read(office, kind, record)
    policy = policy_of(kind)
    with office.operation(f"修改{policy.called(office, row)}") as work:
        _edit_in(office, work, kind, record, typed, since)
    return _saved(office, kind, record, work)


def edit_many(
    office: Office,
    kind: str,
    edits: Mapping[str, Mapping[str, Any]],
    *,
    label: str | None = None,
    since: str | None = None,
) -> Saved:
    """Edit several records as one operation (a pasted block); all or nothing."""
    with office.operation(label or f"修改{len(edits)}条{KINDS[kind].label}记录") as work:
        for record, typed in edits.items():
            _edit_in(office, work, kind, record, typed, since)
    return Saved(next(iter(edits), ""), work.change_set, _followed(work))


def _edit_in(
    office: Office, work: UnitOfWork, kind: str, record: str, typed: Mapping[str, Any], since: str | None
) -> None:
    try:
        current = work.read(kind, [record])[record]
    except KeyError:
        raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。") from None
    held = {f"{ATTACHMENTS.name}.{key}": kept for key, kept in (current.get(ATTACHMENTS.name) or {}).items()}
    values = read_values(office, kind, typed, template=current.get("template"), partial=True, held=held)
    policy_of(kind).before_edit(values)
    work.change(kind, record, stored_edits(office, kind, current, values, since))


def require_standing(view: ShownRecord) -> None:
    """Raise `UserError` (`removed`) for a record in the recycle bin: nothing there is changed."""
    if view.binned:
        raise _in_bin(f"{KINDS[view.kind].label}“{view.values.get('number') or view.title}”")


def _in_bin(called: str) -> UserError:
    return UserError(
        "removed",
        f"{called}在回收站里，不能修改。",
        effect="没有修改，数据没有改动。",
        advice="请先恢复它，再修改。",
    )


def stored_edits(
    office: Office, kind: str, current: Mapping[str, Any], values: Mapping[str, Any], since: str | None = None
) -> dict[str, Any]:
    """The paths an edit moves, with what dated fields were until `since`; shared by forms and imports."""
    day = effective_day(office, since)
    values = with_numbers(current, values)
    moved = policy_of(kind).edits(current, values, day, named=since is not None)
    for spec in KINDS[kind].fields:
        if not spec.dated or spec.name not in values:
            continue
        before, value = current.get(spec.name), values[spec.name]
        # The same value from an earlier day on corrects that day.
        if before == value and (since is None or not former.told_later(current["former"], spec.name, day)):
            continue
        # Filling in what nobody had entered says nothing of a change, unless its day is given.
        if before is not None or since is not None:
            told = former.rewritten(current["former"], spec.name, _as_text(before), _as_text(value), day)
            moved |= {f"former.{key}": row for key, row in told.items()}
    return policy_of(kind).following(office, current, moved)


def _as_text(value: Any) -> str | None:
    """A former value as the table keeps all of them: 是 and 否 as 1 and 0."""
    return str(int(value)) if isinstance(value, bool) else value


def with_numbers(current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values in which a text that was written back with stars has its hidden numbers again."""
    kept = dict(values)
    for name, value in values.items():
        own = name.removeprefix("values.")
        before = (current.get("values") or {}).get(own) if own != name else current.get(name)
        if isinstance(value, str) and isinstance(before, str) and "*" in value:
            kept[name] = restore_numbers(value, before)
    return kept


def effective_day(office: Office, since: str | None) -> str:
    """The day from which an edit holds, today unless given; raises `UserError` for a later one (`later`)."""
    if since is None:
        return office.today().isoformat()
    day = parse_date(since).value
    if day is None:
        raise UsageError("bad_date", f"日期“{since}”不能用，请写成2026-09-30。")
    if first_day(day) > office.today():
        raise UserError("later", "生效日期不能晚于今天。", effect="没有修改，数据没有改动。")
    return day


def remove(office: Office, kind: str, record: str) -> Saved:
    """Put one record into the recycle bin."""
    return remove_many(office, kind, [record])


def remove_many(office: Office, kind: str, ids: Sequence[str]) -> Saved:
    """Put records into the recycle bin as one operation, all or none.

    Raises `UserError` (`not_empty`) for a unit that has members, or units below it that are not removed with it.
    """
    rows = _visible(office, kind, ids)
    with office.operation(f"删除{_called_many(office, kind, rows)}") as work:
        work.bin(kind, ids)
    return Saved(next(iter(ids), ""), work.change_set)


def _visible(office: Office, kind: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for record in ids:
        row = _read(office, kind, record)
        require_visible(office, kind, row)
        found.append(row)
    return found


def _called_many(office: Office, kind: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return policy_of(kind).called(office, rows[0]) if len(rows) == 1 else f"{len(rows)}条{KINDS[kind].label}记录"


def restore(office: Office, kind: str, record: str) -> Saved:
    """Take one record out of the recycle bin."""
    return restore_many(office, kind, [record])


def restore_many(office: Office, kind: str, ids: Sequence[str]) -> Saved:
    """Take records out of the recycle bin as one operation, all or none.

    Raises `UserError` (`duplicate_id`) for a member whose ID number another member has by now.
    """
    rows = _visible(office, kind, ids)
    with office.operation(f"恢复{_called_many(office, kind, rows)}") as work:
        work.change_many(kind, {record: {"binned": False} for record in ids})
    return Saved(next(iter(ids), ""), work.change_set)


def reveal(office: Office, kind: str, record: str, name: str, reason: str) -> str:
    """The full value of a masked field; the reason is written into the audit trail."""
    office.actor.require(REVEAL, kind)
    if not reason.strip():
        raise UserError("reason", "查看完整信息要写明原因。")
    row = _read(office, kind, record)
    require_visible(office, kind, row)
    spec = next((s for s in _specs_for(office, kind, row) if s.name == name), None)
    if spec is None:
        raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
    office.audit("reveal", {"kind": kind, "record": record, "field": name, "reason": reason})
    return Printer(office, masked=False).text(spec, row.get(name) or (row.get("values") or {}).get(name))


def counts(office: Office) -> dict[str, int]:
    """How many records stand, by kind, of those that this account sees in a list."""
    scope, closed = organisations.scope_ids(office, None), ledger_templates.closed_to(office)
    with office.database.read() as connection:
        return {kind: listing.count(connection, kind, scope, closed) for kind in LISTED}


def members_on(office: Office, day: date) -> int:
    """How many members the list of a day holds: counted where they lie, not fetched."""
    office.actor.require(READ, "member")
    scope = organisations.scope_ids(office, None, day)
    with office.database.read() as connection:
        return listing.count(connection, "member", scope, on=day)
