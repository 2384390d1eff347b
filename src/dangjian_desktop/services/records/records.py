"""Lists, single records and edits of every kind, by its field descriptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records import members as member_rules
from dangjian_desktop.domain.records import terms, unit_names
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import READ, REVEAL
from dangjian_desktop.domain.values.partial_dates import first_day, parse_date
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing, people
from dangjian_desktop.storage.queries.listing import Condition, ListQuery
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import UnitOfWork, read_records

from . import list_filters, members, organisations
from .printing import CATEGORY_JOINER, Printer
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
class RecordView:
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
    """Ids of a list in order: `order` is (field, descending); members as of `on` where given.

    Entries of ledgers that this role may not open are left out; naming such a `template` raises `UserError`.
    """
    office.actor.require(READ, kind)
    return _ids(
        office,
        ListQuery(
            kind,
            organisations.scope_ids(office, scope, on),
            (
                *list_filters.open_ledgers(office, kind, template),
                *(made for asked in filters for made in list_filters.conditions(office, kind, asked, template)),
            ),
            tuple(list_filters.order(office, kind, name, down, template) for name, down in order),
            on,
            text,
            template,
            binned,
        ),
    )


def _ids(office: Office, asked: ListQuery) -> list[str]:
    with office.database.read() as connection:
        return listing.ids(connection, asked)


def rows(
    office: Office, kind: str, ids: Sequence[str], fields: Sequence[str], *, masked: bool = True
) -> list[dict[str, str]]:
    """Printed values of the wanted ids in their order; ids that are gone or not for this role are left out.

    Unmasked needs the permission to reveal; whoever asks for it writes the reason into the audit trail.
    """
    office.actor.require(READ if masked else REVEAL, kind)
    specs = {s.name: s for s in KINDS[kind].fields}
    plain = [specs[f] for f in fields if f in specs]
    wanted = [s.name for s in plain] + (["values", "template"] if kind == "ledger_entry" else [])
    with office.database.read() as connection:
        found = listing.rows(connection, kind, ids, wanted)
        if kind == "ledger_entry":
            closed = ledger_templates.closed_to(office)
            found = [row for row in found if row["template"] not in closed]
        referred = [str(r["member"]) for r in found if r.get("member")]
        referred += ledger_templates.people_in(office, found) if kind == "ledger_entry" else []
        names = listing.titles(connection, "member", list(dict.fromkeys(referred)))
    printer = Printer(office, masked=masked, members=names)
    printed = [printer.row(plain, r) for r in found]
    if kind == "ledger_entry":
        _print_columns(office, printer, found, printed, fields)
    return printed


def _print_columns(
    office: Office,
    printer: Printer,
    found: Sequence[Mapping[str, Any]],
    printed: list[dict[str, str]],
    fields: Sequence[str],
) -> None:
    for row, out in zip(found, printed, strict=True):
        template = ledger_templates.template(office, row["template"])
        columns = {c.name: c for c in template.columns}
        for name in fields:
            if name in columns:
                out[name] = printer.text(columns[name], (row["values"] or {}).get(name))
        if out.get("state"):
            out["state"] = template.state(out["state"]).label
        if out.get("template"):
            out["template"] = template.title


def get(office: Office, kind: str, record: str, *, masked: bool = True) -> RecordView:
    """One record; raises `UserError` (`not_found`). Unmasked needs the permission to reveal, as in `rows`."""
    office.actor.require(READ if masked else REVEAL, kind)
    row = _read(office, kind, record)
    require_visible(office, kind, row)
    specs = _specs_for(office, kind, row)
    values = dict(row) | (row.get("values") or {})
    with office.database.read() as connection:
        referred = [str(values[s.name]) for s in specs if s.type is FieldType.MEMBER and values.get(s.name)]
        names = listing.titles(connection, "member", referred)
    if kind == "member":
        # The set of classifications and its derived summary share a name; a form shows the summary.
        values["categories"] = CATEGORY_JOINER.join(
            dict.fromkeys(c["category"] for c in row["categories"].values() if not c.get("to_on"))
        )
    printer = Printer(office, masked=masked, members=names)
    printed = printer.row(specs, values)
    if kind == "ledger_entry":
        template = ledger_templates.template(office, row["template"])
        printed["state"] = template.state(row["state"]).label if row["state"] else ""
    sets = {name: row[name] for name in SHAPES[kind].sets if name != "former"}
    called = str(row.get("name") or row.get("title") or row.get("number") or KINDS[kind].label)
    # An entry about a person is called by the name.
    title = names.get(called, called)
    hidden = {"rid", "op", "values", "memberships", "attendance", "former"}
    plain = {k: v for k, v in values.items() if k not in hidden}
    return RecordView(record, kind, title, plain, printed, sets, bool(row["binned"]), _findings(office, kind, row))


def require_visible(office: Office, kind: str, row: Mapping[str, Any]) -> None:
    """Raise `UserError` for a record that this account sees in no list.

    `row` holds `id`, `organisation` and, of an entry, `template`. The code is `out_of_scope` for another unit's
    record, `not_allowed` for an entry of a ledger that the role may not open.
    """
    if kind == "ledger_entry":
        ledger_templates.template(office, row["template"])
    if office.actor.scope is not None:
        office.actor.require_unit(row["id"] if kind == "organisation" else row.get("organisation"))


def _specs_for(office: Office, kind: str, row: Mapping[str, Any]) -> list[FieldSpec]:
    return field_specs(office, kind, row.get("template"))


def _read(office: Office, kind: str, record: str) -> dict[str, Any]:
    if kind not in KINDS:
        raise UsageError("unknown_kind", f"没有“{kind}”这种资料。")
    with office.database.read() as connection:
        try:
            return read_records(connection, SHAPES[kind], [record])[record]
        except KeyError:
            raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。") from None


def _findings(office: Office, kind: str, row: Mapping[str, Any]) -> list[Finding]:
    if kind == "organisation":
        return _same_name(office, row["id"]) + terms.election_findings(row["term_due"], row["term_present"])
    return member_rules.findings(row, office.today()) if kind == "member" else []


def _same_name(office: Office, organisation: str) -> list[Finding]:
    above = organisations.superior_names(office)
    return unit_names.same_name([above.get(unit, "") for unit in organisations.namesakes(office, organisation)])


def add(
    office: Office,
    kind: str,
    typed: Mapping[str, Any],
    *,
    template: str | None = None,
    children: Mapping[str, Mapping[str, Any]] | None = None,
) -> Saved:
    """Create one record from typed values; `children` are keyed sets such as a meeting's attendance."""
    if kind not in KINDS:
        raise UsageError("unknown_kind", f"没有“{kind}”这种资料。")
    values = read_values(office, kind, typed, template=template, partial=kind == "ledger_entry")
    row = _new_row(office, kind, values, template)
    row |= dict(children or {})
    with office.operation(f"新建{_called(office, kind, row)}") as work:
        record = work.create(kind, row)
    return Saved(record, work.change_set, _findings(office, kind, _read(office, kind, record)))


