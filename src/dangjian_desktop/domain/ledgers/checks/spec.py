"""What a check is written as, what it is asked of, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from dangjian_desktop.domain.records.findings import WARNING
from dangjian_desktop.domain.rules.rulebook import Edition, Rule
from dangjian_desktop.domain.values.working_days import WorkCalendar

ENTRY = "ledger_entry"
OWN_UNIT = "organisation"
"""In place of a column: the organisation of the entry itself."""


class SeenEntry(NamedTuple):
    """One entry as checks see it; `opened` is an ISO day, `due` the deadline, `settled` None while it is open."""

    id: str
    unit: str
    number: str
    title: str
    state: str
    due: str | None
    opened: str
    settled: str | None
    values: Mapping[str, Any]


class Group(NamedTuple):
    """Everybody that something is expected of: the kind of their records, and their names by id."""

    kind: str
    names: Mapping[str, str]


class Street(Protocol):
    """What checks may ask of the rest of the file; each answer is read once."""

    @property
    def calendar(self) -> WorkCalendar:
        """The holidays that are known."""
        ...

    def rows(self, ledger: str) -> Sequence[SeenEntry] | None:
        """The entries of another ledger in this scope; None where there is no such ledger."""
        ...

    def group(self, name: str) -> Group | None:
        """Everybody of a group (`branch`, `community`, `secretary`, `category:流动党员`, `ledger:grids`)."""
        ...

    def above(self, unit: str) -> Sequence[str]:
        """An organisation and all above it."""
        ...

    def figure(self, key: str) -> Fraction | None:
        """A figure of the registry in this scope."""
        ...

    def shown(self, value: Any) -> str:
        """A value as people read it: an organisation or a person by name."""
        ...


class Said(NamedTuple):
    """What a check has to say: of which records, with which words for its sentence, due on which partial date.

    `subject` names what it is about where that is not the entry itself.
    """

    records: tuple[str, ...]
    words: Mapping[str, Any]
    field: str = ""
    due_on: str | None = None
    kind: str = ENTRY
    subject: str | None = None
    detail: str = ""


class Asking(NamedTuple):
    """The day for which a check is asked, its thresholds as they hold, and the rest of the file.

    What is due after `horizon` is not said yet.
    """

    today: date
    edition: Edition
    street: Street
    horizon: date = date.max


EntryRun = Callable[[SeenEntry, Asking], Iterator[Said]]
LedgerRun = Callable[[Sequence[SeenEntry], Asking], Iterator[Said]]


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check as a template writes it; `given` is what its kind asks for.

    Looked at are the entries in `states` (none named: all) whose columns hold one of the values in `where`, settled
    ones only where `settled` says so (None: as the kind has it). `lead_days` count before the day by which something
    is due; without them a check that has such a day speaks when it is over.
    """

    key: str
    kind: str
    title: str
    sentence: str = ""
    severity: str = WARNING
    late_sentence: str = ""
    late_severity: str = ""
    lead_days: tuple[int, ...] = ()
    repeat_days: int = 0
    source: str = ""
    states: frozenset[str] = frozenset()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    settled: bool | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeCheck:
    """A check that is ready to be asked: entry by entry, or of all entries at once."""

    rule: Rule
    spec: CheckSpec
    settled: bool
    entry: EntryRun | None = None
    ledger: LedgerRun | None = None

    @property
    def looks_at_all(self) -> bool:
        """Whether it is about every entry."""
        return self.settled and not self.spec.states and not self.spec.where

    def looks_at(self, row: SeenEntry) -> bool:
        """Whether an entry is among those that the check is about."""
        if row.settled is not None and not self.settled:
            return False
        if self.spec.states and row.state not in self.spec.states:
            return False
        return all(_holds(row.values.get(name), wanted) for name, wanted in self.spec.where.items())


def _holds(value: Any, wanted: Sequence[Any]) -> bool:
    return any(each in wanted for each in value) if isinstance(value, list) else value is not None and value in wanted
