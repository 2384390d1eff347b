"""Looking for persons in texts that are declared free of them: numbers, and names of people of the roster."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from dangjian_desktop.domain.values.masking import holds_number

NUMBER, NAME = "证件号或电话", "姓名"
_SHORTEST, _LONGEST = 2, 4


@dataclass(frozen=True, slots=True)
class TextGuard:
    """Knows the names of a street's people; one of two signs counts too, so that it reminds and never refuses."""

    names: Collection[str] = field(default_factory=frozenset)

    def found(self, text: str) -> Iterator[str]:
        """What sorts of trace of a person a text holds, with the name where it is one."""
        if holds_number(text):
            yield NUMBER
        name = self.name_in(text)
        if name is not None:
            yield f"{NAME}（{name[0]}{'＊' * (len(name) - 1)}）"

    def name_in(self, text: str) -> str | None:
        """The name of somebody of the roster that stands in a text."""
        names = self.names
        for size in range(_LONGEST, _SHORTEST - 1, -1):
            for start in range(len(text) - size + 1):
                piece = text[start : start + size]
                if piece in names:
                    return piece
        return None
