"""Derived data has one road: from what an operation touched, in the same transaction.

Edits, imports, merges and undo all come through here, and `check --repair` rebuilds with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text, update

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.own_templates import Shelf, nothing_in_use
from dangjian_desktop.domain.ledgers.passages import derived, terminal_states
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.records.members import counted_from
from dangjian_desktop.domain.records.spans import newest_stay
from dangjian_desktop.domain.rules.shipped import rules

from . import pinyin, pump, tables
from .queries import ledger_templates
from .shape import among

CHUNK = 500

_MEMBER = tables.member
_MEMBERSHIP = tables.membership
_CATEGORY = tables.category
_ENTRY = tables.ledger_entry
_ORGANISATION = tables.organisation
_TERM = tables.term
_PASSAGE = tables.passage

STANDING_OF_OUT_KIND = {"O2": "B", "O3": "D", "O4": "E", "O5": "E", "move": "E"}
"""Party standing (党籍状态) that follows from how the last stay ended; every other way is 已出党."""

MEMBER_COLUMNS = (
    "organisation",
    "group",
    "entered_on",
    "entered_kind",
    "entered_from",
    "left_on",
    "left_kind",
    "left_to",
    "standing",
    "categories",
    "name_key",
    "seniority",
)


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """Which columns of a template's values are its due date and its title, and which states settle an entry."""

    due: str | None
    title: str | None
    terminal: frozenset[str] = frozenset()


Templates = Mapping[str, LedgerColumns]


def ledger_columns(template: LedgerTemplate) -> LedgerColumns:
    """What derived data needs of a ledger's template."""
    return LedgerColumns(template.due, template.title_column, terminal_states(template))


class Shapes(Mapping[str, LedgerColumns]):
    """What derived data needs of the ledgers of a file; those whose template cannot be used have none."""

    def __init__(self, templates: Mapping[str, LedgerTemplate]) -> None:
        self._templates = templates
        self._made: dict[str, LedgerColumns] = {}

    def __getitem__(self, key: str) -> LedgerColumns:
        """Of one ledger; raises `KeyError` for one without a usable template."""
        if key not in self._made:
            template = self._templates[key]
            if template.fault:
                raise KeyError(key)
            self._made[key] = ledger_columns(template)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        """The keys of the ledgers whose template can be used."""
        return (key for key, template in self._templates.items() if not template.fault)

    def __len__(self) -> int:
        """How many those are."""
        return sum(1 for _ in self)


