"""What happened and taking it back: undo, operations, history."""

from __future__ import annotations

from dangjian_desktop.base.clock import local_time
from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.services.history import compared
from dangjian_desktop.services.history import history as service
from dangjian_desktop.services.office import audit as trail

from .. import output
from ..output import Reply
from ..session import Request, kind_of


def undo(request: Request) -> Reply:
    """The newest operations of this account, or a chosen one; exit 1 when something had to be left."""
    args = request.args
    if args.steps is not None and args.operation is not None:
        raise UsageError("usage", "--steps 和 --operation 只能用一个。", effect="什么也没有做。")
    with request.office() as office:
        result = service.undo(office, steps=args.steps or 1, operation=args.operation)
    data = {"undone": result.undone, "kept": result.kept_fields, "kept_labels": result.kept}
    lines = [f"已撤销：{label}" for label in result.undone] + result.kept
    if result.kept:
        return Reply(data, lines, "partly_undone", "有的内容后来又改过或正被使用，没有撤销。")
    return Reply(data, lines)


def operations(request: Request) -> Reply:
    """The newest operations first."""
    with request.office() as office:
        found = service.operations(office, request.args.limit or 100, text=request.args.text or "")
    data = {
        "operations": [
            {
                "id": o.id,
                "label": o.label,
                "at": o.at,
                "by": o.by,
                "device": o.device,
                "undone": o.undone,
                "nature": o.nature,
                "records": o.records,
            }
            for o in found
        ]
    }
    rows = [(o.id, o.at[:16].replace("T", " "), o.by, o.label, "已撤销" if o.undone else "") for o in found]
    return Reply(data, output.table(["编号", "时间", "账户", "操作", ""], rows))


def audit(request: Request) -> Reply:
    """The newest acts first, for administrators; with `-o` all of them as a sheet."""
    args = request.args
    asked = {"who": args.who, "act": args.act, "since": getattr(args, "from"), "until": args.to}
    with request.office() as office:
        if args.output is not None:
            rows = trail.export(office, args.output, **asked, progress=request.progress())
            data = {"path": str(args.output), "rows": rows}
            return Reply(data, [f"已导出{rows}条到“{args.output}”。"])
        found = trail.listing(office, **asked, limit=args.limit or 100)
    lines = [
        {"id": r.id, "at": r.at, "by": r.account, "action": r.action, "act": r.act, "what": r.what, "reason": r.reason}
        for r in found
    ]
    shown = [(local_time(r.at), r.account, r.act, r.what, r.reason) for r in found]
    return Reply({"audit": lines}, output.table(["时间", "账户", "事项", "内容", "原因"], shown))


def history(request: Request) -> Reply:
    """Everything that happened to one record, oldest first."""
    with request.office() as office:
        found = service.history(office, kind_of(request.args.kind), request.args.id)
    data = {
        "changes": [
            {
                "at": c.at,
                "by": c.by,
                "device": c.device,
                "operation": c.operation,
                "operation_label": c.operation_label,
                "field": c.field,
                "label": c.label,
                "before": c.before,
                "after": c.after,
            }
            for c in found
        ]
    }
    rows = [(c.at[:16].replace("T", " "), c.by, c.label, c.before, c.after) for c in found]
    return Reply(data, output.table(["时间", "账户", "内容", "原来", "改为"], rows))


def versions(request: Request) -> Reply:
    """The versions of one record, or two of them side by side."""
    args = request.args
    numbers = [int(word) for word in args.words if word.isdecimal()]
    if len(args.words) not in (0, 2) or len(numbers) != len(args.words):
        raise UsageError("bad_versions", "对照要写两个稿号，如 1 3；不写是列出各稿。")
    with request.office() as office:
        kind = kind_of(args.kind)
        if numbers:
            differing = compared.compare(office, kind, args.id, *numbers)
            head = ["内容", f"第{numbers[0]}稿", f"第{numbers[1]}稿"]
            told = output.table(head, [(each.label, each.one, each.other) for each in differing])
            return Reply({"differences": [each._asdict() for each in differing]}, told)
        found = compared.versions(office, kind, args.id)
    rows = [(str(v.number), v.at[:16].replace("T", " "), v.by, v.label, "、".join(v.moved)) for v in found]
    data = {"versions": [v._asdict() | {"moved": list(v.moved)} for v in found]}
    return Reply(data, output.table(["稿", "时间", "账户", "操作", "写了什么"], rows))
