"""Ledgers made from templates: list, show, add, move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, reopens, transitions_from
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.services.ledgers import child_rows, ledgers, own_templates, views
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records

from .. import output
from ..output import Reply
from ..session import Request, assignments
from .records import field_data, saved_reply


def list_ledgers(request: Request) -> Reply:
    """The ledgers this account may open."""
    with request.office() as office:
        found = ledgers.templates(office)
        faults = ledgers.faults(office)
    rows = [(t.key, t.title, t.ledger_class, "、".join(s.label for s in t.states)) for t in found]
    lines = output.table(["台账", "名称", "类别", "状态"], rows)
    data = {
        "ledgers": [_ledger(t) for t in found],
        "faults": [{"key": f.key, "file": f.file, "message": f.message} for f in faults],
    }
    return Reply(data, [*lines, *(f"有误：{f.file}：{f.message}。" for f in faults)])


def clear(request: Request) -> Reply:
    """What is due for clearing; with `--confirm` it is cleared."""
    from dangjian_desktop.services.ledgers import clearing

    with request.office() as office:
        found = clearing.due(office)
        done = request.args.confirm and found
        number = clearing.confirm(office, [one.entry for one in found], request.args.reason or "") if done else 0
    rows = [(one.ledger, one.number, one.settled_on, "、".join(label for _, label in one.columns)) for one in found]
    told = (
        f"已清除{number}条。" if done else f"应清除的共{len(found)}条。看过后写 --confirm 和 --reason 清除，不能撤销。"
    )
    entries = [
        {"id": one.entry, "ledger": one.ledger, "number": one.number, "settled_on": one.settled_on,
         "columns": [key for key, _ in one.columns]}
        for one in found
    ]  # fmt: skip
    return Reply({"due": entries, "cleared": number}, [*output.table(["台账", "编号", "办结", "清除"], rows), told])


def expected(request: Request) -> Reply:
    """The times of a ledger's recurrences in a period, and entries made for them with `--make`."""
    from dangjian_desktop.domain.values import periods
    from dangjian_desktop.services.ledgers import occurrences

    args = request.args
    with request.office() as office:
        span = periods.parse_period(args.period) if args.period else periods.year_of(office.today())
        scope, made = request.scope(office), list[str]()
        if args.make:
            made = occurrences.make(office, args.key, span.start, span.end, scope)
        found = occurrences.expected(office, args.key, span.start, span.end, scope)
    times = [
        {"recurrence": one.recurrence, "id": one.owner, "name": one.name, "first": one.first.isoformat(),
         "last": one.last.isoformat(), "label": one.label, "held": one.held, "provisional": one.provisional}
        for one in found
    ]  # fmt: skip
    rows = [(one.label, one.name, "有" if one.held else "没有", "暂算" if one.provisional else "") for one in found]
    return Reply({"times": times, "made": made}, output.table(["时间", "对象", "记录", ""], rows))


def ledger_figures(request: Request) -> Reply:
    """The figures of one ledger, by group where asked."""
    from dangjian_desktop.services.reports import ledger_figures as service

    args = request.args
    with request.office() as office:
        lines = service.of_ledger(office, args.key, by=args.by, scope=request.scope(office), period=args.period)
    told = [{field: getattr(line, field) for field in _FIGURE_FIELDS} for line in lines]
    rows = [(line.label, line.group, line.printed, line.place, line.target) for line in lines]
    return Reply({"figures": told}, output.table(["统计数", "分组", "数", "名次", "目标"], rows))


_FIGURE_FIELDS = (
    "key", "label", "group", "printed", "numerator", "denominator", "records", "place", "target", "reached",
)  # fmt: skip


