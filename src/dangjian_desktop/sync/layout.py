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
_TEXTS = frozenset((str, type(None)))
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

    def many_contents(
        self, columns: Mapping[str, Sequence[Any]], keyed: Sequence[tuple[str, Any]], units: Sequence[str | None]
    ) -> list[list[bytes]]:
        """`contents` of many records at once, given by column: each distinct text of a column is spelled once.

        None stands for nothing. `keyed` are one path and value of the same set for each record, `units` the unit
        where it stands in no field of the stub; either may be empty, as a whole.
        """
        left = dict(columns)
        stub: dict[str, Sequence[Any]] = {name: left.pop(name) for name in self.stub if name in left}
        if units:
            stub[UNIT] = units
        # Without any column there still is a stub: as many as there are records.
        count = max(map(len, (*columns.values(), keyed, units)), default=0)
        made = [_leaves(STUB, _fragments(stub), always=count)]
        for name, fields in self.apart:
            if held := {field: left.pop(field) for field in fields if field in left}:
                made.append(_leaves(name, _fragments(held)))
        rest = _fragments(left)
        if keyed:
            rest[f"{keyed[0][0].partition('.')[0]}."] = [
                orjson.dumps({path: value}, option=orjson.OPT_SORT_KEYS)[1:-1] for path, value in keyed
            ]
        if rest:
            made.append(_leaves(REST, rest))
        return [[leaf for leaf in leaves if leaf] for leaves in zip(*made, strict=True)]

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


def _fragments(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[bytes]]:
    """By field, each record's piece of a leaf's text (`"field":value`), empty where it has no value."""
    return {field: _spelled(field, values) for field, values in columns.items()}


def _spelled(field: str, values: Sequence[Any]) -> list[bytes]:
    head = encode(field) + b":"
    # Only texts go by their value: 1 and true are one key, and two spellings.
    if set(map(type, values)) <= _TEXTS and len(different := set(values)) * 2 <= len(values):
        known = {value: b"" if value is None else head + encode(value) for value in different}
        return list(map(known.__getitem__, values))
    return [b"" if value is None else head + encode(value) for value in values]


def _leaves(name: str, fragments: Mapping[str, list[bytes]], always: int = 0) -> list[bytes]:
    """The leaves of one name from their fragments; empty ones are no leaves, except `always` so many."""
    head = b"[" + encode(name) + b",{"
    columns = [fragments[field] for field in sorted(fragments)]
    if not columns:
        return [head + b"}]"] * always
    texts = (b",".join(filter(None, row)) for row in zip(*columns, strict=True)) if len(columns) > 1 else columns[0]
    return [head + text + b"}]" if text or always else b"" for text in texts]


def content(leaf: Leaf) -> bytes:
    """What a leaf of a creation commits to."""
    return encode([leaf.name, leaf.values])


def commitments(contents: Sequence[bytes], seed: bytes) -> list[bytes]:
    """The commitments of the leaves of one creation under its seed."""
    return [commit(salt, each) for salt, each in zip(salts_of(seed, len(contents)), contents, strict=True)]