def member_columns(
    member: Mapping[str, Any], memberships: Iterable[Mapping[str, Any]], categories: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """The derived columns of one member from its fields and its keyed sets."""
    last = newest_stay(memberships)
    current = [c["category"] for c in categories if not c.get("to_on")]
    columns: dict[str, Any] = dict.fromkeys(MEMBER_COLUMNS)
    if current:
        columns["categories"] = "；".join(dict.fromkeys(current))
    columns["name_key"] = pinyin.sort_key(str(member["name"]))
    if last is None:
        return columns
    columns |= {
        "organisation": last.get("organisation"),
        "group": last.get("group"),
        "entered_on": last.get("from_on"),
        "entered_kind": last.get("in_kind"),
        "entered_from": last.get("counterpart"),
    }
    if not last.get("to_on"):
        columns["standing"] = "A"
        told = member.get
        columns["seniority"] = _seniority(
            told("member_class"), told("joined_on"), told("confirmed_on"), told("seniority_adjustment")
        )
    else:
        columns |= {
            "left_on": last.get("to_on"),
            "left_kind": last.get("out_kind"),
            "left_to": last.get("destination"),
            "standing": STANDING_OF_OUT_KIND.get(last.get("out_kind") or "", "C"),
        }
    return columns


@lru_cache(maxsize=10_000)
def _seniority(
    member_class: str | None, joined_on: str | None, confirmed_on: str | None, adjustment: int | None
) -> str | None:
    # Days of joining and of confirmation are few beside the members who share them.
    return counted_from(rules(), member_class, joined_on, confirmed_on, adjustment)


def organisation_columns(organisation: Mapping[str, Any], held: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The derived columns of one organisation from its fields and its terms by key."""
    return terms.columns(rules(), str(organisation["kind"]), organisation.get("field"), held)


def entry_columns(
    template: str,
    values: Mapping[str, Any] | None,
    passages: Mapping[str, Mapping[str, Any]] | None,
    templates: Templates,
) -> dict[str, Any]:
    """The derived columns of one ledger entry; of a ledger that nobody knows all but due date and title."""
    shape = templates.get(template)
    values = values or {}
    return {
        "due_on": _text_of(values, shape.due if shape else None),
        "title": _text_of(values, shape.title if shape else None),
        **derived(passages, shape.terminal if shape else frozenset())._asdict(),
    }


def _text_of(values: Mapping[str, Any], column: str | None) -> str | None:
    """What a column says where it is a text: a template may name one that older entries filled otherwise."""
    value = values.get(column) if column else None
    return value if isinstance(value, str) else None


def index_names(connection: Connection, rows: Sequence[tuple[int, str]], *, fresh: bool = False) -> None:
    """Put (rid, name) into the search table, replacing what stood there."""
    if not rows:
        return
    if not fresh:
        connection.execute(text("DELETE FROM member_find WHERE rowid = :rid"), [{"rid": rid} for rid, _ in rows])
    names = [name for _, name in rows]
    columns: list[list[Any]] = [
        [rid for rid, _ in rows],
        [pinyin.tokens(n) for n in names],
        [pinyin.letters(n) for n in names],
    ]
    pump.insert(connection, "member_find(rowid, name, letters)", "???", columns)


def chunks(items: Iterable[str]) -> Iterable[list[str]]:
    """Ids in pieces that fit into one statement."""
    piece: list[str] = []
    for item in items:
        piece.append(item)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    if piece:
        yield piece


def derive(connection: Connection, touched: Mapping[str, Iterable[str]], templates: Templates) -> None:
    """Bring the derived columns and the search table of the touched records up to date."""
    for ids in chunks(touched.get("member", ())):
        _derive_members(connection, ids)
    for ids in chunks(touched.get("organisation", ())):
        _store_stale(connection, _ORGANISATION, organisation_expectations(connection, ids))
    templates = _with_own(connection, touched, templates)
    for ids in chunks({*touched.get("ledger_entry", ()), *_entries_of(connection, touched)}):
        _derive_entries(connection, ids, templates)


def _with_own(connection: Connection, touched: Mapping[str, Iterable[str]], templates: Templates) -> Templates:
    """The templates as they are once this operation is done: the shipped ones, and the file's own over them."""
    return known_columns(connection) if touched.get("shared_item") else templates


def known_columns(connection: Connection) -> Templates:
    """What the templates of a file say: the shipped ones, and its own over them."""
    return Shapes(Shelf(ledger_templates.texts(connection), (), nothing_in_use))


def _entries_of(connection: Connection, touched: Mapping[str, Iterable[str]]) -> list[str]:
    """The entries of ledgers whose template was touched."""
    keys = ledger_templates.keys(connection, list(touched.get("shared_item", ())))
    if not keys:
        return []
    return list(connection.execute(select(_ENTRY.c.id).where(_ENTRY.c.template.in_(keys))).scalars())


def member_expectations(connection: Connection, ids: Sequence[str]) -> list[tuple[Any, dict[str, Any]]]:
    """Pairs of (member row, the derived columns it should have)."""
    members = connection.execute(select(_MEMBER).where(among(_MEMBER.c.id, ids))).all()
    stays: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(_MEMBERSHIP).where(among(_MEMBERSHIP.c.record, ids))).mappings():
        stays[row["record"]].append(dict(row))
    classes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(
        select(_CATEGORY).where(among(_CATEGORY.c.record, ids)).order_by(_CATEGORY.c.rid)
    ).mappings():
        classes[row["record"]].append(dict(row))
    return [(m, member_columns(dict(m._mapping), stays[m.id], classes[m.id])) for m in members]


def organisation_expectations(connection: Connection, ids: Sequence[str]) -> list[tuple[Any, dict[str, Any]]]:
    """Pairs of (organisation row, the derived columns it should have)."""
    held: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in connection.execute(select(_TERM).where(among(_TERM.c.record, ids))).mappings():
        held[row["record"]][row["key"]] = dict(row)
    units = connection.execute(select(_ORGANISATION).where(among(_ORGANISATION.c.id, ids))).all()
    return [(unit, organisation_columns(dict(unit._mapping), held[unit.id])) for unit in units]


def entry_expectations(
    connection: Connection, ids: Sequence[str], templates: Templates
) -> list[tuple[Any, dict[str, Any]]]:
    """Pairs of (ledger entry row, the derived columns it should have)."""
    found: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in connection.execute(select(_PASSAGE).where(among(_PASSAGE.c.record, ids))).mappings():
        found[row["record"]][row["key"]] = dict(row)
    entries = connection.execute(select(_ENTRY).where(among(_ENTRY.c.id, ids))).all()
    return [(e, entry_columns(e.template, e._mapping["values"], found[e.id], templates)) for e in entries]


def _store_stale(connection: Connection, table: Table, expected: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    stale = [(row, c) for row, c in expected if any(getattr(row, k) != v for k, v in c.items())]
    if stale:
        connection.execute(
            update(table).where(table.c.rid == bindparam("_rid")), [{"_rid": row.rid, **c} for row, c in stale]
        )


def _derive_members(connection: Connection, ids: Sequence[str]) -> None:
    expected = member_expectations(connection, ids)
    _store_stale(connection, _MEMBER, expected)
    index_names(connection, [(m.rid, m.name) for m, _ in expected])


def _derive_entries(connection: Connection, ids: Sequence[str], templates: Templates) -> None:
    _store_stale(connection, _ENTRY, entry_expectations(connection, ids, templates))


def rebuild(connection: Connection, templates: Templates, report: Callable[[int], None] | None = None) -> None:
    """Make all derived data anew (`check --repair`)."""
    connection.execute(text("DELETE FROM member_find"))
    done = 0
    for kind, table in (("member", _MEMBER), ("organisation", _ORGANISATION), ("ledger_entry", _ENTRY)):
        for ids in chunks(list(connection.execute(select(table.c.id)).scalars())):
            derive(connection, {kind: ids}, templates)
            done += len(ids)
            if report:
                report(done)