def show(request: Request) -> Reply:
    """One ledger: its columns and states, and its entries."""
    masked = request.masked
    with request.office() as office:
        template = ledgers.seen(office, request.args.key)
        ids = records.query(office, "ledger_entry", template=template.key, scope=request.scope(office))
        shown = ids[: request.args.limit] if request.args.limit else ids
        if not masked:
            listings.reveal_list(office, "ledger_entry", len(shown), request.args.reason)
        entries = listings.records_on(office, "ledger_entry", shown, masked=masked)
        people = views.people(office, template.key, request.scope(office)) if "view" in template.parts else []
    columns = [c for c in template.columns if c.table]
    head = ["编号", "状态", *(c.label for c in columns), "记录"]
    rows = [(e["number"], e["state"], *(_value(e, c.name) for c in columns), e["id"]) for e in entries]
    data = {"ledgers": [_ledger(template)], "ledger": _whole(template), "total": len(ids), "records": entries}
    if "view" in template.parts:
        data["people"] = [asdict(one) for one in people]
        return Reply(data, [template.title, *_people_table(people), f"共{len(people)}个，有记录的{len(ids)}条。"])
    return Reply(data, [template.title, *output.table(head, rows), f"共{len(ids)}条。"])


def _people_table(people: Sequence[views.ViewedPerson]) -> list[str]:
    rows = [(one.name, "" if one.there else "已不在其中", one.entry or "") for one in people]
    return output.table(["名称", "", "记录"], rows)


def _value(entry: dict[str, object], column: str) -> object:
    values = entry["values"]
    return values.get(column, "") if isinstance(values, dict) else ""


def add(request: Request) -> Reply:
    """A new entry."""
    with request.office() as office:
        saved = ledgers.add(office, request.args.key, assignments(request.args.values, "problem=台账不全"))
    return saved_reply(saved, "已新增。")


def change(request: Request) -> Reply:
    """One edit of an entry."""
    values = assignments(request.args.values, "problem=台账不全")
    if not values:
        raise UsageError("usage", "没有写要改什么，请写成 字段=值。", effect="什么也没有做。")
    with request.office() as office:
        _, entry = _entry(office, request.args.key, request.args.id)
        saved = records.edit(office, "ledger_entry", entry, values)
    return saved_reply(saved, "已修改。" if saved.change_set else "没有变化。")


def _entry(office: Office, key: str, text: str) -> tuple[LedgerTemplate, str]:
    """An entry of a ledger by id or number."""
    template = ledgers.template(office, key)
    found = ledgers.find(office, template, text)
    if found is None:
        raise UserError(
            "not_found", f"“{template.title}”里没有这一条（{mask_numbers(text)}）。", effect="什么也没有做。"
        )
    return template, found


def rows(request: Request) -> Reply:
    """The child rows of an entry: listed, or one added, changed, taken out."""
    args = request.args
    do, *words = args.words or [""]
    with request.office() as office:
        template, entry = _entry(office, args.key, args.id)
        rows = child_rows.find(template, args.child)
        if do == "":
            shown = next(each for each in child_rows.lists(office, entry) if each.rows.name == rows.name)
            return _rows_reply(shown, entry)
        if do == "add":
            saved, key = child_rows.add(office, entry, rows.name, assignments(words, "day=2026-03-01"))
            reply = saved_reply(saved, f"“{rows.label}”加了一行，行号 {key}。")
            return Reply({**reply.data, "row": key}, reply.lines)
        if do == "set" and len(words) > 1:
            edit = child_rows.RowEdit(words[0], assignments(words[1:], "day=2026-03-01"))
            saved, _ = child_rows.change(office, entry, rows.name, [edit])
            return saved_reply(saved, "已修改。" if saved.change_set else "没有变化。")
        if do == "remove" and words:
            return saved_reply(child_rows.remove(office, entry, rows.name, words), "已删去，可以撤销。")
    raise UsageError(
        "usage", f"“{do}”这里不能用。请写 add 字段=值、set 行号 字段=值 或 remove 行号。", effect="什么也没有做。"
    )


def _rows_reply(shown: child_rows.ShownRows, entry: str) -> Reply:
    columns = shown.rows.columns
    data = {
        "id": entry,
        "rows": [{"row": row.key} | dict(row.printed) for row in shown.shown],
        "columns": [{"key": c.name} | field_data(c) for c in columns],
    }
    table = [[*(row.printed[c.name] for c in columns), row.key] for row in shown.shown]
    lines = output.table([*(c.label for c in columns), "行号"], table)
    return Reply(data, [shown.rows.label, *lines, f"共{len(table)}行。"])


