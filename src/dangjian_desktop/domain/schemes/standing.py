"""Several scores of those that a scheme looks at, side by side: places with ties, trend, bad years, stars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from dangjian_desktop.domain.ledgers.expressions import Place, ranked

from .schemes import AVERAGE, Scheme
from .scoring import Score, shown


class Scored(NamedTuple):
    """One entry as a scheme sees it: who is scored, on which partial date, what it comes to, if confirmed."""

    entry: str
    number: str
    subject: str
    unit: str
    on: str
    score: Score
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One subject over a span: its scores in order of time, the total that counts, its place among the others.

    `expected` tells that it was to be scored; `barred` why it may not be honoured, `bad_years` the years in a row.
    """

    subject: str
    name: str
    scores: tuple[Scored, ...]
    total: Fraction | None
    level: str
    place: Place = Place(None)
    bad_years: tuple[int, ...] = ()
    barred: str = ""
    expected: bool = True

    @property
    def newest(self) -> Scored | None:
        """The score of the newest day."""
        return self.scores[-1] if self.scores else None

    @property
    def missing(self) -> tuple[str, ...]:
        """What of its newest score nobody gave."""
        return self.newest.score.missing if self.newest else ()

    @property
    def trend(self) -> tuple[Fraction, ...]:
        """Its totals in order of time."""
        return tuple(one.score.total for one in self.scores if one.score.total is not None)


def combined(scheme: Scheme, scores: Sequence[Scored]) -> tuple[Fraction | None, str]:
    """(total, level) of the scores of one subject: the newest, or the average of those that have a total."""
    if not scores:
        return None, ""
    newest = scores[-1].score
    if scheme.combine != AVERAGE:
        return newest.total, newest.level
    totals = [one.score.total for one in scores if one.score.total is not None]
    if not totals:
        return None, ""
    average = sum(totals, Fraction(0)) / len(totals)
    band = scheme.band_of(average)
    return average, band.label if band else ""


def placed(scheme: Scheme, standings: Sequence[Standing]) -> list[Standing]:
    """From the first place down, equal ones by name; those without a total last. No places where none may be given."""
    if not scheme.ranked:
        order = {level: place for place, level in enumerate(scheme.all_levels)}
        return sorted(standings, key=lambda one: (order.get(one.level, len(order)), one.name))
    places = ranked([one.total for one in standings])
    found = [replace(one, place=place) for one, place in zip(standings, places, strict=True)]
    return sorted(found, key=lambda one: (one.place.place is None, one.place.place or 0, one.name))


class StarCount(NamedTuple):
    """How many reached each star and each level, and whether Σ level × number is Σ stars."""

    by_star: Mapping[str, int]
    by_level: Mapping[int, int]

    @property
    def by_levels(self) -> int:
        """Σ level × number of those that stand on it."""
        return sum(level * number for level, number in self.by_level.items())

    @property
    def by_stars(self) -> int:
        """Σ of the stars."""
        return sum(self.by_star.values())

    @property
    def arithmetic(self) -> str:
        """5×1＋4×1＋3×2＝15；10＋5＝15."""
        levels = "＋".join(
            f"{level}×{number}" for level, number in sorted(self.by_level.items(), reverse=True) if level
        )
        stars = "＋".join(map(str, self.by_star.values()))
        return f"{levels or 0}＝{self.by_levels}；{stars or 0}＝{self.by_stars}"


def star_count(scheme: Scheme, standings: Sequence[Standing]) -> StarCount:
    """The stars of a scheme over those whose newest score is whole."""
    whole = [one.newest.score for one in standings if one.newest and not one.newest.score.missing]
    stars = Counter(star for found in whole for star in found.stars)
    levels = Counter(int(found.level.removesuffix("星")) for found in whole if found.level)
    return StarCount({star.label: stars[star.label] for star in scheme.stars}, dict(levels))


MISSING = "待补"


def points(scheme: Scheme, one: Standing, marks: int) -> list[str]:
    """The first `marks` marks of a standing: of several scores their average."""
    held = one.scores if scheme.combine == AVERAGE else one.scores[-1:]
    return [shown(_average([found.score.marks[place].points for found in held])) for place in range(marks)]


def _average(points: Sequence[Fraction | None]) -> Fraction | None:
    """Of one mark over several scores; of one score the mark itself, so that the row adds up to its total."""
    known = [each for each in points if each is not None]
    return sum(known, Fraction(0)) / len(known) if known and len(known) == len(points) else None


def total_text(one: Standing) -> str:
    """A total as it is read: what is missing is said."""
    if not one.scores:
        return "没有打分"
    return MISSING if one.total is None and one.missing else shown(one.total)


def told(one: Standing) -> str:
    """What is to be known beside a total: what is missing, bad years, whether it may be honoured."""
    parts = [f"缺{'、'.join(one.missing)}" if one.missing else ""]
    parts += [f"{'、'.join(map(str, one.bad_years))}年连续后进" if one.bad_years else ""]
    parts += [f"不能评优（{one.barred}）" if one.barred else ""]
    if one.newest is not None and one.newest.score.consequence:
        parts.append(one.newest.score.consequence)
    if len(one.trend) > 1:
        parts.append(f"各次{'、'.join(map(shown, one.trend))}")
    return "；".join(part for part in parts if part)