def _called(office: Office, kind: str, row: Mapping[str, Any]) -> str:
    """A record in the wording of an operation; an entry by its number: what it says is not for every reader."""
    if kind == "ledger_entry":
        template = office.templates.get(row["template"])
        return f"{template.title if template else KINDS[kind].label} {row.get('number') or ''}".strip()
    name = row.get("name") or row.get("title")
    return KINDS[kind].label + (f"“{name}”" if name else "")


def _new_row(office: Office, kind: str, values: dict[str, Any], template: str | None) -> dict[str, Any]:
    if kind == "member":
        _refuse_same_number(office, values)
        with office.database.read() as connection:
            first = values["organisation"] not in people.units_with_history(connection)
        return members.creation(office, values, first_of_unit=first)
    if kind == "organisation":
        if not values.get("parent"):
            values["parent"] = office.scope or organisations.root_id(office)
        return values
    if kind == "meeting":
        return values | {"entered_on": office.today().isoformat()}
    if kind == "ledger_entry":
        return ledger_templates.new_row(office, values, template)
    return values


def _refuse_same_number(
    office: Office, values: Mapping[str, Any], work: UnitOfWork | None = None, own: str | None = None
) -> None:
    """Raise `UserError` (`duplicate_id`) for an ID number that another member has, the changes of `work` included."""
    number = values.get("id_number")
    if not number:
        return
    with nullcontext(work.connection) if work else office.database.read() as connection:
        same = people.by_id_numbers(connection, [number]).get(number, [])
        rows_of_same = listing.rows(connection, "member", [i for i in same if i != own], ["name", "organisation"])
    if rows_of_same:
        first = rows_of_same[0]
        seen = office.actor.scope is None or first["organisation"] in office.actor.scope
        whose = f"已有党员“{first['name']}”" if seen else "别的党组织的一名党员"
        raise UserError(
            "duplicate_id",
            f"公民身份号码与{whose}相同。",
            effect="没有保存，数据没有改动。",
            advice="请核对号码；转入的党员请让上级党组织办理。" if not seen else "请核对号码，或打开这名党员修改。",
        )


