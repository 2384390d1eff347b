"""A superior's own form, filled; and the sheet that a secretary corrects."""

from __future__ import annotations

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.forms.filling import FillResult, FormMapping, FormView
from dangjian_desktop.services.office.office import Office

from .. import output
from ..output import Reply
from ..session import Request

_SHOWN = 30


def fill(request: Request) -> Reply:
    """Fill a form; exit 1 when something that was mapped could not be filled."""
    args = request.args
    masked = request.masked
    if args.correction_sheet:
        return _correction_sheet(request)
    if args.form is None:
        raise UsageError("usage", "没有写要填哪张表。", effect="没有填写。")
    mapping = filling.mapping_from(args.mapping) if args.mapping else None
    with request.office() as office:
        view = filling.inspect(office, args.form)
        done = filling.fill(
            office,
            view,
            args.output,
            scope=request.scope(office),
            period=args.period,
            on=office.today(),
            mapping=mapping,
            masked=masked,
            reason=args.reason,
        )
        data = filling.as_json(done) | {
            "form": view.form.fingerprint,
            "kept": args.keep and _keep(office, view, mapping, args.period),
        }
    lines = _lines(done)
    refused = [u for u in done.unfilled if u.mapped]
    if refused:
        return Reply(data, lines, "partly_filled", f"有{len(refused)}处没有填上，原因见上。")
    return Reply(data, lines)


def _keep(office: Office, view: FormView, mapping: FormMapping | None, period: str | None) -> bool:
    """Keep the form with the mapping that it was filled by."""
    repaired = view.repair.mapping if view.repair else None
    chosen = (
        mapping or view.saved or repaired or filling.suggest(office, view, period=period, on=office.today()).mapping
    )
    filling.save_mapping(office, view, chosen)
    return True


def _lines(done: FillResult) -> list[str]:
    lines = [*done.notes, f"已填{len(done.filled)}处，写到“{done.path}”。"]
    lines += output.table(["单元格", "标题", "填了"], [(f.cell, f.label, f.value) for f in done.filled[:_SHOWN]])
    if done.unfilled:
        lines += ["", f"没有填的{len(done.unfilled)}处："]
        lines += output.table(["单元格", "标题", "原因"], [(u.cell, u.label, u.reason) for u in done.unfilled[:_SHOWN]])
    told = [c for c in done.checks if c.status in (filling.DIFFERS, filling.UNCHECKED)]
    if told:
        lines += ["", "要核对的公式："]
        rows = [(c.cell, c.label, filling.CHECK_NAMES[c.status], c.reason) for c in told[:_SHOWN]]
        lines += output.table(["单元格", "标题", "结果", "说明"], rows)
    return lines


def _correction_sheet(request: Request) -> Reply:
    with request.office() as office:
        done = filling.correction_sheet(office, request.scope(office), request.args.output)
    data = {"path": str(done.path), "form": done.form_id, "rows": done.rows}
    return Reply(data, [f"已生成{done.rows}人的更正表“{done.path}”，填好交回后用 import roster 导入。"])
