"""The rule book and what it says now."""

from __future__ import annotations

from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.rulebook import Rule
from dangjian_desktop.domain.rules.shipped import rules

from .. import output
from ..output import Reply
from ..session import Request
from .records import SEVERITIES


def list_rules(request: Request) -> Reply:
    """The rule book with all its editions, one line an edition."""
    wanted = request.args.code
    found = [rule for rule in rules() if wanted is None or rule.code == wanted.upper()]
    if wanted is not None and not found:
        raise UserError("not_found", f"没有“{wanted}”这条规则。", advice="不写 --code 可列出全部规则。")
    lines = [line for rule in found for line in _lines(rule)]
    shown = [(each["code"], each["title"], each["edition"], each["effective_from"], each["article"]) for each in lines]
    return Reply({"rules": lines}, output.table(["代码", "规则", "版次", "施行", "依据"], shown))


def findings(request: Request) -> Reply:
    """What the rules say now, one line for every record that they speak of."""
    from dangjian_desktop.services.rules import whole

    code = request.args.rule
    with request.office() as office:
        found = whole.every(office, request.scope(office), code.upper() if code else None)
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


def _lines(rule: Rule) -> list[dict[str, Any]]:
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
            "overridden": False,
        }
        for edition in rule.editions
    ]
