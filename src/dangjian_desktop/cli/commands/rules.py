"""The rule book and what it says now."""

from __future__ import annotations

from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.rulebook import Rule
from dangjian_desktop.domain.rules.shipped import rules

from .. import output
from ..output import Reply
from ..session import Request, assignments
from .records import SEVERITIES


def list_rules(request: Request) -> Reply:
    """The rule book with all its editions, one line an edition; of a file also its ledgers' checks and own values."""
    own: frozenset[str] = frozenset()
    found = rules()
    if request.names_a_file:
        from dangjian_desktop.services.rules import book

        with request.office() as office:
            found, own = book.book(office), frozenset(book.overrides(office))
    wanted = request.args.code
    chosen = [rule for rule in found if wanted is None or rule.code.casefold() == wanted.casefold()]
    if wanted is not None and not chosen:
        raise UserError("not_found", f"没有“{wanted}”这条规则。", advice="不写 --code 可列出全部规则。")
    lines = [line for rule in chosen for line in _lines(rule, overridden=rule.code in own)]
    shown = [(each["code"], each["title"], each["edition"], each["effective_from"], each["article"]) for each in lines]
    return Reply({"rules": lines}, output.table(["代码", "规则", "版次", "施行", "依据"], shown))


def set_rule(request: Request) -> Reply:
    """Set a rule otherwise in this file, with reason and document number."""
    from dangjian_desktop.services.rules import book

    args = request.args
    table: dict[str, Any] = {"reason": args.reason, "document": args.document, "parameters": assignments(args.values)}
    if args.lead_days is not None:
        table["lead_days"] = _days(args.lead_days)
    table |= {name: getattr(args, name) for name in ("severity", "since") if getattr(args, name) is not None}
    with request.office() as office:
        made = book.put_override(office, args.code, table)
    return Reply({"code": made.code}, [f"规则 {made.code} 已按本单位的另定（{made.document}）。"])


def _days(text: str) -> list[int]:
    parts = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    if not all(part.isdigit() for part in parts):
        raise UsageError("bad_days", f"提前天数“{text}”看不懂，请写成 15,7,0。", effect="什么也没有做。")
    return [int(part) for part in parts]


def reset_rule(request: Request) -> Reply:
    """Let a rule hold as it comes."""
    from dangjian_desktop.services.rules import book

    with request.office() as office:
        code = book.code_of(office, request.args.code)
        book.drop_override(office, code)
    return Reply({"code": code}, [f"规则 {code} 已恢复成自带的。"])


def list_holidays(request: Request) -> Reply:
    """The years whose holidays are known: those that come with the program and those of this file."""
    from dangjian_desktop.services.office import work_days

    known, own = work_days.shipped(), frozenset[int]()
    if request.names_a_file:
        with request.office() as office:
            known, own = work_days.calendar(office), work_days.own_years(office)
    years = [
        {
            "year": each.year,
            "off": sorted(day.isoformat() for day in each.off),
            "on": sorted(day.isoformat() for day in each.on),
            "source": each.source,
            "own": each.year in own,
        }
        for each in sorted(known.years.values())
    ]
    rows = [(str(y["year"]), "本单位" if y["own"] else "自带", str(y["source"])) for y in years]
    return Reply({"years": years}, output.table(["年份", "来自", "依据"], rows))


def set_holidays(request: Request) -> Reply:
    """Put the years of a holiday table into the file."""
    from dangjian_desktop.services.office import work_days

    with request.office() as office:
        years = work_days.put_file(office, request.args.path)
    named = "、".join(str(each.year) for each in years)
    return Reply({"years": [each.year for each in years]}, [f"已录入{named}年的放假安排。"])


def findings(request: Request) -> Reply:
    """What the rules say now, one line for every record that they speak of."""
    from dangjian_desktop.services.rules import whole

    code = request.args.rule
    with request.office() as office:
        found = whole.every(office, request.scope(office), code)
    told = [_told(each, record) for each in found for record in each.records or ("",)]
    rows = [(SEVERITIES[each["severity"]], each["rule"], each["subject"], each["message"]) for each in told]
    shown = output.table(["轻重", "规则", "对象", "内容"], rows) if rows else ["没有到期或要核对的事项。"]
    return Reply({"findings": told}, shown)


def _told(finding: Finding, record: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "subject_kind": finding.kind,
        "subject_id": record,
        "subject": finding.subject,
        "message": finding.message,
        "due_on": finding.due_on,
        "article": finding.article,
        "edition": finding.edition,
        "field": finding.field,
        "step": finding.step,
    }


def _lines(rule: Rule, *, overridden: bool) -> list[dict[str, Any]]:
    return [
        {
            "code": rule.code,
            "title": rule.title,
            "applies_to": rule.applies_to,
            "edition": edition.edition,
            "effective_from": edition.effective_from or "",
            "effective_to": edition.effective_to or "",
            "article": edition.article,
            "severity": rule.severity,
            "late_severity": rule.late_severity or rule.severity,
            "lead_days": list(rule.lead_days),
            "repeat_days": rule.repeat_days,
            "sentence": rule.sentence,
            "parameters": {k: list(v) if isinstance(v, tuple) else v for k, v in edition.parameters.items()},
            "source": edition.source,
            "overridden": overridden,
        }
        for edition in rule.editions
    ]
