"""The rule book and what it says now."""

from __future__ import annotations

from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.rules.rulebook import Rule
from dangjian_desktop.domain.rules.shipped import rules

from .. import output
from ..output import Reply
from ..session import Request


def list_rules(request: Request) -> Reply:
    """The rule book with all its editions, one line an edition."""
    wanted = request.args.code
    found = [rule for rule in rules() if wanted is None or rule.code == wanted.upper()]
    if wanted is not None and not found:
        raise UserError("not_found", f"没有“{wanted}”这条规则。", advice="不写 --code 可列出全部规则。")
    lines = [line for rule in found for line in _lines(rule)]
    shown = [(each["code"], each["title"], each["edition"], each["effective_from"], each["article"]) for each in lines]
    return Reply({"rules": lines}, output.table(["代码", "规则", "版次", "施行", "依据"], shown))


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
