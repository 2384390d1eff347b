"""What form and table need to know from outside: code lists, people and units by name, reading of typed text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dangjian_desktop.domain.records.fields import FieldSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: stored `value`, shown `label`, `keys` = lower-case pinyin initials, `detail` in grey."""

    value: str
    label: str
    keys: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What typed text means: the value to store and how it is shown, or `problem` as one Chinese sentence.

    `until` is the end of a span of time, where one was typed.
    """

    value: object
    shown: str
    problem: str = ""
    until: str = ""


class Lookups(Protocol):
    """Given to forms and filters by the page; `find` is called in a worker thread, the others must be quick."""

    def choices(self, codes: str) -> Sequence[Choice]:
        """All entries of a code list in its order."""
        ...

    def chosen(self) -> str | None:
        """The unit chosen in the tree."""
        ...

    def find(self, spec: FieldSpec, text: str, near: str | None = None) -> Sequence[Choice]:
        """Units or people that a field may mean, by name, pinyin or number: those of the unit `near` first."""
        ...

    def today(self) -> date:
        """The day on which this is typed."""
        ...

    def read(self, spec: FieldSpec, text: str) -> Reading:
        """Read office writing for a date, moment, number, money, ID number or phone."""
        ...


def matches(choice: Choice, text: str) -> bool:
    """Whether typed text means this choice: part of its name, its pinyin initials or its code."""
    typed = text.strip().lower()
    return not typed or typed in choice.label.lower() or typed in keys_of(choice) or typed == choice.value.lower()


def keys_of(choice: Choice) -> str:
    """The pinyin initials of a choice, worked out when the list brings none."""
    return choice.keys or initials(choice.label)


# GB 2312 level 1 is ordered by pinyin: the first character of each initial. Good enough to pick from a
# code list; people are found by the services, which know polyphonic surnames.
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_BOUNDS = [character.encode("gb2312") for character in _FIRST]
_END = b"\xd7\xf9"


def initials(text: str) -> str:
    """Lower-case pinyin initials of common hanzi; other letters and digits are kept, the rest is dropped."""
    found = []
    for character in text.lower():
        if character.isascii():
            if character.isalnum():
                found.append(character)
            continue
        code = character.encode("gb2312", "ignore")
        if len(code) == 2 and _BOUNDS[0] <= code <= _END:
            found.append(_LETTERS[sum(bound <= code for bound in _BOUNDS) - 1])
    return "".join(found)
