"""What a scheme makes of an entry: marks, total, stars and band, each with its arithmetic; missing stays missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from dangjian_desktop.domain.ledgers.checks.given import scope_of
from dangjian_desktop.domain.ledgers.expressions import (
    MONEY,
    Expression,
    ExpressionError,
    compiled,
    rows_in,
    written,
)
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.values.masking import mask_numbers

from .schemes import DEDUCTIONS, FIGURE, ITEMS, VALUE, Indicator, Scheme

GIVEN, OFF, BONUS = "得分", "扣分", "加分"
KINDS = (GIVEN, OFF, BONUS)


def shown(number: Fraction | None) -> str:
    """A number of marks as it is printed: at most two decimals and none for nothing; what is missing as “—”."""
    text = written(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


class Line(NamedTuple):
    """One line of a score sheet: what was given or taken, why, on what evidence, by whom, when; `own` by the unit."""

    what: str
    kind: str
    points: Fraction | None
    reason: str = ""
    evidence: str = ""
    by: str = ""
    on: str = ""
    own: Fraction | None = None


class Ratio(NamedTuple):
    """A figure's numerator and denominator (None: it is no share)."""

    numerator: Fraction
    denominator: Fraction | None

    @property
    def text(self) -> str:
        """As it is printed: 8/10."""
        bottom = f"/{shown(self.denominator)}" if self.denominator is not None else ""
        return f"{shown(self.numerator)}{bottom}"


Figures = Callable[[str], Ratio | None]
"""What a figure of the program says of who is scored; None where it has no value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one indicator: None where nobody gave one. `ratio` tells what a figure's mark is made of."""

    indicator: Indicator
    points: Fraction | None
    lines: tuple[Line, ...] = ()
    ratio: Ratio | None = None

    @property
    def counted(self) -> Fraction | None:
        """What it brings to the total."""
        return None if self.points is None else self.points * self.indicator.weight

    @property
    def beyond(self) -> bool:
        """Whether it is below zero, or above the full mark without a bonus."""
        bonus = sum((line.points or Fraction(0) for line in self.lines if line.kind == BONUS), Fraction(0))
        return self.points is not None and not 0 <= self.points <= self.indicator.full + bonus


@dataclass(frozen=True, slots=True)
class Score:
    """What one entry comes to. `total` is None while a mark is missing; `given` is the sum of those that are there.

    `level` is the band, the grade or the stars in words; `stars` those that were reached, `failing` by star the
    indicators that keep it away. `paid` is the bonus in fen, `paid_text` its arithmetic; `strange` are typed lines that
    belong to no indicator of the scheme and so count for nothing.
    """

    marks: tuple[Mark, ...]
    total: Fraction | None
    given: Fraction
    level: str
    consequence: str
    bad: bool
    stars: tuple[str, ...]
    failing: Mapping[str, tuple[str, ...]]
    arithmetic: str
    paid: Fraction | None = None
    paid_text: str = ""
    strange: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The indicators without a mark."""
        return tuple(mark.indicator.label for mark in self.marks if mark.points is None)

    @property
    def beyond(self) -> tuple[str, ...]:
        """The indicators whose mark cannot be right."""
        return tuple(mark.indicator.label for mark in self.marks if mark.beyond)


def score(scheme: Scheme, values: Mapping[str, Any], today: date, figures: Figures | None = None) -> Score:
    """What a scheme makes of the values of one entry, child rows among them."""
    marks = tuple(_mark(scheme, one, values, today, figures) for one in scheme.indicators)
    counted = [mark.counted for mark in marks]
    given = sum((each for each in counted if each is not None), Fraction(0))
    total = given if marks and None not in counted else None
    level, consequence, bad = _outcome(scheme, total, values)
    reached, failing = _stars(scheme, marks)
    if scheme.stars:
        level = "" if None in counted else f"{len(reached)}星"
        bad = level in scheme.bad
    paid, paid_text = _paid(scheme, total, values, today)
    shown_sum, strange = arithmetic(marks), _strange(scheme, values)
    return Score(marks, total, given, level, consequence, bad, reached, failing, shown_sum, paid, paid_text, strange)


def _strange(scheme: Scheme, values: Mapping[str, Any]) -> tuple[str, ...]:
    known = {name for one in scheme.indicators for name in (one.key, one.label)}
    heads = {f"{_list(scheme, one)}." for one in scheme.indicators if one.source == ITEMS}
    said = (str(row.get("indicator") or "").strip() for head in heads for row in rows_in(values, head))
    return tuple(dict.fromkeys(name or "没有写指标" for name in said if name not in known))


def _outcome(scheme: Scheme, total: Fraction | None, values: Mapping[str, Any]) -> tuple[str, str, bool]:
    if scheme.grade:
        level = str(values.get(scheme.grade) or "")
        return level, "", level in scheme.bad
    band = scheme.band_of(total)
    return (band.label, band.consequence, band.bad) if band else ("", "", False)


def _mark(scheme: Scheme, one: Indicator, values: Mapping[str, Any], today: date, figures: Figures | None) -> Mark:
    if one.source == VALUE:
        return Mark(one, _asked(scheme.template, one.asked, values, today))
    if one.source == FIGURE:
        ratio = figures(one.asked) if figures is not None else None
        return Mark(one, _of_ratio(one, ratio), ratio=ratio)
    head = f"{_list(scheme, one)}."
    if one.source == DEDUCTIONS:
        taken = [_line(row, str(row.get("item") or ""), OFF) for row in rows_in(values, head)]
        return Mark(one, _less(one.full, taken), tuple(taken))
    rows = [row for row in rows_in(values, head) if str(row.get("indicator") or "").strip() in (one.key, one.label)]
    lines = [_line(row, one.label, str(row.get("kind") or GIVEN)) for row in rows]
    return Mark(one, _typed(one.full, lines), tuple(lines))


def _list(scheme: Scheme, one: Indicator) -> str:
    rows = scheme.template.row_list(one.asked or one.source)
    return rows.name if rows is not None else one.source


def _line(row: Mapping[str, Any], what: str, kind: str) -> Line:
    reason, evidence, by, on = (mask_numbers(str(row.get(key) or "")) for key in ("reason", "evidence", "by", "on"))
    points, own = _number(row.get("points")), _number(row.get("own"))
    return Line(mask_numbers(what), kind if kind in KINDS else GIVEN, points, reason, evidence, by, on, own)


def _number(value: Any) -> Fraction | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def _typed(full: Fraction, lines: Sequence[Line]) -> Fraction | None:
    """Marks given and bonus, less what was taken; where only deductions are noted they are taken from the full mark."""
    if not lines or any(line.points is None for line in lines):
        return None
    parts = [(line.kind, line.points or Fraction(0)) for line in lines]
    base = [points for kind, points in parts if kind == GIVEN]
    moved = sum((points if kind == BONUS else -points for kind, points in parts if kind != GIVEN), Fraction(0))
    return (sum(base, Fraction(0)) if base else full) + moved


def _less(full: Fraction, taken: Sequence[Line]) -> Fraction | None:
    if any(line.points is None for line in taken):
        return None
    return full - sum((line.points or Fraction(0) for line in taken), Fraction(0))


def _of_ratio(one: Indicator, ratio: Ratio | None) -> Fraction | None:
    if ratio is None:
        return None
    if ratio.denominator is None:
        return ratio.numerator
    return one.full * ratio.numerator / ratio.denominator if ratio.denominator else None


def _asked(template: LedgerTemplate, text: str, values: Mapping[str, Any], today: date) -> Fraction | None:
    try:
        found = _read(template.key, text, _Held(template)).value(values, today)
    except ExpressionError:
        return None
    return found if isinstance(found, Fraction) else None


class _Held:
    """A template as a part of a key: two readings of one are the same while it is the same object."""

    __slots__ = ("template",)

    def __init__(self, template: LedgerTemplate) -> None:
        self.template = template

    def __hash__(self) -> int:
        return id(self.template)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.template is self.template


@lru_cache(maxsize=256)
def _read(_key: str, text: str, held: _Held) -> Expression:
    return compiled(text, scope_of(held.template))


def _stars(scheme: Scheme, marks: Iterable[Mark]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The stars that were reached, and of each of the others what keeps it away."""
    reached: list[str] = []
    failing: dict[str, tuple[str, ...]] = {}
    held = tuple(marks)
    for star in scheme.stars:
        own = [mark for mark in held if mark.indicator.star == star.label]
        most = sum((mark.indicator.counted for mark in own), Fraction(0))
        got = [mark.counted for mark in own]
        sum_of = sum((each for each in got if each is not None), Fraction(0))
        if None not in got and sum_of * 100 >= most * star.share:
            reached.append(star.label)
            continue
        short = [m for m in own if m.points is None or m.points * 100 < m.indicator.full * star.share]
        failing[star.label] = tuple(f"{m.indicator.label}{'没有打分' if m.points is None else ''}" for m in short)
    return tuple(reached), failing


