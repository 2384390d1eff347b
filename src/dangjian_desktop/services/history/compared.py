"""Versions of a record side by side: what it said after one change and after another, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.office.office import Office

from . import history
from .change_text import ChangeRow


class RecordVersion(NamedTuple):
    """How a record stood after one operation: its number (from 1), who made it when, and what it moved."""

    number: int
    operation: int
    label: str
    at: str
    by: str
    moved: tuple[str, ...]


class VersionDifference(NamedTuple):
    """One field that two versions tell differently."""

    field: str
    label: str
    one: str
    other: str


def versions(office: Office, kind: str, record: str) -> list[RecordVersion]:
    """The versions of a record, oldest first; raises what `history.history` raises."""
    return [version for version, _ in _replayed(history.history(office, kind, record))]


def compare(office: Office, kind: str, record: str, one: int, other: int) -> list[VersionDifference]:
    """What two versions tell differently, in the order in which it was first written.

    Raises `UserError` (`no_version`) for a number that the record has no version for.
    """
    found = _replayed(history.history(office, kind, record))
    for number in (one, other):
        if not 1 <= number <= len(found):
            raise UserError(
                "no_version",
                f"这条资料没有第{number}稿，一共{len(found)}稿。",
                effect="没有对照，数据没有改动。",
                advice="不写稿号可列出全部。",
            )
    first, second = found[one - 1][1], found[other - 1][1]
    labels = {field: label for _, state in found for field, (label, _) in state.items()}
    told = []
    for field, label in labels.items():
        before, after = (state.get(field, (label, ""))[1] for state in (first, second))
        if before != after:
            told.append(VersionDifference(field, label, before, after))
    return told


def _replayed(rows: Sequence[ChangeRow]) -> list[tuple[RecordVersion, dict[str, tuple[str, str]]]]:
    """Each version with what every field said after it."""
    found: list[tuple[RecordVersion, dict[str, tuple[str, str]]]] = []
    # What a record was made with stands nowhere in its history; its first change says what was there before.
    state: dict[str, tuple[str, str]] = {}
    for row in rows:
        state.setdefault(row.field, (row.label, row.before))
    for row in rows:
        state = {**state, row.field: (row.label, row.after)}
        same = bool(found) and found[-1][0].operation == row.operation
        moved = (*found.pop()[0].moved, row.label) if same else (row.label,)
        version = RecordVersion(len(found) + 1, row.operation, row.operation_label, row.at, row.by, moved)
        found.append((version, state))
    return found
