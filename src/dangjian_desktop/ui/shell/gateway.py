"""The door to the services for the parts of the window that exist before an office is open.

Services bring the database along, so each is imported when it is first used, never before the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from dangjian_desktop.domain.records.changes import ChangeSet
    from dangjian_desktop.services.office.office import Office
    from dangjian_desktop.services.office.recent import RecentFile
    from dangjian_desktop.services.units.organisations import OrgNode

    from ...base.clock import Clock
    from ...base.progress import Progress
    from ..widgets.lookups import Lookups
    from ..widgets.search_palette import PaletteEntry


class Gateway:
    """What the unlock window, the wizard and the shell ask of the services; tests give a stand-in.

    Everything but `recent_files` may take long and is called in a worker thread.
    """

    def __init__(self, on: date | None = None) -> None:
        self._on = on

    @cached_property
    def clock(self) -> Clock:
        """Tells the time; `on` stands in for today."""
        from ...base.clock import Clock

        return Clock(self._on)

    def warm_up(self) -> None:
        """Import what opening a file needs, while the person types the password."""
        from dangjian_desktop.services.history import history  # noqa: F401
        from dangjian_desktop.services.office import opening  # noqa: F401

    def recent_files(self) -> list[RecentFile]:
        """Files opened on this PC, newest first; quick and without the database."""
        from dangjian_desktop.services.office.recent import recent_files

        return recent_files()

    def forget(self, path: Path) -> None:
        """Take a file off the list."""
        from dangjian_desktop.services.office.recent import forget_file

        forget_file(path)

    def account_needed(self, path: Path) -> bool:
        """Whether a name must be typed for this file."""
        from dangjian_desktop.services.office import opening

        return opening.account_needed(path)

    def open(
        self,
        path: Path,
        *,
        account: str = "",
        password: str | None = None,
        recovery_key: str | None = None,
        take_over: bool = False,
    ) -> Office:
        """Open a file; raises `VaultError` with one of six codes."""
        from dangjian_desktop.services.office import head_start

        # The derivation runs beside the loading of everything else.
        ahead = head_start.begin(path, account, password) if password else None
        from dangjian_desktop.services.office import backups, opening

        office = opening.open_office(
            path,
            account=account or None,
            password=password,
            recovery_key=recovery_key,
            clock=self.clock,
            take_over=take_over,
            ahead=ahead,
        )
        office.on_close(lambda: backups.on_close(office))
        return office

    def create(self, path: Path, *, name: str, account: str, password: str, base_date: date) -> tuple[Office, str]:
        """Make a new file and sign in; returns the recovery key to print."""
        from dangjian_desktop.services.office import backups, opening

        path.parent.mkdir(parents=True, exist_ok=True)
        office, key = opening.create_office(
            path, name=name, account=account, password=password, base_date=base_date, clock=self.clock
        )
        office.on_close(lambda: backups.on_close(office))
        return office, key

    def sample_path(self) -> Path:
        """Where the sample street lies."""
        from dangjian_desktop.services.office.recent import sample_path

        return sample_path()

    def is_the_sample(self, path: Path) -> bool:
        """Whether this file is the sample street, which opens without a password; quick and without the database."""
        return path.resolve() == self.sample_path().resolve()

    def for_practice(self, office: Office) -> bool:
        """Whether the open file is for practice."""
        from dangjian_desktop.services.office import practice

        return practice.is_practice(office)

    def open_sample(self, progress: Progress) -> Office:
        """Open the sample street, making it first where there is none."""
        from dangjian_desktop.demo import opening_day
        from dangjian_desktop.services.office import opening, practice

        path = self.sample_path()
        if path.exists():
            progress.report(0, 0, "正在打开示例街道")
            known = opening.open_office(path, password=practice.PASSWORD, clock=self.clock)
            practice.mark(known)
            return known
        progress.report(0, 0, "正在新建示例街道")
        path.parent.mkdir(parents=True, exist_ok=True)
        office, _key = opening.create_office(
            path,
            name=practice.NAME,
            account=practice.ACCOUNT,
            password=practice.PASSWORD,
            base_date=opening_day(self.clock.today()),
            clock=self.clock,
        )
        try:
            self._fill_sample(office, progress)
            practice.mark(office)
        except BaseException:
            office.close()
            for leftover in path.parent.glob(path.name + "*"):
                if leftover.is_file():
                    leftover.unlink()
            raise
        return office

    def _fill_sample(self, office: Office, progress: Progress) -> None:
        from dangjian_desktop.demo import fill

        fill(office, progress=progress)

    def restore(self, bundle: Path, to: Path, progress: Progress) -> Path:
        """Unpack a backup bundle; the file is opened with its own password afterwards."""
        from dangjian_desktop.services.office import backups

        return backups.restore(bundle, to, progress)

    # With an open office

    def lookups(self, office: Office, scope: Callable[[], str | None]) -> Lookups:
        """Code lists, people and units for forms and filters; `scope` tells the unit chosen in the tree."""
        from .service_lookups import ServiceLookups

        return ServiceLookups(office, scope)

    def tree(self, office: Office) -> list[OrgNode]:
        """The organisation tree of today, depth first."""
        from dangjian_desktop.services.units import organisations

        return organisations.tree(office)

    def find(self, office: Office, text: str) -> list[PaletteEntry]:
        """People and units for Ctrl+K."""
        from dangjian_desktop.services.records import search

        from ..widgets.search_palette import PaletteEntry

        icons = {"member": "member", "organisation": "organisation", "meeting": "meeting", "ledger_entry": "ledger"}
        return [
            PaletteEntry(hit.kind, hit.id, hit.name, hit.detail, icons.get(hit.kind, "file"))
            for hit in search.find_all(office, text)
        ]

    def labels(self, office: Office) -> tuple[str | None, str | None]:
        """What Ctrl+Z would undo and Ctrl+Y do again."""
        from dangjian_desktop.services.history import history

        return history.undo_label(office), history.redo_label(office)

    def undo(self, office: Office) -> tuple[list[str], list[str], ChangeSet | None]:
        """Undo the newest operation: what was undone, what was kept since it was edited later."""
        from dangjian_desktop.services.history import history

        result = history.undo(office)
        return result.undone, result.kept, result.change_set

    def redo(self, office: Office) -> tuple[list[str], list[str], ChangeSet | None]:
        """Do again what was undone last."""
        from dangjian_desktop.services.history import history

        result = history.redo(office)
        return result.undone, result.kept, result.change_set

    def opened_by_key(self, office: Office) -> bool:
        """Whether the recovery key stood in for a forgotten password."""
        return office.vault.by_recovery_key

    def backup_failure(self, office: Office) -> str:
        """The sentence of the last automatic backup that failed, or an empty text."""
        from dangjian_desktop.services.office import backups

        failure = backups.last_failure(office)
        return str(failure.get("message") or failure.get("error") or "原因不明") if failure else ""

    def back_up_now(self, office: Office, progress: Progress) -> Path | None:
        """Make the automatic backup that failed before."""
        from dangjian_desktop.services.office import backups

        return backups.before(office, "retry", progress)

    def settings(self, office: Office, keys: Sequence[str]) -> dict[str, Any]:
        """Local settings by key, those that exist."""
        found = {key: office.setting(key) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def put_setting(self, office: Office, key: str, value: Any) -> None:
        """Keep a local setting."""
        office.put_setting(key, value)
