"""A scoring scheme: whom it looks at, by which indicators, and what a total means; read strictly from its JSON text.

A scheme keeps nothing itself. Marks stand in the entries of the ledger that it names, so that history, undo, import,
export and packages are those of ledgers; the scheme says only how a total is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate

VALUE, ITEMS, DEDUCTIONS, FIGURE = "value", "items", "deductions", "figure"
SOURCES = (VALUE, ITEMS, DEDUCTIONS, FIGURE)
"""Where a mark comes from: an expression of the entry, typed lines, deductions from the full mark, a figure."""

ORGANISATION = "organisation"
"""The entry's own organisation, where it is what is scored."""

UNITS, MEMBERS, WORKERS, OTHERS = "organisation", "member", "worker", "other"
SUBJECTS = {UNITS: "党组织", MEMBERS: "党员", WORKERS: "工作人员", OTHERS: "对象"}
"""Who is scored; there is a rank of all but `other` (residents, families, volunteers)."""

PERIODS = ("year", "quarter", "month", "week")
LAST, AVERAGE = "last", "average"
SAYS = ("missing", "incomplete", "bad_years", "barred", "unconfirmed", "over")
"""What a scheme may remind of; what a check of the ledger says already is not said twice."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: `full` marks, counted `weight` times; `source` tells how its mark is found, `asked` by what.

    `star` names the star that it belongs to; `evidence` is what has to be shown for it.
    """

    key: str
    label: str
    full: Fraction
    weight: Fraction
    source: str
    asked: str = ""
    star: str = ""
    evidence: str = ""

    @property
    def counted(self) -> Fraction:
        """What it can bring to the total."""
        return self.full * self.weight


@dataclass(frozen=True, slots=True)
class Band:
    """From which total on a band holds, whether it is a bad one, and what it may lead to (told, never done)."""

    label: str
    at_least: Fraction
    bad: bool = False
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    """One star: reached when its indicators bring at least `share` percent of what they can."""

    label: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Barring:
    """The ledger of who is barred from honours (一票否决, 取消评优资格): columns for who, why, from when to when."""

    ledger: str
    subject: str
    reason: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A whole scheme; `by` is the column that says who is scored (`organisation`: the entry's own), `per` how often.

    `combine` says what several scores of a span make: the newest, or their average. `grade` is the column of a
    scheme that gives a grade in words and has no marks; `levels` are its words from the best down. `bonus` is an
    amount's expression that is paid in the share of the total. `template` is the ledger as it was when this was read,
    `notified` its column for the day of the notice.
    """

    key: str
    title: str
    edition: str
    source: str
    template: LedgerTemplate
    where: Mapping[str, tuple[str, ...]]
    by: str
    subjects: str
    per: str
    each: str = ""
    combine: str = LAST
    dated_by: str | None = None
    confirmed: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    bands: tuple[Band, ...] = ()
    grade: str = ""
    levels: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    bad_years: int = 2
    bad_consequence: str = ""
    stars: tuple[Star, ...] = ()
    bonus: str = ""
    bar: Barring | None = None
    says: tuple[str, ...] = ()
    notice: bool = False
    notified: str = ""
    notes: str = ""
    origin: str = field(default="本软件", compare=False)

    @property
    def full(self) -> Fraction:
        """The most that the indicators can bring."""
        return sum((each.counted for each in self.indicators), Fraction(0))

    @property
    def ranked(self) -> bool:
        """Whether there is a ranking: of organisations, and of members and workers in their duty."""
        return self.subjects != OTHERS and bool(self.indicators)

    @property
    def all_levels(self) -> tuple[str, ...]:
        """What an outcome may be called, from the best down."""
        if self.stars:
            return tuple(f"{number}星" for number in range(len(self.stars), -1, -1))
        return self.levels or tuple(band.label for band in self.bands)

    def band_of(self, total: Fraction | None) -> Band | None:
        """The band of a total; None where the total is missing or below every band."""
        return None if total is None else next((band for band in self.bands if total >= band.at_least), None)
