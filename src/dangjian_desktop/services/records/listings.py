"""Whole records as of a day, printed: what `list` and scripts get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.members import IN_FORCE, counted_from
from dangjian_desktop.domain.records.permissions import READ, REVEAL
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of, listing

from . import organisations
from .members import STAY_FIELDS
from .printing import Printer

Printed = dict[str, object]

HEAD = "书记"
_REFERENCES = (FieldType.ORGANISATION, FieldType.MEMBER)


def reveal_list(office: Office, kind: str, number: int, reason: str) -> None:
    """Allow and log the full numbers of a whole list; raises `UserError` where the account may not see them."""
    office.actor.require(REVEAL, kind)
    office.audit("reveal", {"kind": kind, "records": number, "reason": reason})


def in_force(office: Office, kind: str, ids: Sequence[str], on: date) -> list[str]:
    """Those of `ids` that stood on `on`, organisations in the order of the tree; members are asked for by `query`."""
    if kind == "organisation":
        wanted = set(ids)
        begun = _founded_by(office, ids, on)
        return [n.id for n in organisations.tree(office, on) if n.id in wanted and n.id in begun]
    if kind == "post":
        with office.database.read() as connection:
            held = as_of.posts_in_force(connection, on)
        return [i for i in ids if i in held]
    return list(ids)


def _founded_by(office: Office, ids: Sequence[str], on: date) -> set[str]:
    with office.database.read() as connection:
        rows = listing.rows(connection, "organisation", ids, ["founded_on"])
    return {r["id"] for r in rows if not r["founded_on"] or r["founded_on"] <= on.isoformat()}


def records_on(
    office: Office, kind: str, ids: Sequence[str], *, on: date | None = None, masked: bool = True
) -> list[Printed]:
    """Printed records with all their fields as they stood on a day (today unless given), in the order of `ids`.

    Codes come by name, units and people by name beside `<field>_id`, counts as numbers, nothing as an empty text.
    Unmasked needs the permission to reveal; `reveal_list` writes the reason into the audit trail.
    """
    office.actor.require(READ if masked else REVEAL, kind)
    day = on or office.today()
    specs = KINDS[kind].fields
    columns = [s.name for s in specs] + (["values", "title", "due_on"] if kind == "ledger_entry" else [])
    with office.database.read() as connection:
        found = listing.rows(connection, kind, ids, columns)
        former = as_of.former_values(connection, day)
        stays = as_of.stays(connection, day) if kind == "member" else {}
        referred = [r["member"] for r in found if r.get("member")]
        referred += ledger_templates.people_in(office, found) if kind == "ledger_entry" else []
        people = listing.titles(connection, "member", referred)
    printer = Printer(office, masked=masked, members=people, on=day, in_prose=True)
    # A branch that has since been renamed is called what it was called then.
    printer.add_units({n.id: n.name for n in organisations.tree(office, day)})
    extra = _EXTRAS[kind](office, day)
    printed = []
    for row in found:
        row |= former.get(row["id"], {})
        _overlay_stay(row, stays.get(row["id"]))
        printed.append(_printed(printer, specs, row) | extra(row, printer))
    return printed


def _overlay_stay(row: dict[str, Any], stay: Mapping[str, Any] | None) -> None:
    if stay is not None:
        row |= {name: stay[column] for name, column in STAY_FIELDS.items()} | {"standing": IN_FORCE}
        # Who has left since counted then.
        row["seniority"] = row["seniority"] or counted_from(row["confirmed_on"], row["seniority_adjustment"])


def _printed(printer: Printer, specs: Sequence[FieldSpec], row: Mapping[str, Any]) -> Printed:
    out: Printed = {"id": row["id"]}
    for spec in specs:
        value = row.get(spec.name)
        out[spec.name] = _shown(printer, spec, value)
        if spec.type in _REFERENCES:
            out[f"{spec.name}_id"] = value or ""
    return out


def _shown(printer: Printer, spec: FieldSpec, value: Any) -> object:
    if spec.type is FieldType.YEARS:
        return printer.years(value)
    return value if spec.type is FieldType.INTEGER else printer.text(spec, value)


Extra = Callable[[Mapping[str, Any], Printer], Printed]


def _organisation_extra(office: Office, day: date) -> Extra:
    with office.database.read() as connection:
        heads = as_of.heads(connection, day, HEAD)
    nodes = {n.id: n for n in organisations.tree(office, day)}

    def extra(row: Mapping[str, Any], _printer: Printer) -> Printed:
        node = nodes.get(row["id"])
        return {
            "secretary": heads.get(row["id"], ""),
            "members": node.members_total if node else 0,
            "members_own": node.members if node else 0,
        }

    return extra


def _meeting_extra(office: Office, _day: date) -> Extra:
    with office.database.read() as connection:
        numbers = as_of.attendance_numbers(connection)

    def extra(row: Mapping[str, Any], _printer: Printer) -> Printed:
        seen = numbers.get(row["id"], {})
        attendance = {presence: seen.get(presence, 0) for presence in ("present", "excused", "absent")}
        return {"attendance": attendance, "due": sum(attendance.values())}

    return extra


def _entry_extra(office: Office, _day: date) -> Extra:
    def extra(row: Mapping[str, Any], printer: Printer) -> Printed:
        template = ledger_templates.template(office, row["template"])
        stored = row["values"] or {}
        values: Printed = {
            c.name: stored.get(c.name) if c.type is FieldType.INTEGER else printer.text(c, stored.get(c.name))
            for c in template.columns
        }
        state = row["state"] or template.initial
        own: Printed = {
            "ledger": template.key,
            "template": template.title,
            "state": template.state(state).label,
            "state_key": state,
            "values": values,
            "due_on": row["due_on"] or "",
        }
        return {name: value for name, value in values.items() if name not in KINDS["ledger_entry"].names()} | own

    return extra


def _nothing(_office: Office, _day: date) -> Extra:
    return lambda _row, _printer: {}


_EXTRAS: dict[str, Callable[[Office, date], Extra]] = {
    "organisation": _organisation_extra,
    "member": _nothing,
    "post": _nothing,
    "meeting": _meeting_extra,
    "ledger_entry": _entry_extra,
}
