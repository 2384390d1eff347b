"""What leaves the file: figures, printed reports, exported tables."""

from __future__ import annotations

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports.request import ReportRequest

from .. import grammar, output
from ..output import Reply
from ..session import Request, kind_and_ledger
from . import described
from .report_each import report_each
from .report_words import use_template, write_words


def figures(request: Request) -> Reply:
    """All figures of a scope and period, with the ids behind them."""
    from dangjian_desktop.services.reports import figures as service

    args = request.args
    with request.office() as office:
        found = service.compute(office, scope=request.scope(office), period=args.period, on=office.today())
    data = {
        "figures": {
            f.key: {
                "label": f.label,
                "value": f.value,
                "numerator": f.numerator,
                "denominator": f.denominator,
                "records": list(f.records),
                "unit": f.unit,
                "definition": f.definition,
                "record_kind": f.record_kind,
            }
            for f in found
        }
    }
    return Reply(data, output.table(["指标", "数值", "键"], [(f.label, f.printed, f.key) for f in found]))


def report(request: Request) -> Reply:
    """One report as files in a folder, or the list of reports."""
    from dangjian_desktop.services.reports import reports as service

    args = request.args
    if args.name in grammar.LATER_REPORTS:
        raise UsageError("not_yet", f"报表“{args.name}”尚未提供。", effect="没有生成任何内容。")
    if args.name == "list":
        with request.office() as office:
            return _catalogue(office)
    if args.words:
        return write_words(request)
    if args.output is None:
        raise UsageError("usage", "请用 -o 写明报表放到哪个文件夹。", effect="没有生成任何内容。")
    formats = [f.strip().lower() for f in args.format.split(",") if f.strip()] if args.format else None
    if args.each or len(args.scope or ()) > 1:
        return report_each(request, formats)
    masked = request.masked
    with request.office() as office:
        if args.template:
            use_template(office, args.name, args.template)
        asked = ReportRequest(
            args.name,
            request.scope(office),
            args.period,
            office.today(),
            args.id,
            masked,
            args.reason,
            paper=args.paper,
        )
        made = service.make(office, asked, args.output, formats=formats, progress=request.progress())
    for warning in made.warnings:
        output.log(warning)
    data = {
        "paths": [str(path) for path in made.paths],
        "missing": [{"char": each.char, "where": each.where, "id": each.record} for each in made.missing],
        "changed": [{"figure": each.key, "old": each.old, "new": each.new} for each in made.changed],
        "faces": [{"face": each.name, "file": each.file, "own": each.own} for each in made.faces],
        "to_fill": made.to_fill,
    }
    lines = [f"已生成“{path}”。" for path in made.paths]
    if made.faces:
        lines.append(f"字体：{'，'.join(each.sentence for each in made.faces)}。")
    return Reply(data, lines)


def _catalogue(office: Office) -> Reply:
    from dangjian_desktop.services.reports import reports as service

    found = service.catalogue(office)
    data = {
        "reports": [
            {
                "name": s.name,
                "title": s.title,
                "description": s.description,
                "period": s.period or None,
                "needs_id": s.needs_id,
                "formats": list(s.formats),
                "more": list(s.more),
            }
            for s in found
        ]
    }
    return Reply(data, output.table(["报表", "名称", "内容"], [(s.name, s.title, s.description) for s in found]))


def _template(office: Office, text: str) -> str:
    """A ledger, or `ledger.list` for one of its lists of child rows, by keys."""
    key, mark, rows = text.partition(".")
    return described.template_key(office, key) + mark + rows


def export(request: Request) -> Reply:
    """A table of records as a workbook or text file."""
    from dangjian_desktop.services.reports import exporting as service

    args = request.args
    kind, ledger = kind_and_ledger(args.kind)
    if args.output.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError("usage", "导出的文件名要以 .xlsx 或 .csv 结尾。", effect="没有导出。")
    masked = request.masked
    with request.office() as office:
        done = service.export(
            office,
            kind,
            args.output,
            scope=request.scope(office),
            template=_template(office, ledger) if ledger else None,
            masked=masked,
            reason=args.reason,
            progress=request.progress(),
        )
    return Reply({"path": str(done.path), "rows": done.rows}, [f"已导出{done.rows}条到“{done.path}”。"])
