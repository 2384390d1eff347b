"""Making a new data file and opening one: from a path and a password to an `Office`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from dangjian_desktop.base.clock import Clock, local_time
from dangjian_desktop.base.errors import UsageError, VaultError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.records import guards
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import accounts as rows
from dangjian_desktop.storage import identity, keys, migrations, settings, vault
from dangjian_desktop.storage.database import Connection
from dangjian_desktop.storage.derived_ahead import DerivedAhead
from dangjian_desktop.storage.device import PcProfile
from dangjian_desktop.storage.identity import Identity
from dangjian_desktop.storage.vault import Vault

from . import backups
from .office import Office
from .recent import RecentFile, recent_files, remember_file

__all__ = ["RecentFile", "account_needed", "create_office", "open_office", "recent_files"]

ADMINISTRATOR = "administrator"
FIRST_ACCOUNT = "管理员"
_CLOCKS_DIFFER = timedelta(minutes=10)


def create_office(
    path: Path,
    *,
    name: str,
    account: str = FIRST_ACCOUNT,
    password: str,
    base_date: date | None = None,
    clock: Clock | None = None,
    recovery_key: str | None = None,
    backup_on_close: bool = False,
) -> tuple[Office, str]:
    """Make a new file for the street `name` and sign in as its administrator.

    Returns the office and the recovery key to print (`recovery_key` where it was printed beforehand).
    `base_date` is 建账日, today by default. Makes the root organisation `name`. Refuses to overwrite.
    """
    clock = clock or Clock()
    name, account = name.strip(), account.strip()
    if not name or not account:
        raise UsageError("required", "街道名称和账户名都要填写。")
    begun = base_date or clock.today()

    def prepare(connection: Connection) -> None:
        migrations.upgrade(connection)
        settings.put(connection, "base_date", begun.isoformat())
        rows.add(connection, account, ADMINISTRATOR, None, clock.now())

    opened, printed = vault.create(
        path, file_name=name, account=account, password=password, prepare=prepare, clock=clock, printed=recovery_key
    )
    office = _office(opened, account, clock, backed_up=backup_on_close)
    with office.operation(f"新建“{name}”", nature="found") as work:
        work.create("organisation", {"name": name, "short_name": _short(name), "kind": "工委", "stage": "actual"})
    remember_file(path, name, account)
    return office, printed


def _short(name: str) -> str:
    return name.removesuffix("党工委").removesuffix("工委") if name.endswith("工委") else name


def open_office(
    path: Path,
    *,
    account: str | None = None,
    password: str | None = None,
    recovery_key: str | None = None,
    clock: Clock | None = None,
    take_over: bool = False,
    backup_on_close: bool = False,
    ahead: DerivedAhead | None = None,
) -> Office:
    """Open a file with a password, or with the recovery key in its place.

    Without `account` the only one is meant. Raises `VaultError` (six codes) or `EnvironmentFault`;
    nothing was changed then. `take_over` is a person's word that another PC's lock is dead.
    `backup_on_close` is for the window: a command that sets one field makes no backup of its own.
    `ahead` is the slow derivation, where it was begun before (`head_start`).
    """
    clock = clock or Clock()
    opened = vault.open_vault(
        path,
        account=(account or "").strip(),
        password=password,
        recovery_key=recovery_key,
        clock=clock,
        other_pc_is_off=take_over,
        derive=keys.Effort.derive if ahead is None else ahead.derive,
    )
    try:
        signed_in = _signed_in(opened, account)
        office = _office(opened, signed_in, clock, backed_up=backup_on_close)
        office.notices = _notices(office)
    except BaseException:
        opened.close()
        raise
    office.audit("login", {"by": "recovery_key" if recovery_key else "password"})
    remember_file(path, office.name, signed_in)
    return office


def _notices(office: Office) -> list[str]:
    """Whether the file is behind what this PC noted of it, and whether the clock of the PC is: looks only."""
    with office.database.read() as connection:
        gone = identity.behind(connection, office.identity.profile)
        newest = identity.newest_moment(connection)
    found = []
    if gone is not None:
        found.append(
            f"{identity.missing_sentence(gone)}如果别处还有更新的文件，请先换回它；不换也能继续用，缺少的操作不会自己回来。"
        )
    if newest is not None and office.clock.now() + _CLOCKS_DIFFER < datetime.fromisoformat(newest):
        found.append(
            f"本机的日期时间（{local_time(office.clock.now().isoformat())}）比文件里最后一次操作"
            f"（{local_time(newest)}）还早，请先把电脑的日期调对，再录入资料。"
        )
    return found


def account_needed(path: Path) -> bool:
    """Whether a person must type a name: files with a single account need none."""
    try:
        return len(keys.read(keys.keys_path(path)).slots) != 1
    except VaultError:
        return False


def _signed_in(opened: Vault, account: str | None) -> str:
    with opened.database.read() as connection:
        known = rows.listing(connection)
    enabled = [a for a in known if not a.disabled]
    if account:
        found = next((a for a in enabled if a.name == account.strip()), None)
    elif opened.by_recovery_key:
        # Who manages the whole file before who manages a unit of it.
        found = next((a for a in sorted(enabled, key=lambda a: a.scope is not None) if a.role == ADMINISTRATOR), None)
    else:
        found = next((a for a in enabled if opened.has_slot(a.name)), None)
    if found is None:
        raise VaultError("wrong_password", "账户或密码不对。", advice="请重新输入；忘记密码可以用恢复密钥打开。")
    opened.account = found.name
    return found.name


def _office(opened: Vault, account: str, clock: Clock, *, backed_up: bool) -> Office:
    with opened.database.read() as connection:
        row = next(a for a in rows.listing(connection) if a.name == account)
        name = str(settings.get(connection, "file.name"))
        base_date = date.fromisoformat(settings.get(connection, "base_date"))
    writing = Identity(PcProfile(opened.file_id, opened.path))
    office = Office(opened, writing, Actor(account, row.role), row.scope, clock, name, base_date)
    office.guards.append(guards.settle)
    office.read_templates()
    if backed_up:
        office.on_close(lambda: backups.on_close(office))
    if row.scope:
        _limit(office)
        office.subscribe(lambda changes: _limit(office) if changes.touches("organisation") else None)
    return office


def _limit(office: Office) -> None:
    """An account of one unit reaches what stands below it now: also a unit that it has just made there."""
    assert office.scope is not None
    office.unit_name = organisations.names(office).get(office.scope, "")
    office.actor = replace(office.actor, scope=organisations.subtree(office, office.scope))