def move(request: Request) -> Reply:
    """An entry to another state, as its template allows."""
    args = request.args
    with request.office() as office:
        _, args.id = _entry(office, args.key, args.id)
        saved = ledgers.move(office, args.id, args.state, reason=args.reason or "", day=args.since)
    return saved_reply(saved, "状态已改。")


def put_template(request: Request) -> Reply:
    """A street's own template from a file; with `--key` a template to a file."""
    if request.args.key or request.args.output:
        return _take_out(request)
    if request.args.path is None:
        raise UsageError("usage", "没有写模板文件。", effect="什么也没有做。", advice="取出模板请写 --key 和 -o。")
    with request.office() as office:
        change = own_templates.look(office, request.args.path)
        if not request.args.dry_run:
            own_templates.put(office, change)
    data = {
        "ledger": _whole(change.template),
        "status": change.status,
        "entries": change.entries,
        "hidden_columns": list(change.hidden_columns),
        "lost_states": list(change.lost_states),
        "retyped": [asdict(each) for each in change.retyped],
    }
    said = {"new": "新台账", "changed": "改动了现有台账", "unchanged": "与现有台账相同"}[change.status]
    lines = [f"{change.template.title}（{change.template.key}）：{said}，已有条目{change.entries}条。"]
    if change.hidden_columns:
        lines.append(f"模板里没有而条目里填过的列不再显示，内容保留：{'、'.join(change.hidden_columns)}。")
    if change.lost_states:
        lines.append(f"模板里没有条目正处在的状态：{'、'.join(change.lost_states)}。")
    lines += [f"{each.words()}。" for each in change.retyped]
    return Reply(data, [*lines, "只看了看，没有放入。" if request.args.dry_run else "已放入，可以撤销。"])


def _take_out(request: Request) -> Reply:
    args = request.args
    if not (args.key and args.output) or args.path is not None or args.dry_run:
        said = "取出模板要写台账的键和写到哪个文件：--key KEY -o FILE。"
        raise UsageError("usage", said, effect="什么也没有做。")
    with request.office() as office:
        found = own_templates.take_out(office, args.key, args.output)
    data = {"ledger": _whole(found), "path": str(args.output)}
    return Reply(data, [f"“{found.title}”的模板已写到“{args.output.name}”，改好后用 ledger template 文件名 放入。"])


def _whole(template: LedgerTemplate) -> dict[str, Any]:
    """A ledger with its moves and figures; `counted_by` names what places an entry in a period."""
    return _ledger(template) | {
        "period": template.period,
        "transitions": [
            {
                "from": move.source,
                "to": move.target,
                "roles": sorted(move.roles),
                "needs": list(move.needs),
                "not_by": move.not_by,
                "reason": reopens(template, move),
            }
            for move in template.transitions
        ],
        "figures": [
            {"key": figure.key, "label": figure.label, "counted_by": figure.counted_by} for figure in template.figures
        ],
        "reports": _reports(template),
    }


def _reports(template: LedgerTemplate) -> list[dict[str, str]]:
    """The reports of a ledger by name: the whole of it and its print forms; none where the template has a fault."""
    from dangjian_desktop.services.reports import ledger_prints

    return [] if template.fault else [{"name": s.name, "title": s.title} for s in ledger_prints.specs_of(template)]


def _column(column: LedgerColumn) -> dict[str, Any]:
    told = {"key": column.name} | field_data(column)
    told |= {"unit": column.unit} if column.unit else {}
    told |= {"ledger": column.ledger} if column.ledger else {}
    return told | ({"formula": column.formula, "gives": column.gives.value} if column.formula else {})


def _ledger(template: LedgerTemplate) -> dict[str, Any]:
    return {
        "key": template.key,
        "title": template.title,
        "class": template.ledger_class,
        "edition": template.edition,
        "fault": template.fault,
        "columns": [_column(c) for c in template.columns],
        "rows": [
            {"key": rows.name, "label": rows.label, "columns": [_column(c) for c in rows.columns]}
            for rows in template.rows
        ],
        "states": [
            {
                "key": s.key,
                "label": s.label,
                "terminal": s.terminal,
                "moves": [m.target for m in transitions_from(template, s.key)],
            }
            for s in template.states
        ],
        "initial": template.initial,
    }
