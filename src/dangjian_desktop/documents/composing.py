"""Sets running Chinese text: full-width marks closed up where they meet, lines squeezed or spread to the full measure.

All measures are in em, so that on a grid of characters one em is one cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dangjian_desktop.documents.line_breaking import CLOSING, OPENING, units_of

# Full-width marks are drawn in one half of their square; the other half is blank and may be closed up.
BLANK_AFTER = frozenset("、，。．；：？！’”）〕】》〉」』〗］｝")
BLANK_BEFORE = frozenset("‘“（〔【《〈「『〖［｛")
HALF = 0.5
# A mark narrower than this has no blank half (a Latin face draws “ in a third of a square).
_FULL_WIDTH = 0.9
# A line gives way at a mark by at most this much, and takes so much there before it spreads everywhere; it spreads
# by at most so much after each character.
_GIVE, _TAKE, _SPREAD = 0.25, 0.125, 0.5
_BLANKS = " \t\u3000"
_NARROW = re.compile(r"[!-~\u00a0-\u024f]")
_EPSILON = 1e-6

_AFTER, _BEFORE = "".join(sorted(BLANK_AFTER)), "".join(sorted(BLANK_BEFORE))
MEETING = re.compile(f"[{re.escape(_AFTER)}](?=[{re.escape(_AFTER + _BEFORE)}])|[{_BEFORE}](?=[{_BEFORE}])")


@dataclass(frozen=True, slots=True)
class ComposedLine:
    """One line: the stretch of the text it holds, and what is added (or taken) after each of its characters."""

    start: int
    end: int
    after: tuple[float, ...]


def closed_up(text: str, widths: Sequence[float]) -> list[float]:
    """What is taken away after each character because the next one is a mark too: 0 or minus half an em."""
    taken = [0.0] * len(text)
    for found in MEETING.finditer(text):
        at = found.start()
        # Of ，“ and 。” the first mark has the blank; of （“ the second one.
        holder = at + 1 if text[at] in BLANK_BEFORE else at
        if widths[holder] >= _FULL_WIDTH:
            taken[at] = -HALF
    return taken


def compose(
    text: str, widths: Sequence[float], room: float, first_room: float | None = None, *, justify: bool = True
) -> list[ComposedLine]:
    """Break a paragraph into lines of `room` and space their characters; line feeds in it end a line.

    `widths` are those of the characters in whatever face each has. `first_room` holds for the first line. Every line
    but the last of a paragraph comes out `room` wide, save one that would have to be torn apart for it.
    """
    setter = _Setter(text, widths, justify=justify)
    lines: list[ComposedLine] = []
    start = 0
    for part in text.split("\n"):
        for line in setter.part(start, start + len(part), lambda: room if lines or first_room is None else first_room):
            lines.append(line)
        start += len(part) + 1
    return lines


class _Setter:
    def __init__(self, text: str, widths: Sequence[float], *, justify: bool) -> None:
        self._text, self._widths, self._justify = text, widths, justify
        self._taken = closed_up(text, widths)
        self._sums = [0.0, *accumulate(w + t for w, t in zip(widths, self._taken, strict=True))]
        # How many blank halves that are not closed up yet lie before each character.
        gaps = (int(self._is_mark_gap(at) and not self._taken[at]) for at in range(len(text) - 1))
        self._gaps = [0, *accumulate(gaps), 0]

    def part(self, start: int, end: int, room_of: Callable[[], float]) -> Iterator[ComposedLine]:
        """The lines of one paragraph; the room is asked for anew at each."""
        room = room_of()
        at = start
        for unit in units_of(self._text[start:end]):
            stop = at + len(unit)
            if unit[0] in _BLANKS and at == start and start > 0 and self._text[start - 1] != "\n":
                # A break fell before this blank: it is not carried over.
                start = at = stop
                continue
            if not self._fits(start, at, stop, room):
                if unit[0] in _BLANKS:
                    yield self._line(start, at, room, last=False)
                    start = at = stop
                    room = room_of()
                    continue
                if at > start:
                    yield self._line(start, at, room, last=False)
                    start, room = at, room_of()
                while self._width(start, stop) > room + _EPSILON and stop - start > 1:
                    cut = self._cut(start, stop, room)
                    yield self._line(start, cut, room, last=False)
                    start, room = cut, room_of()
            at = stop
        yield self._line(start, end, room, last=True)

    def _width(self, start: int, end: int) -> float:
        """How wide a line from `start` to `end` is as it stands, blanks at its end left out."""
        while end > start and self._text[end - 1] in _BLANKS:
            end -= 1
        return self._sums[end] - self._sums[start] - self._taken[end - 1] if end > start else 0.0

    def _fits(self, start: int, at: int, stop: int, room: float) -> bool:
        """Whether the line that ends at `at` can be led on to `stop`, squeezed where that leaves a smaller hole."""
        over = self._width(start, stop) - room
        if over <= _EPSILON:
            return True
        if not self._justify or at == start or over > self._squeeze(start, stop) + _EPSILON:
            return False
        return over <= room - self._width(start, at) + _EPSILON

    def _squeeze(self, start: int, end: int) -> float:
        """How much narrower a line can be made."""
        tail = HALF if self._hangs(end - 1) else 0.0
        return tail + (self._gaps[end - 1] - self._gaps[start]) * _GIVE

    def _hangs(self, index: int) -> bool:
        """Whether the second half of this character is blank, so that it may stand out of the line."""
        return self._text[index] in BLANK_AFTER and self._widths[index] >= _FULL_WIDTH

    def _cut(self, start: int, stop: int, room: float) -> int:
        """Where a piece too wide for a line parts: at least one character on, and no torn-off mark if possible."""
        end = start + 1
        while end < stop - 1 and self._width(start, end + 1) <= room + _EPSILON:
            end += 1
        fallback = end
        while end > start + 1 and (self._text[end] in CLOSING or self._text[end - 1] in OPENING):
            end -= 1
        return end if self._text[end] not in CLOSING and self._text[end - 1] not in OPENING else fallback

    def _line(self, start: int, end: int, room: float, *, last: bool) -> ComposedLine:
        while end > start and self._text[end - 1] in _BLANKS:
            end -= 1
        after = self._taken[start:end]
        if after:
            after[-1] = 0.0
        spare = room - self._width(start, end)
        if spare < -_EPSILON:
            self._tighten(start, end, after, -spare)
        elif spare > _EPSILON and self._justify and not last:
            self._spread(start, end, after, spare)
        return ComposedLine(start, end, tuple(after))

    def _tighten(self, start: int, end: int, after: list[float], over: float) -> None:
        """Let the blank of a last mark stand out, then close up the marks inside a little."""
        if self._hangs(end - 1):
            over -= min(over, HALF)
        places = [gap for gap in range(end - start - 1) if self._is_mark_gap(start + gap) and not after[gap]]
        for gap in places:
            after[gap] -= over / len(places)

    def _spread(self, start: int, end: int, after: list[float], spare: float) -> None:
        """Widen first beside marks and between Chinese and Latin, then everywhere but inside words and numbers."""
        gaps = [gap for gap in range(end - start - 1) if not self._inside_word(start + gap)]
        soft = [gap for gap in gaps if self._is_soft(start + gap) and not after[gap]]
        first = rest = 0.0
        # A line with few gaps takes more at its marks before it is left unspread.
        for most in (_TAKE, _GIVE):
            first = min(spare, most * len(soft))
            rest = (spare - first) / max(len(gaps), 1)
            if rest <= _SPREAD:
                break
        if not gaps or rest > _SPREAD:
            return
        for gap in soft:
            after[gap] += first / len(soft)
        for gap in gaps:
            after[gap] += rest

    def _is_mark_gap(self, index: int) -> bool:
        """Whether a blank half lies between this character and the next."""
        return self._hangs(index) or (self._text[index + 1] in BLANK_BEFORE and self._widths[index + 1] >= _FULL_WIDTH)

    def _is_soft(self, index: int) -> bool:
        pair = self._text[index : index + 2]
        # Room goes outside brackets and quotes, never between them and what they hold.
        if pair[0] in OPENING or pair[1] in CLOSING:
            return False
        return self._is_mark_gap(index) or bool(_NARROW.match(pair[0])) != bool(_NARROW.match(pair[1]))

    def _inside_word(self, index: int) -> bool:
        pair = self._text[index : index + 2]
        if pair[0] == pair[1] and pair[0] in "—…":
            return True
        return bool(_NARROW.match(pair[0]) and _NARROW.match(pair[1])) and " " not in pair