def edit(office: Office, kind: str, record: str, typed: Mapping[str, Any], *, since: str | None = None) -> Saved:
    """Edit one record from typed values; dated fields keep what they were until `since` (today by default)."""
    row = _read(office, kind, record)
    with office.operation(f"修改{_called(office, kind, row)}") as work:
        _refuse_same_number(office, _edit_in(office, work, kind, record, typed, since), work, record)
    return Saved(record, work.change_set, _findings(office, kind, _read(office, kind, record)))


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
        moved = {record: _edit_in(office, work, kind, record, typed, since) for record, typed in edits.items()}
        # After all of them: two people may exchange their numbers.
        for record, values in moved.items():
            _refuse_same_number(office, values, work, record)
    return Saved(next(iter(edits), ""), work.change_set)


def _edit_in(
    office: Office, work: UnitOfWork, kind: str, record: str, typed: Mapping[str, Any], since: str | None
) -> dict[str, Any]:
    """Write one edit; returns the values that are other than before."""
    try:
        current = work.read(kind, [record])[record]
    except KeyError:
        raise UserError("not_found", f"没有找到这条{KINDS[kind].label}记录（{record}）。") from None
    if current["binned"]:
        raise UserError(
            "removed",
            f"{_called(office, kind, current)}在回收站里，不能修改。",
            effect="没有修改，数据没有改动。",
            advice="请先恢复它，再修改。",
        )
    values = read_values(office, kind, typed, template=current.get("template"), partial=True)
    if "state" in values or "template" in values:
        raise UserError("not_editable", "台账条目的状态要通过“流转”改变。")
    work.change(kind, record, stored_edits(office, kind, current, values, since))
    return {name: value for name, value in values.items() if current.get(name) != value}


def stored_edits(
    office: Office, kind: str, current: Mapping[str, Any], values: Mapping[str, Any], since: str | None = None
) -> dict[str, Any]:
    """The paths an edit moves, with what dated fields were until `since`; shared by forms and imports."""
    day = effective_day(office, since)
    moved = members.edits(current, values, day) if kind == "member" else dict(values)
    for spec in KINDS[kind].fields:
        before = current.get(spec.name)
        if spec.dated and spec.name in moved and before not in (None, moved[spec.name]):
            key = f"former.{spec.name}@{day}"
            if f"{spec.name}@{day}" not in current["former"]:
                moved[key] = {"attribute": spec.name, "value": before, "until": day}
    return moved


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
    if kind == "organisation":
        _refuse_with_members(office, set(ids))
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
    return _called(office, kind, rows[0]) if len(rows) == 1 else f"{len(rows)}条{KINDS[kind].label}记录"


def _refuse_with_members(office: Office, ids: Collection[str]) -> None:
    nodes = organisations.tree(office)
    above = {n.parent_id for n in nodes if n.id not in ids}
    for node in nodes:
        if node.id in ids and (node.members or node.id in above):
            raise UserError(
                "not_empty",
                f"“{node.name}”还有下级组织或党员，不能删除。",
                effect="没有删除，数据没有改动。",
                advice="请先转出党员、移走下级组织；撤销的组织请填“撤销日期”，不要删除。",
            )


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
        for row in rows if kind == "member" else ():
            _refuse_same_number(office, row, work, row["id"])
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
        return {kind: listing.count(connection, kind, scope, closed) for kind in KINDS}
