"""The organisation chart of a unit on one page: up to four levels with names and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.line_breaking import break_balanced
from dangjian_desktop.documents.titles import break_title

LEVELS = 4
Measure = Callable[[str], float]
# Sizes of type, largest first; below the comfortable one larger paper is taken.
SIZES = (16.0, 14.0, 12.0, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
COMFORTABLE = 9.0
# Smaller type than this is not read on a wall.
LEGIBLE = 7.0
_MOST_TIERS = 8
# All in em: the narrowest and widest column, free space in boxes, between boxes, columns and levels, and the indent.
_NARROWEST, _WIDEST = 6.0, 15.0
_PAD, _BETWEEN, _COLUMN_GAP, _LEVEL_GAP, _INDENT = 0.35, 0.45, 0.9, 1.8, 1.1
_LEADING, _ROOT_WIDEST = 1.25, 26.0


@dataclass(frozen=True, slots=True)
class ChartUnit:
    """One unit: its name, its numbers as they are printed (12人), what stands below it; planned ones are dashed."""

    name: str
    count: str = ""
    children: tuple[ChartUnit, ...] = ()
    planned: bool = False

    def walk(self, level: int = 1) -> Iterator[tuple[ChartUnit, int]]:
        """This unit and all below it, depth first, with their level."""
        yield self, level
        for child in self.children:
            yield from child.walk(level + 1)


@dataclass(frozen=True, slots=True)
class OrgChart:
    """A chart as a block of a document; it takes the rest of its page."""

    root: ChartUnit
    sheet: str = "组织架构"

    def texts(self) -> Iterator[str]:
        """Every text on it."""
        for node, _ in self.root.walk():
            yield from (node.name, node.count)


@dataclass(frozen=True, slots=True)
class OrgBox:
    """A box with its lines, in points from the upper left corner of the chart."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    level: int
    planned: bool


@dataclass(slots=True)
class OrgLayout:
    """The chart laid out at one size of type: boxes, and rules as (x1, y1, x2, y2)."""

    size: float
    height: float = 0.0
    boxes: list[OrgBox] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)


