"""What ledgers hold of persons is cleared some months after an entry was settled, once a person confirmed the list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.clearing import columns_due
from dangjian_desktop.domain.records.permissions import CLEAR, READ
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.units import organisations

KIND = "ledger_entry"


@dataclass(frozen=True, slots=True)
class DueForClearing:
    """One entry whose time has come: the columns that are to be cleared, by key and label."""

    entry: str
    ledger: str
    number: str
    settled_on: str
    columns: tuple[tuple[str, str], ...]
    titled: bool


def due(office: Office) -> list[DueForClearing]:
    """The list that a person looks through and confirms: all entries whose columns are to be cleared by today."""
    office.actor.require(READ, KIND)
    street, found = FileStreet(office, organisations.reach(office)), []
    for template in ledger_templates.templates(office):
        if all(column.clear_after is None for column in template.columns):
            continue
        for row in street.read(template):
            columns = columns_due(template, row, office.today())
            if columns:
                told = tuple((column.name, column.label) for column in columns)
                titled = template.title_column in {column.name for column in columns}
                found.append(DueForClearing(row.id, template.title, row.number, row.settled or "", told, titled))
    return found


def confirm(office: Office, entries: Collection[str], reason: str) -> int:
    """Clear what is due of these entries, in the record and in the log; returns of how many. It cannot be undone.

    Raises `UserError`: `not_allowed`, `reason`; `not_due` where one of them is not on the list, and clears none then.
    """
    office.actor.require(CLEAR, KIND)
    known = {one.entry: one for one in due(office)}
    if strange := [entry for entry in entries if entry not in known]:
        raise UserError(
            "not_due",
            f"有{len(strange)}条不在应清除的清单里。",
            effect="什么也没有清除。",
            advice="请重新打开清单，看过再确认。",
        )
    alike: dict[tuple[str, ...], list[str]] = {}
    for entry in entries:
        one = known[entry]
        paths = (*(f"values.{key}" for key, _ in one.columns), *((history.LABELS,) if one.titled else ()))
        alike.setdefault(paths, []).append(entry)
    for paths, same in alike.items():
        history.clear(office, KIND, same, paths, reason)
    return len(known.keys() & set(entries))
