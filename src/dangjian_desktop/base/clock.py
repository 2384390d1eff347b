"""The only source of "now" and "today", so that tests and `--on` can set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time; `fixed_today` stands in for today's date where a person asked for another day."""

    fixed_today: date | None = None

    def today(self) -> date:
        """Today on this PC, or the day that was asked for with `--on`."""
        return self.fixed_today or datetime.now().astimezone().date()

    def machine_day(self) -> date:
        """Today on this PC, whatever day was asked for: the day on which something is entered."""
        return datetime.now().astimezone().date()

    def now(self) -> datetime:
        """This moment in UTC; shown to people, never trusted for ordering."""
        return datetime.now(UTC).replace(microsecond=0)


def local_time(moment: str) -> str:
    """A stored UTC moment as the clock on the wall showed it, to the minute."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment[:16].replace("T", " ")
