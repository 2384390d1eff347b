"""Child rows of an entry among its values: each row is one value under `list.row`, so the log follows it by itself.

Two offices that add a row each both keep theirs; a row that one took out is gone; of a row that both changed, one
decides. Row keys are time-ordered: where a list names no order of its own, rows stand as they were added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .columns import RowList

EDITION = "_edition"
"""The value that tells under which edition of its template an entry was made; no column can be called so."""

_JOIN = "."


class ChildRow(NamedTuple):
    """One child row: its key within the list, and its values by column."""

    key: str
    values: Mapping[str, Any]


def row_name(rows: str, key: str) -> str:
    """Under what a row stands among the values of its entry."""
    return f"{rows}{_JOIN}{key}"


def is_row(name: str) -> bool:
    """Whether a value of an entry is a child row."""
    return _JOIN in name


def split_row(name: str) -> tuple[str, str]:
    """(list, key) of a child row's name."""
    rows, _, key = name.partition(_JOIN)
    return rows, key


def rows_of(values: Mapping[str, Any], rows: RowList) -> list[ChildRow]:
    """The rows of a list in their order; those that do not say what the list is ordered by come last."""
    head = rows.name + _JOIN
    found = [
        ChildRow(name.removeprefix(head), kept)
        for name, kept in sorted(values.items())
        if name.startswith(head) and isinstance(kept, Mapping)
    ]
    if rows.order is not None:
        order = rows.order
        found.sort(key=lambda row: (row.values.get(order) is None, str(row.values.get(order) or "")))
    return found


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry's own columns: without child rows and without what the program keeps for itself."""
    return {name: value for name, value in values.items() if not is_row(name) and not name.startswith("_")}
