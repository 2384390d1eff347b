"""Which values of a creation share a leaf: few leaves, cut where something may be cleared or withheld.

In this order: the stub (name and unit: what an office outside the sub-tree may know), the leaves of fields that can be
cleared or that only some may see, one for the children of each foreign unit, and the rest. Fields that are withheld
together share a leaf. What was written in the sheet for a field and what the field was before lie in its leaf too.
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
    apart: tuple[tuple[str, tuple[str, ...]], ...]
    """The leaves apart in their order: their names and the fields that lie in them."""

    @cached_property
    def _leaf_of(self) -> dict[str, str]:
        return {field: name for name, fields in self.apart for field in fields}

    def cut(self, values: Mapping[str, Any], unit: str | None, foreign: Mapping[str, str]) -> list[Leaf]:
        """The leaves of a creation with these non-empty `values`; `foreign` names the foreign unit of a path.

        `unit` is given where it stands in no field of the stub. The stub is always there, the others if not empty.
        """
        rest = dict(values)
        stub = {name: rest.pop(name) for name in self.stub if name in rest}
        if unit is not None:
            stub[UNIT] = unit
        own: dict[str, dict[str, Any]] = {}
        for name, fields in self.apart:
            if held := {field: rest.pop(field) for field in fields if field in rest}:
                own[name] = held
        abroad: dict[str, dict[str, Any]] = {}
        for path in [path for path in rest if "." in path]:
            owner = self._owner(path)
            if owner is not None:
                own.setdefault(owner, {})[path] = rest.pop(path)
            elif path in foreign:
                name = f"{path.partition('.')[0]}@{foreign[path]}"
                abroad.setdefault(name, {})[path] = rest.pop(path)
        leaves = [Leaf(STUB, stub)]
        leaves += [Leaf(name, own[name]) for name, _ in self.apart if name in own]
        leaves += [Leaf(name, abroad[name]) for name in sorted(abroad)]
        return [*leaves, Leaf(REST, rest)] if rest else leaves

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
        dumps, pop, ordered = orjson.dumps, columns.pop, orjson.OPT_SORT_KEYS
        found = [dumps([STUB, stub], option=ordered)]
        for name, fields in self.apart:
            if held := {field: pop(field) for field in fields if field in columns}:
                found.append(dumps([name, held], option=ordered))
        if keyed:
            columns.update(keyed)
        if columns:
            found.append(dumps([REST, columns], option=ordered))
        return found

    def _owner(self, path: str) -> str | None:
        """The leaf that a companion of one of its fields belongs to."""
        name, _, key = path.partition(".")
        return self._leaf_of.get(key.partition("@")[0]) if name in _COMPANIONS else None

    def as_list(self) -> list[Any]:
        """As the file keeps it."""
        return [list(self.stub), [[name, list(fields)] for name, fields in self.apart]]

    @classmethod
    def of_list(cls, kept: Sequence[Any]) -> Layout:
        """The layout that `as_list` told of."""
        stub, apart = kept
        return cls(tuple(stub), tuple((name, tuple(fields)) for name, fields in apart))


def content(leaf: Leaf) -> bytes:
    """What a leaf of a creation commits to."""
    return encode([leaf.name, leaf.values])


def commitments(contents: Sequence[bytes], seed: bytes) -> list[bytes]:
    """The commitments of the leaves of one creation under its seed."""
    return [commit(salt, each) for salt, each in zip(salts_of(seed, len(contents)), contents, strict=True)]
