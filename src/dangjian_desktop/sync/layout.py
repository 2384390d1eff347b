"""Which values of a creation share a leaf: few leaves, cut where something may be cleared or withheld.

In this order: the stub (name and unit: what an office outside the sub-tree may know), one leaf for each field that can
be cleared or that only some may see, one for the children of each foreign unit, and the rest. What was written in the
sheet for a field and what the field was before lie in the field's own leaf.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import orjson

from .leaves import commit, encode, salts_of

STUB: Final = "stub"
REST: Final = "rest"
UNIT: Final = "@unit"
"""Stands in the stub for the unit of a kind that keeps it in a keyed set."""
_COMPANIONS = ("originals", "former")
_COMPANION_PATHS = tuple(f"{name}." for name in _COMPANIONS)


class Leaf(NamedTuple):
    """One leaf of a creation: its name and its values by path."""

    name: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """How creations of one kind are cut; kept in the file, so that a later declaration changes no old creation."""

    stub: tuple[str, ...]
    apart: tuple[str, ...]
    """Fields with a leaf of their own, in their order."""

    @cached_property
    def _apart(self) -> frozenset[str]:
        return frozenset(self.apart)

    def cut(self, values: Mapping[str, Any], unit: str | None, foreign: Mapping[str, str]) -> list[Leaf]:
        """The leaves of a creation with these non-empty `values`; `foreign` names the foreign unit of a path.

        `unit` is given where it stands in no field of the stub. The stub is always there, the others if not empty.
        """
        rest = dict(values)
        stub = {name: rest.pop(name) for name in self.stub if name in rest}
        if unit is not None:
            stub[UNIT] = unit
        own = {name: {name: rest.pop(name)} for name in self.apart if name in rest}
        abroad: dict[str, dict[str, Any]] = {}
        for path in [path for path in rest if "." in path]:
            owner = self._owner(path)
            if owner is not None:
                own.setdefault(owner, {})[path] = rest.pop(path)
            elif path in foreign:
                name = f"{path.partition('.')[0]}@{foreign[path]}"
                abroad.setdefault(name, {})[path] = rest.pop(path)
        leaves = [Leaf(STUB, stub)]
        leaves += [Leaf(name, own[name]) for name in self.apart if name in own]
        leaves += [Leaf(name, abroad[name]) for name in sorted(abroad)]
        return [*leaves, Leaf(REST, rest)] if rest else leaves

    @cached_property
    def _openings(self) -> tuple[tuple[str, bytes], ...]:
        return tuple((name, encode([name, {name: 0}])[:-3]) for name in self.apart)

    def contents(
        self, columns: dict[str, Any], keyed: Mapping[str, Any], unit: str | None, foreign: Mapping[str, str]
    ) -> list[bytes]:
        """What the leaves of `cut` commit to, made the quick way for most records; uses `columns` up.

        `columns` are the values without a dot in their path, `keyed` the others.
        """
        if foreign or (keyed and any(path.startswith(_COMPANION_PATHS) for path in keyed)):
            return [content(leaf) for leaf in self.cut({**columns, **keyed}, unit, foreign)]
        stub = {name: columns.pop(name) for name in self.stub if name in columns}
        if unit is not None:
            stub[UNIT] = unit
        found = [encode([STUB, stub])]
        dumps, pop = orjson.dumps, columns.pop
        for name, opening in self._openings:
            if name in columns:
                found.append(opening + dumps(pop(name)) + b"}]")
        if keyed:
            columns.update(keyed)
        if columns:
            found.append(encode([REST, columns]))
        return found

    def _owner(self, path: str) -> str | None:
        """The field whose leaf a companion belongs to."""
        name, _, key = path.partition(".")
        field = key.partition("@")[0]
        return field if name in _COMPANIONS and field in self._apart else None

    def as_list(self) -> list[list[str]]:
        """As the file keeps it."""
        return [list(self.stub), list(self.apart)]


def content(leaf: Leaf) -> bytes:
    """What a leaf of a creation commits to."""
    return encode([leaf.name, leaf.values])


def commitments(contents: Sequence[bytes], seed: bytes) -> list[bytes]:
    """The commitments of the leaves of one creation under its seed."""
    return [commit(salt, each) for salt, each in zip(salts_of(seed, len(contents)), contents, strict=True)]