def arithmetic(marks: Sequence[Mark]) -> str:
    """How the total is made, to be checked with a pen: 92×0.6＋88×0.4＝90.4; what is missing is said, never a zero."""
    if not marks:
        return ""
    plain = all(mark.indicator.weight == 1 for mark in marks)
    parts = [
        "缺" if mark.points is None else shown(mark.points) + ("" if plain else f"×{shown(mark.indicator.weight)}")
        for mark in marks
    ]
    counted = [mark.counted for mark in marks]
    total = None if None in counted else sum((each or Fraction(0) for each in counted), Fraction(0))
    if len(marks) == 1 and marks[0].lines and marks[0].points is not None:
        parts = [_of_lines(marks[0])]
    return f"{'＋'.join(parts)}＝{'待补' if total is None else shown(total)}"


def _of_lines(mark: Mark) -> str:
    """100－5－3: one indicator by its lines."""
    given = [line for line in mark.lines if line.kind == GIVEN]
    text = "＋".join(shown(line.points) for line in given) if given else shown(mark.indicator.full)
    for line in mark.lines:
        if line.kind != GIVEN:
            text += f"{'＋' if line.kind == BONUS else '－'}{shown(line.points)}"
    return text


def _paid(
    scheme: Scheme, total: Fraction | None, values: Mapping[str, Any], today: date
) -> tuple[Fraction | None, str]:
    """A bonus in the share of the total; a total above the full mark pays no more than all of it."""
    if not scheme.bonus:
        return None, ""
    base = _asked(scheme.template, scheme.bonus, values, today)
    if base is None:
        return None, ""
    if total is None:
        return None, f"{written(base, MONEY)}×待补"
    share = min(max(total, Fraction(0)), scheme.full)
    paid = base * share / scheme.full
    return paid, f"{written(base, MONEY)}×{shown(share)}÷{shown(scheme.full)}＝{written(paid, MONEY)}"


def bad_runs(years: Mapping[int, bool], least: int) -> tuple[int, ...]:
    """The newest years in a row that were bad, when there are `least` of them; a year without a score breaks a row."""
    if not years:
        return ()
    last = max(years)
    run: list[int] = []
    while years.get(last, False):
        run.append(last)
        last -= 1
    return tuple(reversed(run)) if len(run) >= least else ()
