"""What is wrong with a template, and in which line of its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

Place = tuple[str | int, ...]
"""Where something stands in a template: `("columns", 3, "codes")`."""

_Read = TypeVar("_Read")
_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


class FaultError(ValueError):
    """What is wrong with a template, as a Chinese phrase, and the place where it stands."""

    def __init__(self, phrase: str, *place: str | int) -> None:
        """`place` is told from the inside out: who reads a part adds where that part stands."""
        super().__init__(phrase)
        self.phrase = phrase
        self.place: Place = place


@contextmanager
def at(*place: str | int) -> Iterator[None]:
    """Faults found inside stand at this place."""
    try:
        yield
    except FaultError as fault:
        fault.place = (*place, *fault.place)
        raise
    except (TypeError, AttributeError, KeyError) as error:
        raise FaultError("有一处该写文字、列表或一组值的地方写成了别的", *place) from error


def each(name: str, items: Iterable[Any], read: Callable[[Any], _Read]) -> tuple[_Read, ...]:
    """Read the members of a list, so that a fault knows which one it is in."""
    found = []
    for index, item in enumerate(items):
        with at(name, index):
            found.append(read(item))
    return tuple(found)


_TEXTS = """key name label title ledger_class source target initial title_column number_rule edition opened due done
period notes rule group unit formula result type codes ledger consent order definition"""
_SORTS: dict[type, tuple[str, str]] = {
    str: ("文字", _TEXTS),
    bool: ("true 或 false", "required sensitive table terminal locked restricted reason persons overdue on_time"),
    int: ("整数", "places least most clear_after days working_days"),
    list: ("列表", "columns rows states transitions aliases choices readers roles needs lead_days"),
    dict: ("一组“名称: 值”", "follow"),
}
_SORT_OF = {key: (kind, words) for kind, (words, keys) in _SORTS.items() for key in keys.split()}


def check_keys(item: object, shape: Mapping[str, set[str]], what: str) -> None:
    """Raise `FaultError` for a part that is no object, lacks a key, has one that nobody knows or of another sort."""
    if not isinstance(item, dict):
        raise FaultError(f"{what}应是一组“名称: 值”")
    if missing := sorted(shape["required"] - item.keys()):
        raise FaultError(f"{what}缺少“{missing[0]}”")
    if unknown := sorted(item.keys() - shape["required"] - shape["optional"]):
        raise FaultError(f"{what}里不认识“{unknown[0]}”", unknown[0])
    for key, value in item.items():
        sort = _SORT_OF.get(key)
        if sort is not None and value is not None and type(value) is not sort[0]:
            raise FaultError(f"{what}的“{key}”写成了别的，应是{sort[1]}", key)


def line_of(text: str, place: Place) -> int:
    """The line (from 1) in which a place of a JSON text begins; as far as the place can be followed."""
    at_char = _skip(text, 0)
    for step in place:
        found = _member(text, at_char, step) if isinstance(step, str) else _element(text, at_char, step)
        if found is None:
            break
        at_char = found
    return text.count("\n", 0, at_char) + 1


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index] in _BLANK:
        index += 1
    return index


def _member(text: str, index: int, key: str) -> int | None:
    if text[index : index + 1] != "{":
        return None
    index = _skip(text, index + 1)
    while text[index : index + 1] == '"':
        name, index = _DECODER.raw_decode(text, index)
        value = _skip(text, _skip(text, index) + 1)
        if name == key:
            return value
        index = _following(text, value)
    return None


def _element(text: str, index: int, wanted: int) -> int | None:
    if text[index : index + 1] != "[":
        return None
    index = _skip(text, index + 1)
    for _ in range(wanted):
        index = _following(text, index)
    return index


def _following(text: str, index: int) -> int:
    """Where the next member begins after the value at `index`."""
    _, index = _DECODER.raw_decode(text, index)
    index = _skip(text, index)
    return _skip(text, index + 1) if text[index : index + 1] == "," else index
