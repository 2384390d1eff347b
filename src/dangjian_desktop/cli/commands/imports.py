"""Taking in a sheet: what it would do, doing it, the refused rows back, an empty sheet to fill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.fields import is_sensitive
from dangjian_desktop.domain.values.masking import mask_id, mask_numbers
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import ImportPlan, Problem, SheetInfo, UnitChoice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings
from dangjian_desktop.services.units import organisations

from .. import grammar, output
from ..output import Reply
from ..session import LEDGER_PREFIX, Request
from . import described

KINDS = ("roster", "organisations", "posts", "meetings")
_SINGULAR = {"member": "roster", "organisation": "organisations", "post": "posts", "meeting": "meetings"}
_SHOWN = 50

# Blanks, dots, hyphens, letters or full-width digits make a number no other; 4.29900E+17 tells of nobody.
_MANY_DIGITS = re.compile(r"\d(?:[^\u4e00-\u9fff]*?\d){4}")
_ROUNDED = re.compile(r"[\d.]+E\+\d+", re.IGNORECASE)

Told = dict[str, Any]
"""One problem as scripts read it."""


def import_file(request: Request) -> Reply:
    """One workbook in one operation; exit 1 when a row was refused or is in conflict."""
    args = request.args
    kind = _kind(request, args.kind)
    masked = request.masked
    for target in (args.template, args.report):
        if target is not None and target.suffix.lower() != ".xlsx":
            raise UsageError("usage", f"“{target.name}”要以 .xlsx 结尾。", effect="什么也没有做。")
    if args.template is not None:
        return _empty_sheet(request, kind)
    if args.path is None:
        raise UsageError("usage", "没有写要导入哪个文件。", effect="什么也没有做。")
    with request.office() as office:
        if not args.path.is_file():
            raise UserError("no_such_file", f"找不到要导入的文件“{args.path.name}”。", effect="没有导入任何内容。")
        if not masked:
            listings.reveal_list(office, _record_kind(kind), 0, args.reason)
        hiding = _Hiding(office, kind) if masked else None
        plan = importing.prepare(
            office,
            kind,
            args.path,
            sheet=args.sheet,
            scope=args.scope,
            mapping=args.mapping,
            create_orgs_under=args.create_orgs_under,
            allow_no_id=args.allow_no_id,
            units_decided=_decided(office, args.unit or ()),
            skip_hidden=args.skip_hidden,
            answers=importing.Answers(args.arrived, args.since, args.member_class),
            progress=request.progress(),
        )
        counts = dict(plan.counts)
        backup = None
        if not args.dry_run:
            backup = importing.apply(office, plan, request.progress()).backup
        refused = counts[importing.REJECTED] + counts[importing.CONFLICT]
        if args.report is not None and refused:
            importing.write_rejects(plan, args.report)
    problems = [_problem(p, plan, hiding) for p in plan.problems]
    unread = [_problem(p, plan, hiding) for p in plan.unread]
    data = _data(plan, counts, problems) | {"dry_run": args.dry_run, "backup": str(backup) if backup else None}
    data |= {"unread": unread, "hidden_sheets": plan.hidden_sheets}
    data |= {
        "questions": [_problem(p, plan, hiding) for p in plan.questions],
        "late": plan.late,
        "without_class": plan.without_class,
    }
    if args.report is not None:
        data["report"] = str(args.report) if refused else None
    lines = _lines(plan, counts, problems, dry_run=args.dry_run)
    if refused:
        did = "不会导入" if args.dry_run else "没有导入"
        return Reply(data, lines, "partly_imported", f"有{refused}行{did}，原因见上。")
    return Reply(data, lines)


def _kind(request: Request, text: str) -> str:
    if text in grammar.LATER_KINDS:
        raise UsageError("not_yet", f"“{text}”的导入尚未提供。", effect="什么也没有做。")
    if text.startswith(LEDGER_PREFIX):
        key, mark, rows = text.removeprefix(LEDGER_PREFIX).partition(".")
        return LEDGER_PREFIX + described.ledger(request, key).key + mark + rows
    kind = _SINGULAR.get(text, text)
    if kind not in KINDS:
        raise UsageError("unknown_kind", f"不能导入“{text}”。可导入：{'、'.join(KINDS)}、ledger:台账。")
    return kind


def _empty_sheet(request: Request, kind: str) -> Reply:
    if request.args.path is not None:
        raise UsageError("usage", "--template 只生成空表，不能同时导入文件。", effect="什么也没有做。")
    target = request.args.template
    own = described.ledger(request, kind.removeprefix(LEDGER_PREFIX)) if kind.startswith(LEDGER_PREFIX) else None
    importing.write_empty_sheet(kind, target, own)
    return Reply({"path": str(target)}, [f"空表已生成：“{target}”。"])


def _record_kind(kind: str) -> str:
    return next((one for one, name in _SINGULAR.items() if name == kind), "ledger_entry")


def _data(plan: ImportPlan, counts: dict[str, int], problems: Sequence[Told]) -> dict[str, Any]:
    first = plan.sheets[0] if plan.sheets else None
    return {
        "header_row": first.header_row if first else None,
        "columns": first.columns if first else {},
        **counts,
        "problems": problems,
        "sheets": [_sheet(s) for s in plan.sheets],
        "units": [_unit(u) for u in plan.units],
    }


def _unit(choice: UnitChoice) -> dict[str, Any]:
    return {"name": choice.name, "rows": choice.rows, "like": [name for _, name, _ in choice.offered]}


def _decided(office: Office, typed: Sequence[str]) -> dict[str, str]:
    """What is done with units that the file does not have, by their name in the sheet."""
    found = {}
    for text in typed:
        name, equals, meant = (part.strip() for part in text.partition("="))
        if not equals or not name or not meant:
            raise UsageError("usage", f"“{text}”要写成“表里的名称=党组织”。", effect="没有导入任何内容。")
        words = {"新建": importing.MAKE_UNIT, "不导入": importing.REFUSE_UNIT}
        found[name] = words.get(meant) or organisations.resolve(office, meant)
    return found


def _sheet(info: SheetInfo) -> dict[str, Any]:
    return {
        "sheet": info.sheet,
        "header_row": info.header_row,
        "columns": info.columns,
        "hidden_rows": info.hidden_rows,
        "rows": info.rows,
    }


class _Hiding:
    """Masks what stands in sensitive columns, damaged or not, and numbers wherever they stand."""

    def __init__(self, office: Office, kind: str) -> None:
        self._sensitive = {f.name for f in importing.fields(office, kind).fields if is_sensitive(f)}

    def masked(self, problem: Problem, plan: ImportPlan) -> tuple[str, str]:
        """The value and the reason of a problem as they may be told."""
        value, reason = problem.value, problem.reason
        columns = next((s.columns for s in plan.sheets if s.sheet == problem.sheet), {})
        # What says nothing about a person (#REF!, 不详) stays readable: it is the reason itself.
        if (
            columns.get(problem.column) in self._sensitive
            and _MANY_DIGITS.search(value)
            and not _ROUNDED.fullmatch(value)
        ):
            hidden = mask_id(value)
            value, reason = hidden, reason.replace(value, hidden)
        return mask_numbers(value), mask_numbers(reason)


def _problem(problem: Problem, plan: ImportPlan, hiding: _Hiding | None) -> Told:
    value, reason = hiding.masked(problem, plan) if hiding else (problem.value, problem.reason)
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": value,
        "reason": reason,
        "severity": problem.severity,
    }


def _lines(plan: ImportPlan, counts: dict[str, int], problems: Sequence[Told], *, dry_run: bool) -> list[str]:
    lines = [f"工作表“{s.sheet}”：表头在第{s.header_row}行，{s.rows}行资料。" for s in plan.sheets]
    lines += [f"工作表“{s.sheet}”有{len(s.hidden_rows)}行是隐藏的，也读了。" for s in plan.sheets if s.hidden_rows]
    lines += [f"{p.reason}。" for p in plan.questions]
    said = "，".join(f"{importing.STATUS_NAMES[status]}{number}" for status, number in counts.items())
    lines.append(("预演，没有写入：" if dry_run else "") + said + "。")
    rows = [(p["sheet"], p["row"], p["column"], p["value"], p["reason"]) for p in problems[:_SHOWN]]
    lines += output.table(["工作表", "行", "列", "内容", "原因"], rows) if rows else []
    if len(problems) > _SHOWN:
        lines.append(f"还有{len(problems) - _SHOWN}条没有列出，加 --report 可写成表格，加 --json 可全部列出。")
    return lines
