"""Units that stand below themselves: what a merge can bring and `check` tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from .queries import guarding

RING = "ring"


def rings(above: Mapping[str, str | None]) -> list[list[str]]:
    """The rings of a tree given as unit → unit above, each once, from the unit met first upward."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in above:
        path: dict[str, None] = {}
        step: str | None = start
        while step is not None and step not in done and step not in path:
            path[step] = None
            step = above.get(step)
        if step is not None and step in path:
            units = list(path)
            found.append(units[units.index(step) :])
        done |= path.keys()
    return found


def problems(connection: Connection) -> Iterator[tuple[str, str]]:
    """One sentence for each ring, of today or of some day before; each ring is told once."""
    told: set[frozenset[str]] = set()
    for until, above in guarding.parents_ever(connection):
        for ring in rings(above):
            if frozenset(ring) in told:
                continue
            told.add(frozenset(ring))
            names = guarding.unit_names(connection, ring)
            units = "、".join(f"“{names[unit]}”" for unit in ring)
            when = f"{until}以前，" if until else ""
            yield RING, f"{when}上级组织绕成了圈：{units}，请给其中一个另选上级组织。"
