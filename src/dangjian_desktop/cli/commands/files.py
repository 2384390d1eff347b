"""The data file as a whole: new, info, check, backup, restore, selfcheck."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.base.files import sha256_of
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office import about, backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.office.recent import forget_file

from .. import output
from ..output import Reply
from ..session import Request


def new(request: Request) -> Reply:
    """A new data file, empty but for its root, or filled with a synthetic street."""
    args = request.args
    if args.file is None:
        raise UsageError("no_file", "请用 --file 指明新的数据文件放在哪里。", effect="什么也没有做。")
    if not args.demo and (args.members is not None or args.seed is not None):
        raise UsageError("usage", "--members 和 --seed 要与 --demo 一起用。", effect="什么也没有做。")
    office, key = opening.create_office(
        args.file,
        name=args.name,
        account=request.account or opening.FIRST_ACCOUNT,
        password=request.password,
        base_date=_base_date(request),
        clock=request.clock,
    )
    try:
        if args.demo:
            _fill(request, office)
        counts = about.counts(office)
        account = office.actor.name
    except BaseException:
        office.close()
        _take_away(args.file)
        raise
    office.close()
    lines = [
        f"已新建“{args.file}”，账户“{account}”。",
        *_counted(counts),
        f"恢复密钥：{key}",
        "请把恢复密钥打印出来锁好：忘记密码时只能靠它打开文件。",
    ]
    return Reply({"path": str(args.file), "account": account, "recovery_key": key, "counts": counts}, lines)


def _base_date(request: Request) -> date | None:
    if request.args.base_date is not None or not request.args.demo:
        return request.args.base_date  # type: ignore[no-any-return]
    from dangjian_desktop.demo import opening_day

    return opening_day(request.clock.today())


def _fill(request: Request, office: Office) -> None:
    from dangjian_desktop.demo import fill

    given = {"members": request.args.members, "seed": request.args.seed}
    fill(office, **{k: v for k, v in given.items() if v is not None}, progress=request.progress())


def _take_away(path: Path) -> None:
    """A file whose filling failed is no data file; it was made a moment ago by this very command."""
    backups.discard(path)
    forget_file(path)


def _counted(counts: dict[str, int]) -> list[str]:
    return ["，".join(f"{KINDS[kind].label}{number}" for kind, number in counts.items()) + "。"]


def info(request: Request) -> Reply:
    """What the file says about itself."""
    with request.office() as office:
        found = about.about(office)
        path = office.path
    last = found.last_backup or {}
    data = {
        "path": str(path),
        "name": found.name,
        "schema": found.schema,
        "device": found.device,
        "device_name": found.device_name,
        "incarnation": found.incarnation,
        "base_date": found.base_date,
        "counts": found.counts,
        "last_backup": last.get("at"),
        "last_backup_path": last.get("path"),
        "backup_failure": found.backup_failure,
    }
    lines = [
        f"{found.name}（{path}）",
        f"建账日：{found.base_date}",
        *_counted(found.counts),
        f"最近备份：{last['at']}，{last['path']}" if last else "还没有备份过。",
    ]
    if found.backup_failure:
        lines.append(f"上次自动备份没有做成：{found.backup_failure['message']}")
    return Reply(data, lines)


def check(request: Request) -> Reply:
    """Look through file, log and derived data; exit 1 when something is wrong."""
    with request.office() as office:
        problems = integrity.check(office, repair=request.args.repair)
    data = {"problems": [{"code": p.code, "message": p.message, "count": p.count} for p in problems]}
    if problems:
        message = f"检查发现{sum(p.count for p in problems)}个问题。"
        return Reply(data, [f"- {p.message}" for p in problems], "problems_found", message)
    return Reply(data, ["检查完毕，没有问题。"])


def backup(request: Request) -> Reply:
    """One bundle, verified."""
    with request.office() as office:
        made = backups.backup(office, request.args.output, request.progress())
    return Reply(
        {"path": str(made.path), "sha256": made.sha256}, [f"已备份到“{made.path}”。", f"校验值：{made.sha256}"]
    )


def restore(request: Request) -> Reply:
    """A bundle becomes a data file again; needs no password, opening it does."""
    made = backups.restore(request.args.bundle, request.args.to, request.progress())
    digest = sha256_of(request.args.bundle)
    return Reply({"path": str(made), "sha256": digest}, [f"已恢复成“{made}”，用原来的账户和密码打开。"])


def selfcheck(request: Request) -> Reply:
    """Every step that this version provides, in a temporary folder."""
    from dangjian_desktop.demo import selfcheck as service

    steps = service.run(request.progress())
    data = {"steps": [{"name": s.name, "ok": s.ok} | ({"detail": s.detail} if s.detail else {}) for s in steps]}
    lines = output.table(["步骤", "结果", ""], [(s.name, "通过" if s.ok else "没有通过", s.detail) for s in steps])
    failed = [s.name for s in steps if not s.ok]
    if failed:
        return Reply(data, lines, "selfcheck_failed", f"自检没有通过：{'、'.join(failed)}。")
    return Reply(data, [*lines, "自检全部通过。"])
