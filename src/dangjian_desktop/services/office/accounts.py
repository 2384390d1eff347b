"""Accounts of this file: who may open it and as what, passwords, the recovery key."""

from __future__ import annotations

from dataclasses import dataclass

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.permissions import ACCOUNTS, FILE, MANAGE, ROLE_NAMES
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import accounts as rows
from dangjian_desktop.storage.accounts import AccountRow

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


@dataclass(frozen=True, slots=True)
class Disabled:
    """What disabling an account did: `truth` says what it does not reach; `recovery_key` is there if it was changed."""

    truth: str
    recovery_key: str | None


KEPT_KEY = (
    "它的密码从现在起打不开这个文件，把以前的钥匙文件拷回来也打不开。"
    "停用以前做的备份和拷走的文件，用它原来的密码仍然打得开；数据钥匙没有换。"
)
NEW_KEY = "数据钥匙已更换：它和旧的恢复密钥都打不开这个文件。停用以前做的备份和拷走的文件，用它原来的密码仍然打得开。"
"""What is true once an account was disabled, without and with a new data key."""


def listing(office: Office) -> list[Account]:
    """All accounts of this file; for an account of one unit its own and those of its unit."""
    office.actor.require(MANAGE, ACCOUNTS)
    names = organisations.names(office)
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
        for a in _rows(office)
        if reaches(office, a)
    ]


def reaches(office: Office, account: AccountRow) -> bool:
    """Whether the account stands within the unit of the one that is signed in, or is that one itself."""
    scope = office.actor.scope
    return scope is None or account.name == office.actor.name or account.scope in scope


def reached(office: Office) -> frozenset[str] | None:
    """Names of the accounts that the one signed in manages, and its own; None where it manages all."""
    if office.actor.scope is None:
        return None
    return frozenset({office.actor.name, *(a.name for a in _rows(office) if reaches(office, a))})


def refuse_beyond(office: Office, name: str) -> None:
    """Raise `UserError` (`out_of_scope`) for an account that the one signed in does not manage."""
    known = reached(office)
    if known is not None and name not in known:
        raise _beyond(office, name)


def add(office: Office, name: str, role: str, password: str, *, scope: str | None = None) -> None:
    """Add an account with its first password; `scope` names a unit, and must where one's own account has one."""
    office.actor.require(MANAGE, ACCOUNTS)
    name = name.strip()
    _known_role(role)
    if not name:
        raise UsageError("required", "账户名不能为空。")
    if any(a.name == name for a in _rows(office)):
        raise UserError("exists", f"已经有名为“{name}”的账户。")
    unit = _unit(office, scope)
    office.vault.add_slot(name, password)
    try:
        with office.database.write() as connection:
            rows.add(connection, name, role, unit, office.clock.now())
    except BaseException:
        office.vault.remove_slot(name)
        raise
    office.audit("account_add", {"account": name, "role": role, "scope": unit})


def passwd(office: Office, name: str, password: str, *, old: str | None = None) -> None:
    """Set a new password: one's own with the old one, that of another account within reach as administrator."""
    if name == office.actor.name:
        if old is None and not office.vault.by_recovery_key:
            raise UserError("old_password", "修改自己的密码要先填原密码。")
        if old is not None:
            office.vault.check_password(name, old)
    elif _within(office, name).disabled:
        raise UserError(
            "account_disabled", f"账户“{name}”已停用，没有改密码。", advice="要恢复它，请用恢复密钥打开文件后重设密码。"
        )
    office.vault.change_password(name, password)
    office.audit("password", {"account": name})


def disable(office: Office, name: str, *, new_key: bool = False) -> Disabled:
    """Take an account's access away; its name stays in the history. `new_key` changes the data key as well."""
    account = _within(office, name, others=True)
    if new_key:
        office.actor.require(MANAGE, FILE)
    if account.role == ADMINISTRATOR and not _administrators(office, beside=name):
        raise UserError("last_administrator", "这是最后一个管理员账户，不能停用。", advice="请先新增另一个管理员。")
    # The row first: where the keys cannot be written the account is shut out all the same.
    with office.database.write() as connection:
        rows.change(connection, name, {"disabled": 1})
    office.vault.remove_slot(name)
    office.audit("account_disable", {"account": name})
    printed = rotate_recovery_key(office) if new_key else None
    return Disabled(NEW_KEY if new_key else KEPT_KEY, printed)


