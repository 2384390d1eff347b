"""The ledger templates that lie in the file, and what of its entries is known without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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


def strangers(connection: Connection, known: Collection[str]) -> dict[str, tuple[list[str], list[str]]]:
    """Ledgers that have entries and no template: the keys of their columns and of their states."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    # Templates are few, entries many: each is looked up in the index, from one to the next.
    following = select(func.min(_ENTRY.c.template))
    template = connection.execute(following).scalar_one()
    while template is not None:
        if template not in known:
            found[template] = in_use(connection, template, also_past=True)
        template = connection.execute(following.where(_ENTRY.c.template > template)).scalar_one()
    return found


def in_use(connection: Connection, template: str, *, also_past: bool = False) -> tuple[list[str], list[str]]:
    """The keys of the columns that entries of a ledger fill, and of the states that they are in (`also_past`: were)."""
    columns = connection.execute(
        text('SELECT DISTINCT v.key FROM ledger_entry e, json_each(e."values") v WHERE e.template = :t ORDER BY 1'),
        {"t": template},
    )
    past = "SELECT DISTINCT p.state FROM passage p JOIN ledger_entry e ON e.id = p.record WHERE e.template = :t"
    now = "SELECT DISTINCT state FROM ledger_entry WHERE template = :t AND state IS NOT NULL"
    states = connection.execute(text(f"{past if also_past else now} ORDER BY 1"), {"t": template})
    return list(columns.scalars()), list(states.scalars())
