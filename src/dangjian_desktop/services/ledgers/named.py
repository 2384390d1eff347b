"""What the values of ledger entries refer to, by name: members, other entries, attached files; child rows included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import is_row, split_row
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import attached, listing

from . import ledger_templates

Wanted = Mapping[FieldType, Iterable[str]]
"""Ids by the type of the column that refers to them."""

_NAMED = (FieldType.MEMBER, FieldType.MEMBERS, FieldType.ENTRY, FieldType.ATTACHMENT)


def names_in(office: Office, connection: Any, entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By id what entries (rows with `template` and `values`) refer to, as people call it."""
    wanted: dict[FieldType, list[str]] = defaultdict(list)
    for entry in entries:
        template = office.templates.get(entry["template"])
        if template is not None:
            for column, value in referring(template, entry["values"] or {}):
                wanted[column.type] += ids_in(value)
    return names_of(office, connection, wanted)


def referring(template: LedgerTemplate, values: Mapping[str, Any]) -> Iterator[tuple[LedgerColumn, Any]]:
    """The columns whose values refer to something, with the value; those of child rows too."""
    own = [column for column in template.columns if column.type in _NAMED]
    for column in own:
        if values.get(column.name):
            yield column, values[column.name]
    lists = {rows.name: [c for c in rows.columns if c.type in _NAMED] for rows in template.rows}
    if not any(lists.values()):
        return
    for name, kept in values.items():
        if is_row(name) and isinstance(kept, Mapping):
            for column in lists.get(split_row(name)[0], ()):
                if kept.get(column.name):
                    yield column, kept[column.name]


def ids_in(value: Any) -> list[str]:
    """The ids that a value names: one, or each of several."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def names_of(office: Office, connection: Any, wanted: Wanted) -> dict[str, str]:
    """What ids are called, by the type of the column that refers to them."""
    members = [*wanted.get(FieldType.MEMBER, ()), *wanted.get(FieldType.MEMBERS, ())]
    names = listing.titles(connection, "member", list(dict.fromkeys(members)))
    entries = list(dict.fromkeys(wanted.get(FieldType.ENTRY, ())))
    if entries:
        names |= entry_labels(office, connection, entries)
    files = list(dict.fromkeys(wanted.get(FieldType.ATTACHMENT, ())))
    return names | attached.titles(connection, files) if files else names


def entry_labels(office: Office, connection: Any, entries: Sequence[str]) -> dict[str, str]:
    """Entries by number and title; of a ledger that this role may not open the number alone."""
    rows = listing.rows(connection, "ledger_entry", entries, ["template", "number"])
    closed = ledger_templates.closed_to(office)
    titles = ledger_templates.entry_titles(office, connection, [r["id"] for r in rows if r["template"] not in closed])
    labels = {}
    for row in rows:
        title = mask_numbers(titles.get(row["id"], ""))
        parts = [row["number"] or "", title if title != row["number"] else ""]
        labels[row["id"]] = " ".join(part for part in parts if part)
    return labels


def with_people(office: Office, template: LedgerTemplate, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values in which the columns that tell who did something hold names, as accounts do, and no ids of members."""
    asked = {name for move in template.transitions for name in (move.not_by, move.by) if name}
    members = [c.name for c in template.columns if c.name in asked and c.type in (FieldType.MEMBER, FieldType.MEMBERS)]
    held = {name: ids_in(values.get(name)) for name in members if values.get(name)}
    if not held:
        return values
    with office.database.read() as connection:
        names = listing.titles(connection, "member", [one for ids in held.values() for one in ids])
    return {**values, **{name: "、".join(names.get(one, one) for one in ids) for name, ids in held.items()}}


def of_values(office: Office, connection: Any, pairs: Iterable[tuple[FieldSpec | None, Any]]) -> dict[str, str]:
    """What single values refer to, as people call it."""
    wanted: dict[FieldType, list[str]] = defaultdict(list)
    for spec, value in pairs:
        if spec is not None and spec.type in _NAMED and value:
            wanted[spec.type] += ids_in(value)
    return names_of(office, connection, wanted)
