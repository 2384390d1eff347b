"""Dues worked out from a base: needs no data file."""

from __future__ import annotations

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.domain.dues import standards
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.values import read_cell
from dangjian_desktop.services.office.office import default_codes

from ..output import Reply
from ..session import Request


def compute(request: Request) -> Reply:
    """What a member of a category owes each month."""
    args = request.args
    asked = standards.DuesAsked(
        args.category,
        _money(request, "--base", args.base),
        _money(request, "--local-rate", args.local_rate),
        args.approved or "",
    )
    found = standards.compute(rules(), asked, request.clock.today())
    computed, payable = standards.in_yuan(found.computed), standards.in_yuan(found.payable)
    data = {
        "computed": computed,
        "payable": payable,
        "rate": found.rate,
        "bracket": found.bracket,
        "article": found.article,
        "edition": found.edition,
        "note": found.note,
    }
    lines = [
        f"每月应交{payable}元（{found.bracket}，{found.rate}）。",
        f"依据：{found.article}。",
        *([found.note] if found.note else []),
    ]
    return Reply(data, lines)


def _money(request: Request, option: str, text: str | None) -> int | None:
    """An amount in yuan as fen; raises `UsageError` (`bad_value`) for what is none."""
    if text is None:
        return None
    read = read_cell(FieldSpec("amount", option, FieldType.MONEY), text, default_codes(), on=request.clock.today())
    if read.error or read.warning or not isinstance(read.value, int):
        raise UsageError("bad_value", f"{option}“{text}”不是金额，请写成 3500.00。", effect="什么也没有做。")
    return read.value
