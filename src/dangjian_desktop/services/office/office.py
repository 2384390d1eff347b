"""An open data file with a signed-in account: what every service function is given first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.own_templates import Shelf, nothing_in_use, shipped_templates
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.domain.values import codes as code_lists
from dangjian_desktop.domain.values.codes import CodeTables
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.storage import audit, settings
from dangjian_desktop.storage.database import Database
from dangjian_desktop.storage.derive import Shapes
from dangjian_desktop.storage.identity import Identity
from dangjian_desktop.storage.queries import ledger_templates as queries
from dangjian_desktop.storage.unit_of_work import Context, UnitOfWork, unit_of_work
from dangjian_desktop.storage.vault import Vault


@lru_cache(maxsize=1)
def default_codes() -> CodeTables:
    """The shipped code lists, read once."""
    return code_lists.load(resource("codes"))


default_templates = shipped_templates


@dataclass
class Office:
    """One open file. Reads may run in any thread; writes wait for each other."""

    vault: Vault
    identity: Identity
    actor: Actor
    scope: str | None
    clock: Clock
    name: str
    base_date: date
    codes: CodeTables = field(default_factory=default_codes)
    templates: Shelf = field(default_factory=lambda: Shelf({}, (), nothing_in_use))
    cache: dict[str, Any] = field(default_factory=dict)
    guards: list[Callable[[Office, UnitOfWork], None]] = field(default_factory=list)
    """Asked before any operation is committed, whoever made it; one that raises takes the operation back."""
    _listeners: list[Callable[[ChangeSet], None]] = field(default_factory=list)
    _closers: list[Callable[[], None]] = field(default_factory=list)
    changed: bool = False
    unit_name: str = ""
    """Full name of the unit that the account is limited to; empty for the whole file."""
    notices: list[str] = field(default_factory=list)
    """What was noticed when the file was opened and must be told before anything is written."""

    @property
    def called(self) -> str:
        """Whose file this is to the account: its unit, else the street."""
        return self.unit_name or self.name

    @property
    def path(self) -> Path:
        """The data file."""
        return self.vault.path

    @property
    def database(self) -> Database:
        """The encrypted file; for services only."""
        return self.vault.database

    @property
    def context(self) -> Context:
        """What a unit of work needs."""
        return Context(self.database, self.identity, self.clock, Shapes(self.templates))

    def read_templates(self) -> None:
        """Read the ledger templates anew: the shipped ones and those in the file."""
        with self.database.read() as connection:
            own = queries.texts(connection)
            strangers = queries.strangers(connection, {*shipped_templates(), *own})
        self.templates = Shelf(own, strangers, self._in_use)

    def _in_use(self, key: str) -> tuple[list[str], list[str]]:
        """What entries of a ledger hold whose template cannot be used."""
        with self.database.read() as connection:
            return queries.in_use(connection, key, also_past=True)

    def today(self) -> date:
        """Today, or the day that was asked for."""
        return self.clock.today()

    @contextmanager
    def operation(self, label: str, *, nature: str = "edit", undoes: int | None = None) -> Iterator[UnitOfWork]:
        """Run one operation as this account; listeners hear of it after it has been committed.

        Whoever reads the log reads the label: a number that stands in a title is not carried into it.
        """
        with unit_of_work(self.context, self.actor, mask_numbers(label), nature=nature, undoes=undoes) as work:
            yield work
            for guard in self.guards:
                guard(self, work)
        if work.change_set is not None:
            self._announce(work.change_set)

    def audit(self, action: str, detail: dict[str, Any]) -> None:
        """Write one line of the append-only audit trail."""
        with self.database.write() as connection:
            audit.write(connection, self.clock, self.actor.name, action, detail)

    def setting(self, key: str, default: Any = None) -> Any:
        """A local setting of this file."""
        with self.database.read() as connection:
            return settings.get(connection, key, default)

    def put_setting(self, key: str, value: Any) -> None:
        """Change a local setting of this file."""
        with self.database.write() as connection:
            settings.put(connection, key, value)

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call `listener` after each committed operation, in the thread that committed; returns the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def on_close(self, action: Callable[[], None]) -> None:
        """Have `action` done before the file is closed (the automatic backup)."""
        self._closers.append(action)

    def close(self) -> None:
        """Run what was left for closing and release the file."""
        try:
            for action in self._closers:
                action()
        finally:
            self.vault.close()

    def _announce(self, change_set: ChangeSet) -> None:
        self.changed = True
        if change_set.touches("organisation") or change_set.touches("shared_item"):
            self.cache.clear()
        if change_set.touches("shared_item"):
            self.read_templates()
        for listener in list(self._listeners):
            listener(change_set)
