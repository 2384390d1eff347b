"""The practices that the program owes its offices, and where each is recorded, computed and printed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from dangjian_desktop.base.resources import resource

PARTS = ("recorded", "computed", "printed")
"""What is owed of a practice, unless it is named as not owed."""

WEIGHTS = ("must", "should", "may")
STATUSES = {"full": "已做到", "partly": "做到一部分", "pending": "还没有"}


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice: `recorded`, `computed` and `printed` are references like `ledger:KEY.COLUMN` or `figure:KEY`.

    `not_owed` names the parts that nobody asks for, `missing` says in words what is not there yet.
    """

    id: str
    weight: str
    title: str
    recorded: tuple[str, ...]
    computed: tuple[str, ...]
    printed: tuple[str, ...]
    not_owed: tuple[str, ...]
    missing: str

    @property
    def status(self) -> str:
        """`full` where every owed part is there and nothing is missing, `pending` where nothing is there."""
        owed = [getattr(self, part) for part in PARTS if part not in self.not_owed]
        if all(owed) and not self.missing:
            return "full"
        return "partly" if any((self.recorded, self.computed, self.printed)) else "pending"


@lru_cache(maxsize=1)
def practices() -> tuple[Practice, ...]:
    """All practices in the order of the checklist, read once."""
    with resource("practices.csv").open(encoding="utf-8-sig", newline="") as stream:
        return tuple(_practice(row) for row in csv.DictReader(stream))


def _practice(row: dict[str, str]) -> Practice:
    parts = {name: tuple(row[name].split()) for name in (*PARTS, "not_owed")}
    return Practice(id=row["id"], weight=row["weight"], title=row["title"], missing=row["missing"], **parts)
