"""What parent and reader say to each other: frames of JSON, and dataclasses told by their declared types.

Nothing that arrives is executed: a value becomes an object only where the receiver names the type that it expects.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import struct
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, cast

T = TypeVar("T")

HEAD = struct.Struct(">cI")
"""Before every frame: what it is, and its length in bytes."""

PART, RESULT, FAILURE = b"P", b"R", b"F"
LARGEST_FRAME = 256 << 20


def dump(value: object) -> bytes:
    """Plain values as JSON bytes; lone surrogates of file names survive."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def load(content: bytes) -> Any:
    """The values of `dump`; raises `ValueError`."""
    return json.loads(content.decode("utf-8", "surrogatepass"))


def pack(value: Any) -> Any:
    """A value of dataclasses, named tuples, mappings, sequences, sets and enums as plain JSON values."""
    if value is None or isinstance(value, str | int | float | bool) and not isinstance(value, Enum):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if dataclasses.is_dataclass(value):
        return [pack(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init]
    if isinstance(value, Mapping):
        return [[pack(key), pack(item)] for key, item in value.items()]
    return [pack(item) for item in value]


def unpack(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `pack` made `data` of; raises `ValueError` for what does not fit."""
    try:
        return cast(T, reader_of(cast(Any, kind))(data))
    except (TypeError, KeyError, IndexError) as problem:
        raise ValueError("answer") from problem


@lru_cache(maxsize=256)
def reader_of(kind: Any) -> Callable[[Any], Any]:
    """How values of a declared type are read."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(inner)
    if origin is tuple:
        return _tuple(inner)
    if origin is not None and issubclass(origin, Mapping):
        key, item = reader_of(inner[0]), reader_of(inner[1])
        return lambda data: {key(k): item(v) for k, v in data}
    if origin is not None and issubclass(origin, AbstractSet):
        item = reader_of(inner[0])
        make = frozenset if origin is frozenset else set
        return lambda data: make(item(v) for v in data)
    if origin is not None and issubclass(origin, Sequence):
        item = reader_of(inner[0])
        return lambda data: [item(v) for v in data]
    if kind is bytes:
        return base64.b64decode
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda data: kind[data]
    return _record(kind) if isinstance(kind, type) and _is_record(kind) else _plain((kind,))


def _is_record(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields"))


def _record(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind) if field.init]
    else:
        names = list(kind._fields)  # type: ignore[attr-defined]
    readers = [reader_of(hints[name]) for name in names]

    def read(data: Any) -> Any:
        return kind(**{n: r(v) for n, r, v in zip(names, readers, data, strict=True)})

    return read


def _tuple(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        item = reader_of(inner[0])
        return lambda data: tuple(item(v) for v in data)
    readers = [reader_of(kind) for kind in inner]
    return lambda data: tuple(r(v) for r, v in zip(readers, data, strict=True))


def _union(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    others = [kind for kind in inner if kind is not types.NoneType]
    if len(others) == 1:
        only = reader_of(others[0])
        return lambda data: None if data is None else only(data)
    return _plain(inner)


def _plain(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    allowed = tuple(kinds)
    if any(kind not in (str, int, float, bool, types.NoneType) for kind in allowed):
        raise ValueError(f"no plain value: {allowed}")

    def read(data: Any) -> Any:
        if isinstance(data, allowed) or (isinstance(data, int) and float in allowed):
            return data
        raise ValueError("value")

    return read
