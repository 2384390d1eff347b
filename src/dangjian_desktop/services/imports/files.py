"""Workbooks that go back to people: refused rows with their reasons, and empty sheets to fill."""

from __future__ import annotations

from pathlib import Path

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.values import Problem
from dangjian_desktop.exchange.excel import empty_sheet
from dangjian_desktop.exchange.excel.reject_report import RefusedSheet, write_refused
from dangjian_desktop.services.office.office import default_codes, default_templates

from . import mending, sources
from .plan import CONFLICT, REJECTED, ImportPlan


def write_rejects(plan: ImportPlan, target: Path) -> None:
    """Write the rows that did not go in as the user's own workbook (.xlsx) with a last column of reasons.

    It can be corrected and imported as it is. Raises `UserError` where `target` is the source itself or the source
    has gone meanwhile, and `EnvironmentFault`.
    """
    if plan.folder is not None:
        raise UserError(
            "many_sources",
            "几份更正表一起核对的，退回的行不能存成一个文件。",
            effect="没有写入任何文件。",
            advice="请在各份更正表里改好，再把整个文件夹核对一次。",
        )
    if plan.source is not None and target.resolve() == plan.source.resolve():
        raise UserError(
            "same_file",
            "退回的行不能存成原来的表格，原表会被覆盖。",
            effect="没有写入任何文件。",
            advice="请换一个文件名。",
        )
    source: Path | str = plan.source if plan.source is not None else plan.block or ""
    by_sheet: dict[str, dict[int, list[Problem]]] = {}
    for row in plan.with_status(REJECTED, CONFLICT):
        by_sheet.setdefault(row.sheet, {}).setdefault(row.row, []).extend(row.problems)
    refused = []
    for info in {info.sheet: info for info in reversed(plan.sheets)}.values():
        rows = by_sheet.get(info.sheet, {})
        # The lines that name their units go back with them: without its line a row would be in another unit.
        tables = [table for table in plan.sheets if table.sheet == info.sheet]
        lines = {table.lines[row] for table in tables for row in rows if row in table.lines}
        lines |= {table.header_row for table in tables[1:] if any(row > table.header_row for row in rows)}
        refused.append(RefusedSheet(info.sheet, info.header_row, info.headers, rows, sorted(lines - rows.keys())))
    sheets = sources.read_source(source)
    mending.put_back(plan, sheets)
    # A copy of the file itself would show what it said before it was put right.
    write_refused(target, None if plan.mended else plan.source, sheets, refused)


def write_empty_sheet(kind: str, target: Path, ledger: LedgerTemplate | None = None) -> None:
    """Write an empty sheet to fill for `roster`, `organisations`, `posts`, `meetings` or `ledger:KEY`.

    `ledger` is the template where it is not a shipped one.

    Raises `UsageError` (`unknown_kind`) and `EnvironmentFault`.
    """
    if kind.startswith(sources.LEDGER_PREFIX):
        template = ledger or default_templates().get(kind.removeprefix(sources.LEDGER_PREFIX))
        if template is None:
            raise UsageError("unknown_kind", f"没有“{kind}”这种台账的空表。")
        empty_sheet.write_empty_sheet(target, sources.ledger_kind(template), default_codes())
        return
    if kind not in sources.SOURCES:
        raise UsageError("unknown_kind", f"没有“{kind}”的空表。可用：{'、'.join(sources.SOURCES)}、ledger:台账。")
    empty_sheet.write_empty_sheet(target, KINDS[sources.SOURCES[kind]], default_codes())
