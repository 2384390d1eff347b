"""Whole records as of a day, printed: what `list` and scripts get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dangjian_desktop.domain.records.fields import REFERRING, FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import READ, REVEAL
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing

from .policies import policy_of
from .policies.base import Printed
from .printing import Printer


def reveal_list(office: Office, kind: str, number: int, reason: str) -> None:
    """Allow and log the full numbers of a whole list; raises `UserError` where the account may not see them."""
    office.actor.require(REVEAL, kind)
    office.audit("reveal", {"kind": kind, "records": number, "reason": reason})


def in_force(office: Office, kind: str, ids: Sequence[str], on: date) -> list[str]:
    """Those of `ids` that stood on `on`, organisations in the order of the tree; members are asked for by `query`."""
    return policy_of(kind).standing_on(office, ids, on)


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
    policy = policy_of(kind)
    with office.database.read() as connection:
        found = listing.rows_on(connection, kind, ids, [*(s.name for s in specs), *policy.listed_with], day)
        names = policy.names_in(office, connection, found)
    policy.overlay(office, found, day)
    printer = Printer(office, masked=masked, named=names, on=day)
    extra = policy.listed(office, day)
    printed = []
    for row in found:
        printed.append(_printed(printer, specs, row) | extra(row, printer))
    return printed


def _printed(printer: Printer, specs: Sequence[FieldSpec], row: Mapping[str, Any]) -> Printed:
    out: Printed = {"id": row["id"]}
    for spec in specs:
        value = row.get(spec.name)
        out[spec.name] = _shown(printer, spec, value)
        if spec.type in REFERRING:
            out[f"{spec.name}_id"] = value or ""
    return out


def _shown(printer: Printer, spec: FieldSpec, value: Any) -> object:
    if spec.type is FieldType.YEARS:
        return printer.years(value)
    return value if spec.type is FieldType.INTEGER else printer.text(spec, value)
