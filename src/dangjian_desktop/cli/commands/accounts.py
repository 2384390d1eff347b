"""Accounts of the file: list, add, passwd, disable, role, reset; a new recovery key."""

from __future__ import annotations

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.services.office import accounts as service

from .. import output
from ..output import Reply
from ..session import Request, secret


def list_accounts(request: Request) -> Reply:
    """All accounts of this file."""
    with request.office() as office:
        found = service.listing(office)
    data = {
        "accounts": [
            {
                "name": a.name,
                "role": a.role,
                "role_name": a.role_name,
                "scope": a.scope,
                "disabled": a.disabled,
                "has_password": a.has_password,
                "created_at": a.created_at,
            }
            for a in found
        ]
    }
    rows = [(a.name, a.role_name, a.scope or "全部", "已停用" if a.disabled else "") for a in found]
    return Reply(data, output.table(["账户", "角色", "范围", ""], rows))


def add(request: Request) -> Reply:
    """A new account."""
    args = request.args
    password = secret(args.new_password_file)
    with request.office() as office:
        service.add(office, args.name, args.role, password, scope=args.scope)
    return _done(args.name, "已新增账户")


def passwd(request: Request) -> Reply:
    """A new password: one's own, or another's as administrator."""
    args = request.args
    password = secret(args.new_password_file)
    with request.office() as office:
        name = args.name or office.actor.name
        own = name == office.actor.name and args.recovery_key_file is None
        service.passwd(office, name, password, old=request.password if own else None)
    return _done(name, "已修改密码：")


def disable(request: Request) -> Reply:
    """Take an account's access away."""
    name = request.args.name
    with request.office() as office:
        done = service.disable(office, name, new_key=request.args.new_key)
    lines = [f"已停用账户“{name}”。", done.truth]
    if done.recovery_key is None:
        lines.append("要同时更换数据钥匙：用 --new-key，或者 recovery-key rotate。")
        return Reply({"account": name, "recovery_key": None, "note": done.truth}, lines)
    lines += [f"新的恢复密钥：{done.recovery_key}", "请打印出来锁好，原来的恢复密钥从现在起作废。"]
    return Reply({"account": name, "recovery_key": done.recovery_key, "note": done.truth}, lines)


def role(request: Request) -> Reply:
    """What an account may do."""
    args = request.args
    with request.office() as office:
        service.set_role(office, args.name, args.role, scope=args.scope)
    return _done(args.name, "已修改角色：")


def reset(request: Request) -> Reply:
    """忘记密码: a new password with the recovery key alone."""
    args = request.args
    if args.recovery_key_file is None:
        raise UsageError("usage", "重设密码要用 --recovery-key-file 给出恢复密钥。", effect="什么也没有做。")
    password = secret(args.new_password_file)
    with request.office() as office:
        service.reset(office, args.name, password)
    return _done(args.name, "已重设密码：")


def rotate(request: Request) -> Reply:
    """A new recovery key; the old one opens this file no more."""
    with request.office() as office:
        key = service.rotate_recovery_key(office)
    lines = [f"新的恢复密钥：{key}", "请打印出来锁好，原来的恢复密钥从现在起作废。"]
    return Reply({"recovery_key": key}, lines)


def _done(name: str, said: str) -> Reply:
    return Reply({"account": name}, [f"{said}“{name}”。"])