def estimated_width(text: str) -> float:
    """About how wide a text is in em, for choosing paper before any font is read."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.56 for char in text)


def lay_out(root: ChartUnit, measure: Measure, width: float, height: float) -> OrgLayout:
    """The chart in the largest type that fits `width` by `height` points.

    Raises `UserError` (`chart_too_large`) where it does not fit in the smallest, and for more than four levels.
    """
    if max(level for _, level in root.walk()) > LEVELS:
        raise UserError(
            "chart_too_deep",
            f"架构图最多画{LEVELS}级。",
            effect="没有生成架构图。",
            advice="请选下一级组织作为顶层再打印。",
        )
    # What fits in some size fits in every smaller one: the largest is found by halving.
    low, high, best = 0, len(SIZES), None
    while low < high:
        middle = (low + high) // 2
        found = _fitting(root, measure, SIZES[middle], width, height)
        if found is not None:
            high, best = middle, found
        else:
            low = middle + 1
    if best is not None:
        attempt, layout = best
        return attempt.with_whole_words(layout)
    raise UserError(
        "chart_too_large",
        "架构图在这种纸上一页画不下。",
        effect="没有生成架构图。",
        advice="请换用 A3 纸，或选下一级组织分别打印。",
    )


def _fitting(
    root: ChartUnit, measure: Measure, size: float, width: float, height: float
) -> tuple[_Try, OrgLayout] | None:
    """The first way to set the chart in this size that is not too tall: on few tiers rather than on many."""
    for spread in (False, True) if any(map(_is_deep, root.children)) else (False,):
        for tiers in range(1, min(_MOST_TIERS, max(len(root.children), 1)) + 1):
            attempt = _Try(root, measure, size, width, tiers, spread=spread)
            layout = attempt.run()
            if layout is not None and layout.height <= height:
                return attempt, layout
    return None


class _Try:
    """One attempt: a size of type and a number of tiers that the second level is set in.

    With `spread` the third level of a deep branch stands side by side instead of in one tall comb.
    """

    def __init__(
        self, root: ChartUnit, measure: Measure, size: float, width: float, tiers: int, *, spread: bool = False
    ) -> None:
        self._root, self._measure, self._size, self._width, self._spread = root, measure, size, width, spread
        self._rows = _parted(root.children, tiers)
        self._out = OrgLayout(size)
        self._bus = 0.0
        self._broken: dict[tuple[str, str, float], list[str]] = {}

    def run(self) -> OrgLayout | None:
        size, out = self._size, self._out
        most = max((sum(map(self._slots, row)) for row in self._rows), default=1)
        # With several tiers a trunk runs down the left side.
        trunk = 1.2 * size if len(self._rows) > 1 else 0.0
        column = min((self._width - trunk - (most - 1) * _COLUMN_GAP * size) / most, _WIDEST * size)
        if column < _NARROWEST * size:
            return None
        root_width = min(self._width, _ROOT_WIDEST * size)
        y = self._box(self._root, (self._width - root_width) / 2, 0.0, root_width, 1)
        middle = self._width / 2
        for index, row in enumerate(self._rows):
            bus = y + _LEVEL_GAP * size / 2
            # Rows of several tiers begin under each other; a single one stands in the middle.
            places = self._places(row, trunk + (self._width - trunk - self._span(most, column)) / 2, column)
            centres = [left + span / 2 for left, span in places]
            if index == 0:
                out.rules.append((middle, y, middle, bus))
            ends = [*centres, *((middle,) if index == 0 else ()), *((0.0,) if trunk else ())]
            out.rules.append((min(ends), bus, max(ends), bus))
            if index:
                out.rules.append((0.0, self._bus, 0.0, bus))
            self._bus = bus
            top = bus + _LEVEL_GAP * size / 2
            out.rules += [(centre, bus, centre, top) for centre in centres]
            tall = max(self._height(node, self._own(span)) for node, (_, span) in zip(row, places, strict=True))
            y = max(
                self._below(node, left, span, top, column, tall) for node, (left, span) in zip(row, places, strict=True)
            )
        out.height = y
        return out

    def with_whole_words(self, layout: OrgLayout) -> OrgLayout:
        """The same boxes, their names broken between words: too slow to be done at every attempt."""
        boxes = []
        for box, (node, _) in zip(layout.boxes, self._root.walk(), strict=True):
            room = box.width / self._size - 2 * _PAD
            count = self._count(node, room)
            if len(box.lines) > len(count) + 1:
                better = break_title(node.name, self._measure, room)
                if len(better) + len(count) == len(box.lines):
                    box = replace(box, lines=(*better, *count))
            boxes.append(box)
        return replace(layout, boxes=boxes)

    def _slots(self, node: ChartUnit) -> int:
        """How many columns a unit of the second level takes."""
        return len(node.children) if self._spread and _is_deep(node) else 1

    def _span(self, slots: int, column: float) -> float:
        return slots * column + (slots - 1) * _COLUMN_GAP * self._size

    def _own(self, span: float) -> float:
        """The width of a box over so much room."""
        return min(span, _WIDEST * self._size)

    def _places(self, row: Sequence[ChartUnit], left: float, column: float) -> list[tuple[float, float]]:
        """Left edge and width of the room of each unit of the second level."""
        places = []
        for node in row:
            span = self._span(self._slots(node), column)
            places.append((left, span))
            left += span + _COLUMN_GAP * self._size
        return places

    def _below(self, node: ChartUnit, left: float, span: float, top: float, column: float, tall: float) -> float:
        """A unit of the second level with all below it; returns the lower end."""
        if self._slots(node) == 1:
            return self._branch(node, left, top, column, 2, tall)
        size, out = self._size, self._out
        own = self._own(span)
        bottom = self._box(node, left + (span - own) / 2, top, own, 2, tall)
        bus = bottom + _LEVEL_GAP * size / 2
        lefts = [left + at * (column + _COLUMN_GAP * size) for at in range(len(node.children))]
        out.rules.append((left + span / 2, bottom, left + span / 2, bus))
        out.rules.append((lefts[0] + column / 2, bus, lefts[-1] + column / 2, bus))
        under = bus + _LEVEL_GAP * size / 2
        out.rules += [(each + column / 2, bus, each + column / 2, under) for each in lefts]
        tallest = max(self._height(child, column) for child in node.children)
        return max(
            self._branch(child, each, under, column, 3, tallest)
            for child, each in zip(node.children, lefts, strict=True)
        )

    def _branch(self, node: ChartUnit, left: float, top: float, width: float, level: int, tall: float = 0.0) -> float:
        """A box at least `tall` high with everything below it in a comb; returns the lower end."""
        size = self._size
        bottom = y = self._box(node, left, top, width, level, tall)
        comb, last = left + _INDENT * size / 2, y
        for child in node.children:
            y += _BETWEEN * size
            first_line = y + (_LEADING / 2 + _PAD) * size
            self._out.rules.append((comb, first_line, left + _INDENT * size, first_line))
            last = first_line
            y = self._branch(child, left + _INDENT * size, y, width - _INDENT * size, level + 1)
        if node.children:
            self._out.rules.append((comb, bottom, comb, last))
        return y

    def _box(self, node: ChartUnit, left: float, top: float, width: float, level: int, tall: float = 0.0) -> float:
        lines = self._lines(node, width)
        height = max(self._height(node, width), tall)
        if level == 1:
            # The top box is as wide as its text.
            needed = max(map(self._measure, lines)) * self._size + 4 * _PAD * self._size
            left, width = left + (width - needed) / 2, needed
        self._out.boxes.append(OrgBox(left, top, width, height, tuple(lines), level, node.planned))
        return top + height

    def _lines(self, node: ChartUnit, width: float) -> list[str]:
        key = (node.name, node.count, width)
        if key not in self._broken:
            self._broken[key] = self._break(node, width / self._size - 2 * _PAD)
        return self._broken[key]

    def _break(self, node: ChartUnit, room: float) -> list[str]:
        whole = f"{node.name}（{node.count}）" if node.count else node.name
        if self._measure(whole) <= room:
            return [whole]
        return [*break_balanced(node.name, self._measure, room), *self._count(node, room)]

    def _count(self, node: ChartUnit, room: float) -> list[str]:
        return break_balanced(f"（{node.count}）", self._measure, room) if node.count else []

    def _height(self, node: ChartUnit, width: float) -> float:
        return (len(self._lines(node, width)) * _LEADING + 2 * _PAD) * self._size


def _is_deep(node: ChartUnit) -> bool:
    """Whether a unit of the second level has units below those below it."""
    return any(child.children for child in node.children)


def _parted(nodes: Sequence[ChartUnit], tiers: int) -> list[Sequence[ChartUnit]]:
    """The nodes in order on so many tiers, about equally many on each."""
    if not nodes:
        return []
    tiers = min(tiers, len(nodes))
    ends = [round(len(nodes) * index / tiers) for index in range(tiers + 1)]
    return [nodes[a:b] for a, b in zip(ends, ends[1:], strict=False)]
