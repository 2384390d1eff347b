"""The header of an operation: what every office gets of it, signed; no name of a person stands in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dangjian_desktop.domain.records.changes import OpId

from .leaves import canonical

FORMAT: Final = 1
LAMPORT_LIMIT: Final = 2**53
NATURES: Final = frozenset({"edit", "import", "undo", "redo", "clear", "merge", "restore", "found", "note"})
"""Coarse on purpose: a topic would tell twenty offices that somebody was disciplined."""

LABEL, ACCOUNT = 0, 1
"""The ordinals of the first two leaves; creations, changes and remainders follow from `FIRST` on."""
FIRST: Final = 2


@dataclass(frozen=True, slots=True)
class Header:
    """One header. `previous` is the hash of the header before it in its incarnation, empty for number 1.

    `depends` gives the incarnations that advanced since that header, with their numbers; `schema` is the version of
    the file's layout; `leaves` counts all leaves; `root` is the root over them.
    """

    incarnation: str
    number: int
    previous: bytes
    lamport: int
    depends: Mapping[str, int]
    at: str
    schema: int
    nature: str
    undoes: OpId | None
    leaves: int
    root: bytes

    def encoded(self) -> bytes:
        """The bytes that are signed and hashed."""
        return canonical(
            {
                "at": self.at,
                "depends": dict(self.depends),
                "format": FORMAT,
                "incarnation": self.incarnation,
                "lamport": self.lamport,
                "leaves": self.leaves,
                "nature": self.nature,
                "number": self.number,
                "previous": self.previous.hex(),
                "root": self.root.hex(),
                "schema": self.schema,
                "undoes": None if self.undoes is None else list(self.undoes),
            }
        )


def header_hash(encoded: bytes) -> bytes:
    """The hash that the next header of the incarnation names, over the bytes of this one."""
    return hashlib.sha256(b"\x04" + encoded).digest()


def decode(encoded: bytes) -> Header:
    """The header in these bytes; raises `ValueError` for any that is not written exactly as `encoded` writes it."""
    try:
        given = json.loads(encoded)
        if given["format"] != FORMAT:
            raise ValueError("another format of the log")
        undoes = given["undoes"]
        header = Header(
            given["incarnation"],
            given["number"],
            bytes.fromhex(given["previous"]),
            given["lamport"],
            given["depends"],
            given["at"],
            given["schema"],
            given["nature"],
            None if undoes is None else OpId(*undoes),
            given["leaves"],
            bytes.fromhex(given["root"]),
        )
        same = header.encoded() == encoded
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not a header") from error
    if not same:
        raise ValueError("not the canonical text of a header")
    _check(header)
    return header


def _check(header: Header) -> None:
    whole = (header.number, header.lamport, header.leaves, header.schema, *header.depends.values())
    if any(type(number) is not int or not 1 <= number < LAMPORT_LIMIT for number in whole):
        raise ValueError("a number out of bounds")
    if header.nature not in NATURES or len(header.root) != 32 or len(header.previous) != (header.number > 1) * 32:
        raise ValueError("a header out of bounds")
    if header.incarnation in header.depends or header.leaves < FIRST:
        raise ValueError("a header out of bounds")
