"""The ledger templates that lie in the file, and what of its entries is known without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from .. import tables

TOPIC = "ledger_template"
_ITEM, _ENTRY = tables.shared_item, tables.ledger_entry


def texts(connection: Connection) -> dict[str, str]:
    """The texts of the file's own templates by key; of two with one key (from two offices) the newer."""
    rows = connection.execute(
        select(_ITEM.c.item, _ITEM.c.content)
        .where(_ITEM.c.topic == TOPIC, _ITEM.c.binned.is_(False), _ITEM.c.content.is_not(None))
        .order_by(_ITEM.c.id)
    )
    return {row.item: row.content for row in rows}


def keys(connection: Connection, items: Sequence[str]) -> set[str]:
    """The ledgers whose template is among these shared items, standing or not."""
    rows = connection.execute(select(_ITEM.c.item).where(_ITEM.c.id.in_(list(items)[:900]), _ITEM.c.topic == TOPIC))
    return set(rows.scalars())


def strangers(connection: Connection, known: Collection[str]) -> list[str]:
    """Ledgers that have entries and no template."""
    return [key for key in used(connection) if key not in known]


def used(connection: Connection) -> list[str]:
    """The ledgers that have entries, those in the bin included."""
    found: list[str] = []
    # Templates are few, entries many: each is looked up in the index, from one to the next.
    following = select(func.min(_ENTRY.c.template))
    template = connection.execute(following).scalar_one()
    while template is not None:
        found.append(template)
        template = connection.execute(following.where(_ENTRY.c.template > template)).scalar_one()
    return found


def with_entries(connection: Connection, templates: Collection[str]) -> set[str]:
    """Those of some ledgers that have a standing entry; each is looked up in the index, no entry is counted."""
    asked = text("SELECT 1 FROM ledger_entry WHERE template = :template AND NOT binned LIMIT 1")
    return {key for key in templates if connection.execute(asked, {"template": key}).first() is not None}


def in_use(connection: Connection, template: str, *, also_past: bool = False) -> tuple[list[str], list[str]]:
    """The keys of the columns that entries of a ledger fill, and of the states that they are in (`also_past`: were)."""
    columns = connection.execute(
        # A child row lies under `list.row`: its list is filled. What the program notes for itself begins with _.
        text(
            "SELECT DISTINCT CASE instr(v.key, '.') WHEN 0 THEN v.key ELSE substr(v.key, 1, instr(v.key, '.') - 1) END"
            ' FROM ledger_entry e, json_each(e."values") v'
            " WHERE e.template = :t AND v.key NOT GLOB '_*' ORDER BY 1"
        ),
        {"t": template},
    )
    past = "SELECT DISTINCT p.state FROM passage p JOIN ledger_entry e ON e.id = p.record WHERE e.template = :t"
    now = "SELECT DISTINCT state FROM ledger_entry WHERE template = :t AND state IS NOT NULL"
    states = connection.execute(text(f"{past if also_past else now} ORDER BY 1"), {"t": template})
    return list(columns.scalars()), list(states.scalars())


def filled(connection: Connection, template: str) -> dict[str, int]:
    """By column how many standing entries of a ledger fill it; of child rows by `list.column` how many rows do."""
    rows = connection.execute(
        text(
            "SELECT CASE instr(v.key, '.') WHEN 0 THEN v.key"
            " ELSE substr(v.key, 1, instr(v.key, '.')) || c.key END, count(*)"
            ' FROM ledger_entry e, json_each(e."values") v LEFT JOIN json_each('
            "CASE instr(v.key, '.') WHEN 0 THEN '{}' ELSE v.value END) c"
            " WHERE e.template = :t AND NOT e.binned AND v.key NOT GLOB '_*' GROUP BY 1"
        ),
        {"t": template},
    )
    return {row[0]: row[1] for row in rows if row[0]}


class ReferringEntry(NamedTuple):
    """A standing entry that names another one: its ledger and unit, and the column (of its own or of a child row)."""

    id: str
    template: str
    organisation: str | None
    column: str


def referring_entries(connection: Connection, entry: str) -> list[ReferringEntry]:
    """The standing entries that name `entry` anywhere in their values, by number."""
    found = connection.execute(
        # Whoever names it holds its id in the text of the values: only those are taken apart.
        text(
            "SELECT DISTINCT e.id, e.template, e.organisation, v.key, e.number"
            ' FROM ledger_entry e, json_tree(e."values") v'
            ' WHERE NOT e.binned AND instr(e."values", :id) AND v.atom = :id ORDER BY e.number, e.id'
        ),
        {"id": entry},
    )
    return [ReferringEntry(row.id, row.template, row.organisation, str(row.key)) for row in found]


def referred(connection: Connection, template: str, column: str) -> set[str]:
    """The ids that standing entries of a ledger name in a column, in child rows too."""
    found = connection.execute(
        text(
            'SELECT DISTINCT v.atom FROM ledger_entry e, json_tree(e."values") v'
            " WHERE NOT e.binned AND e.template = :t AND v.key = :c AND v.atom IS NOT NULL"
        ),
        {"t": template, "c": column},
    )
    return set(found.scalars())


def others(connection: Connection, template: str, column: str, value: str, but: str) -> bool:
    """Whether another standing entry of a ledger says the same in a column (`organisation`: is of the same)."""
    said = "organisation" if column == "organisation" else "json_extract(\"values\", '$.' || :column)"
    found = connection.execute(
        text(
            f"SELECT 1 FROM ledger_entry WHERE template = :template AND NOT binned AND id <> :but AND {said} = :value"
            " LIMIT 1"
        ),
        {"template": template, "column": column, "value": value, "but": but},
    )
    return found.first() is not None
