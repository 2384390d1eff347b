"""Accounts of this file: who may open it and as what, passwords, the recovery key."""

from __future__ import annotations

from dataclasses import dataclass

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.permissions import MANAGE, ROLE_NAMES
from dangjian_desktop.services.records import organisations
from dangjian_desktop.storage import accounts as rows

from .office import Office
from .opening import ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `scope` is the full name of the unit it is limited to."""

    name: str
    role: str
    role_name: str
    scope: str | None
    disabled: bool
    has_password: bool
    created_at: str


def listing(office: Office) -> list[Account]:
    """All accounts of this file."""
    office.actor.require(MANAGE)
    names = organisations.names(office)
    with office.database.read() as connection:
        found = rows.listing(connection)
    return [
        Account(
            a.name,
            a.role,
            ROLE_NAMES[a.role],
            names.get(a.scope or ""),
            a.disabled,
            office.vault.has_slot(a.name),
            a.created_at,
        )
        for a in found
    ]


def add(office: Office, name: str, role: str, password: str, *, scope: str | None = None) -> None:
    """Add an account with its first password; `scope` names a unit."""
    office.actor.require(MANAGE)
    name = name.strip()
    _known_role(role)
    if not name:
        raise UsageError("required", "账户名不能为空。")
    if any(a.name == name for a in listing(office)):
        raise UserError("exists", f"已经有名为“{name}”的账户。")
    unit = organisations.resolve(office, scope) if scope else None
    office.vault.add_slot(name, password)
    try:
        with office.database.write() as connection:
            rows.add(connection, name, role, unit, office.clock.now())
    except BaseException:
        office.vault.remove_slot(name)
        raise
    office.audit("account_add", {"account": name, "role": role, "scope": unit})


def passwd(office: Office, name: str, password: str, *, old: str | None = None) -> None:
    """Set a new password: one's own with the old one, another's as administrator."""
    if name == office.actor.name:
        if old is None and not office.vault.by_recovery_key:
            raise UserError("old_password", "修改自己的密码要先填原密码。")
        if old is not None:
            office.vault.check_password(name, old)
    else:
        office.actor.require(MANAGE)
    _must_exist(office, name)
    office.vault.change_password(name, password)
    office.audit("password", {"account": name})


def disable(office: Office, name: str) -> None:
    """Take an account's access away; its name stays in the history."""
    office.actor.require(MANAGE)
    _must_exist(office, name)
    others = [a for a in listing(office) if a.role == ADMINISTRATOR and not a.disabled and a.name != name]
    if not others and _role(office, name) == ADMINISTRATOR:
        raise UserError("last_administrator", "这是最后一个管理员账户，不能停用。", advice="请先新增另一个管理员。")
    office.vault.remove_slot(name)
    with office.database.write() as connection:
        rows.change(connection, name, {"disabled": 1})
    office.audit("account_disable", {"account": name})


def set_role(office: Office, name: str, role: str, *, scope: str | None = None) -> None:
    """Change what an account may do, and the unit it is limited to."""
    office.actor.require(MANAGE)
    _known_role(role)
    _must_exist(office, name)
    others = [a for a in listing(office) if a.role == ADMINISTRATOR and not a.disabled and a.name != name]
    if role != ADMINISTRATOR and not others and _role(office, name) == ADMINISTRATOR:
        raise UserError("last_administrator", "这是最后一个管理员账户，不能改成别的角色。")
    unit = organisations.resolve(office, scope) if scope else None
    with office.database.write() as connection:
        rows.change(connection, name, {"role": role, "scope": unit})
    office.audit("account_role", {"account": name, "role": role, "scope": unit})


def reset(office: Office, name: str, password: str) -> None:
    """忘记密码: set a new password in a file that was opened with the recovery key."""
    if not office.vault.by_recovery_key:
        raise UserError("recovery_key", "重设密码要用恢复密钥打开文件。")
    _must_exist(office, name)
    office.vault.change_password(name, password)
    with office.database.write() as connection:
        rows.change(connection, name, {"disabled": 0})
    office.audit("password_reset", {"account": name})


def rotate_recovery_key(office: Office, new: str | None = None) -> str:
    """A new recovery key and data key; the old printed key opens nothing newer than this moment."""
    office.actor.require(MANAGE)
    printed = office.vault.rotate_recovery_key(new)
    office.audit("recovery_key", {})
    return printed


def _known_role(role: str) -> None:
    if role not in ROLE_NAMES:
        raise UsageError("bad_role", f"没有“{role}”这个角色。可用：{'、'.join(ROLE_NAMES)}。")


def _must_exist(office: Office, name: str) -> None:
    _role(office, name)


def _role(office: Office, name: str) -> str:
    with office.database.read() as connection:
        for account in rows.listing(connection):
            if account.name == name:
                return account.role
    raise UserError("account_unknown", f"没有名为“{name}”的账户。")
