"""The tree of organisations after a merge: moves made apart can close a circle, opened the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from dangjian_desktop.sync.log import Stamp


def effective_parents(parents: Mapping[str, str | None], stamps: Mapping[str, Stamp]) -> dict[str, str | None]:
    """`parents` (child to parent) without circles: each loses the edge that was written last.

    `stamps` gives each child's edge its `(lamport, origin)`; edges of one operation go by child. The
    child of a dropped edge stands at the top until a person places it: show it as a finding.
    """
    effective = dict(parents)
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        node: str | None = start
        while node is not None and node not in done and node not in path:
            path.append(node)
            node = parents.get(node)
        if node in path:
            circle = path[path.index(node) :]
            effective[max(circle, key=lambda child: (stamps[child], child))] = None
        done.update(path)
    return effective
