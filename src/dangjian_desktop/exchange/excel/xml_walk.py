"""XML of strangers, element by element: no entities, no endless depth, nothing kept that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any
from xml.parsers import expat

_PIECE = 1 << 18
_DEEPEST = 100


class BadXml(ValueError):
    """XML that no spreadsheet program writes: a document type, endless nesting, or not well formed."""


def walk(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object] | None = None,
) -> None:
    """Tell of every element by its local name, whatever prefix it has; attributes keep theirs.

    Raises `BadXml`.
    """
    depth = 0
    local: dict[str, str] = {}

    def started(name: str, attributes: dict[str, Any]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise BadXml("depth")
        short = local.get(name)
        if short is None:
            short = local[name] = name.rpartition(":")[2]
        start(short, attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local[name])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = _refuse
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise BadXml(str(problem)) from problem


def _refuse(*_: object) -> None:
    raise BadXml("doctype")


def local_name(attribute: str) -> str:
    """An attribute's name without its prefix."""
    return attribute.rpartition(":")[2]