def set_role(office: Office, name: str, role: str, *, scope: str | None = None) -> None:
    """Change what an account may do, and the unit it is limited to; never one's own where one has a unit."""
    account = _within(office, name, others=True)
    _known_role(role)
    unit = _unit(office, scope)
    keeps = role == ADMINISTRATOR and unit is None
    if account.role == ADMINISTRATOR and not keeps and not _administrators(office, beside=name):
        raise UserError(
            "last_administrator",
            "这是最后一个管整个文件的管理员账户，不能改成别的角色或范围。",
            advice="请先新增另一个。",
        )
    with office.database.write() as connection:
        rows.change(connection, name, {"role": role, "scope": unit})
    office.audit("account_role", {"account": name, "role": role, "scope": unit})


def reset(office: Office, name: str, password: str) -> None:
    """忘记密码: set a new password in a file that was opened with the recovery key."""
    if not office.vault.by_recovery_key:
        raise UserError("recovery_key", "重设密码要用恢复密钥打开文件。")
    _row(office, name)
    office.vault.change_password(name, password)
    with office.database.write() as connection:
        rows.change(connection, name, {"disabled": 0})
    office.audit("password_reset", {"account": name})


def rotate_recovery_key(office: Office, new: str | None = None) -> str:
    """A new recovery key and data key; the old printed key opens nothing newer than this moment."""
    office.actor.require(MANAGE, FILE)
    printed = office.vault.rotate_recovery_key(new)
    office.audit("recovery_key", {})
    return printed


def _unit(office: Office, scope: str | None) -> str | None:
    """The unit a given account is to be limited to; raises `UserError` (`out_of_scope`) beyond one's own.

    A 党小组 (`not_a_branch`) has no records of its own: its members and meetings are its branch's.
    """
    unit = organisations.resolve(office, scope) if scope else None
    office.actor.require_unit(unit)
    branch, group = organisations.unit_and_group(office, unit)
    if group is not None:
        raise UserError(
            "not_a_branch",
            f"“{group.name}”是党小组，账户不能只管一个党小组。",
            effect="账户没有改动。",
            advice=f"请改选它的党支部{f'“{branch.name}”' if branch else ''}。",
        )
    return unit


def _within(office: Office, name: str, *, others: bool = False) -> AccountRow:
    """An account that the one signed in manages; `others` leaves out its own, which its superior decides on."""
    office.actor.require(MANAGE, ACCOUNTS)
    account = _row(office, name)
    own = others and office.actor.scope is not None and name == office.actor.name
    if own or not reaches(office, account):
        raise _beyond(office, name)
    return account


def _beyond(office: Office, name: str) -> UserError:
    return UserError(
        "out_of_scope",
        f"账户“{office.actor.name}”只管自己党组织里别的账户，不管“{name}”。",
        advice="请让管整个文件的管理员操作。",
    )


def _administrators(office: Office, *, beside: str) -> list[AccountRow]:
    """Those who manage the whole file, but for one: without any the file could not be kept."""
    found = _rows(office)
    return [a for a in found if a.role == ADMINISTRATOR and a.scope is None and not a.disabled and a.name != beside]


def _rows(office: Office) -> list[AccountRow]:
    with office.database.read() as connection:
        return rows.listing(connection)


def _row(office: Office, name: str) -> AccountRow:
    for account in _rows(office):
        if account.name == name:
            return account
    raise UserError("account_unknown", f"没有名为“{name}”的账户。")


def _known_role(role: str) -> None:
    if role not in ROLE_NAMES:
        raise UsageError("bad_role", f"没有“{role}”这个角色。可用：{'、'.join(ROLE_NAMES)}。")
