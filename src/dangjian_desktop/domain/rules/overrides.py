"""What a street sets otherwise than a rule comes: thresholds, lead days, severity, with reason and document number."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, cast

from dangjian_desktop.domain.values.partial_dates import first_day

from .registry import STANDARDS
from .rulebook import SEVERITIES, Edition, Parameter, Rule, RuleBook

OWN_EDITION = "本单位"
FIXED = {
    "TERM": "届满日和“任期快到了”的统计数也按它算，是写进资料的",
    "TERM_EXT": "届满日也按它算，是写进资料的",
    "NO_PROBATION": "党龄的起算日也按它算，是写进资料的",
    "COMMITTEE": "支委会应开次数的统计也按它算",
    "BACK_ENTRY": "会议的补录记号也按它算",
    **dict.fromkeys(STANDARDS, "表决和党费不打开数据文件也按它算"),
}
"""Rules whose numbers also make what is stored, counted or told without a file: two values would be two truths."""

_KEYS = frozenset({"parameters", "lead_days", "severity", "late_severity", "reason", "document", "since"})


@dataclass(frozen=True, slots=True)
class Override:
    """One rule as a street has it from a day on (partial date; empty: always)."""

    code: str
    reason: str
    document: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    lead_days: tuple[int, ...] | None = None
    severity: str = ""
    late_severity: str = ""
    since: str | None = None

    @property
    def words(self) -> str:
        """What a finding says that it rests on."""
        return f"本单位另定（{self.document}，{self.reason}）"


def read_override(book: RuleBook, code: str, table: Mapping[str, Any]) -> Override:
    """An override of a rule of the book, checked against it; raises `ValueError` with a Chinese phrase."""
    rule = book.rules.get(code)
    if rule is None:
        raise ValueError(f"没有“{code}”这条规则")
    if strange := sorted(set(table) - _KEYS):
        raise ValueError(f"不认识“{strange[0]}”")
    if code in FIXED:
        raise ValueError(f"“{rule.title}”不能另定：{FIXED[code]}")
    reason, document = (str(table.get(key) or "").strip() for key in ("reason", "document"))
    if not reason or not document:
        raise ValueError("另定规则要写明原因和依据的文号")
    made = Override(
        code,
        reason,
        document,
        {name: _parameter(rule, name, value) for name, value in (table.get("parameters") or {}).items()},
        _lead_days(table.get("lead_days")),
        _severity(table.get("severity")),
        _severity(table.get("late_severity")),
        _since(table.get("since")),
    )
    if not (made.parameters or made.lead_days is not None or made.severity or made.late_severity):
        raise ValueError("没有写另定什么")
    return made


def _parameter(rule: Rule, name: str, value: object) -> Parameter:
    known = rule.newest.parameters
    if name not in known or isinstance(known[name], tuple):
        able = "、".join(each for each, now in known.items() if not isinstance(now, tuple)) or "（没有）"
        raise ValueError(f"“{rule.title}”里没有“{name}”可以另定，可以另定的有：{able}")
    try:
        exact = Fraction(str(value))
        Fraction(str(known[name]))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"“{rule.title}”的 {name} 要写一个数") from None
    whole = exact.denominator == 1
    if isinstance(known[name], int) and not whole and "." not in rule.code:
        raise ValueError(f"“{rule.title}”的 {name} 要写整数")
    if exact < 0:
        raise ValueError(f"“{rule.title}”的 {name} 不能是负数")
    return int(exact) if whole else str(value)


def _lead_days(value: object) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(type(day) is int and day >= 0 for day in value):
        raise ValueError("提前几天要写不小于0的天数")
    return tuple(sorted(set(value), reverse=True))


def _severity(value: object) -> str:
    if value in (None, ""):
        return ""
    if value not in SEVERITIES:
        raise ValueError("轻重只能是 info、warning、error")
    return str(value)


def _since(value: object) -> str | None:
    if value in (None, ""):
        return None
    try:
        first_day(str(value))
    except ValueError:
        raise ValueError(f"起始日期“{value}”看不懂，请写成 2026-05 或 2026-05-11") from None
    return str(value)


def overridden(book: RuleBook, overrides: Iterable[Override]) -> RuleBook:
    """The book as the street has it; a shipped rule's deeds before the day of an override keep their own edition."""
    other = {one.code: _applied(book.rules[one.code], one) for one in overrides if one.code in book.rules}
    # What nobody asks for is not read: a rule of a ledger comes with the ledger's template.
    return RuleBook(ChainMap(other, cast("MutableMapping[str, Rule]", book.rules))) if other else book


def _applied(rule: Rule, one: Override) -> Rule:
    if one.since is None:
        editions = tuple(_own(edition, one, edition.effective_from) for edition in rule.editions)
    else:
        day = first_day(one.since)
        kept = [e for e in rule.editions if not e.effective_from or first_day(e.effective_from) < day]
        later = [e for e in rule.editions if e not in kept]
        start = rule.on(day)
        made = [_own(start, one, one.since), *(_own(edition, one, edition.effective_from) for edition in later)]
        editions = (*kept, *made)
    return replace(
        rule,
        editions=editions,
        severity=one.severity or rule.severity,
        late_severity=one.late_severity or rule.late_severity,
        lead_days=rule.lead_days if one.lead_days is None else one.lead_days,
    )


def _own(edition: Edition, one: Override, since: str | None) -> Edition:
    article = f"{edition.article}；{one.words}" if edition.article else one.words
    return replace(
        edition,
        edition=OWN_EDITION,
        article=article,
        effective_from=since,
        source=one.document,
        parameters={**edition.parameters, **one.parameters},
    )
