"""What a window draws of a scheme: how many reached each star, how many stand on each level; each leads to entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dangjian_desktop.domain.schemes.standing import MISSING, Scored

from .scoring import SchemeBoard


class Counted(NamedTuple):
    """One bar: what is counted, how many, and the entries behind it."""

    label: str
    entries: tuple[str, ...]


def levels(board: SchemeBoard) -> list[Counted]:
    """How many stand on each level, from the best down; those whose score is not whole last."""
    found = [_of(board, label) for label in board.scheme.all_levels]
    waiting = tuple(one.newest.entry for one in board.standings if one.newest is not None and not one.level)
    return [*found, Counted(MISSING, waiting)] if waiting else found


def stars(board: SchemeBoard) -> list[Counted]:
    """How many reached each star, of those whose score is whole."""
    return [
        Counted(
            star.label,
            tuple(found.entry for found in _whole(board) if star.label in found.score.stars),
        )
        for star in board.scheme.stars
    ]


def _of(board: SchemeBoard, level: str) -> Counted:
    return Counted(level, tuple(each.newest.entry for each in board.standings if each.newest and each.level == level))


def _whole(board: SchemeBoard) -> Iterator[Scored]:
    """The newest scores that miss nothing."""
    return (one.newest for one in board.standings if one.newest is not None and not one.newest.score.missing)
