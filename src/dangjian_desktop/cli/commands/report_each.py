"""One report for each of many organisations."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import organisations

from .. import output
from ..output import Reply
from ..session import Request


def report_each(request: Request, formats: Sequence[str] | None) -> Reply:
    """The files of every organisation named with `--scope`, or with `--each` of every one that has members there."""
    from dangjian_desktop.services.reports import report_batches

    args = request.args
    if args.id or args.template:
        raise UsageError("usage", "一次出许多份时不能写 --id 和 --template。", effect="没有生成任何内容。")
    masked = request.masked
    with request.office() as office:
        asked = ReportRequest(
            args.name, None, args.period, office.today(), masked=masked, reason=args.reason, paper=args.paper
        )
        units, progress = _units(request, office), request.progress()
        batch = report_batches.make_each(office, asked, args.output, units, formats=formats, progress=progress)
    for warning in batch.warnings:
        output.log(warning)
    data = {
        "paths": [str(path) for path in batch.paths],
        "done": batch.done,
        "asked": batch.asked,
        "failed": [{"organisation": name, "error": fault.code} for name, fault in batch.failed],
        "missing": [{"char": each.char, "where": each.where, "id": each.record} for each in batch.missing],
    }
    if batch.done == batch.asked:
        return Reply(data, [batch.sentence])
    error = "cancelled" if batch.stopped and not batch.failed else "not_all_written"
    return Reply(data, error=error, message=batch.sentence)


def _units(request: Request, office: Office) -> list[str]:
    from dangjian_desktop.services.reports import report_batches

    named: list[str] = [organisations.resolve(office, text) for text in request.args.scope or ()]
    for unit in named:
        office.actor.require_unit(unit)
    if not request.args.each:
        return named
    found = [
        unit.id
        for scope in named or (None,)
        for unit in report_batches.choices(office, scope, office.today())
        if unit.own
    ]
    if not found:
        raise UsageError("no_members", "这个范围里没有党员。", effect="没有生成任何内容。")
    return list(dict.fromkeys(found))
