"""The rule book: what regulations and checks ask for, as data with an edition, its days and the article.

A file of `resources/rules/` holds `[[rule]]` tables, each with one or more `[[rule.edition]]`. Rules that look at a
deed are judged by the edition in force on the day of the deed; a deed older than the first edition that is known
here is judged by that first one. Nothing in a rule is code: parameters are numbers, texts and lists of texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.values.partial_dates import first_day, last_day

INFO, WARNING, ERROR = "info", "warning", "error"
SEVERITIES = frozenset({INFO, WARNING, ERROR})

Parameter = int | str | tuple[str, ...]

_PARTIAL = re.compile(r"(?a)\d{4}(-\d{2}(-\d{2})?)?$")
_BLANK = re.compile(r"\{(\w+)\}")
_RULE_KEYS = frozenset(("code", "title", "applies_to", "severity", "late_severity", "lead_days", "repeat_days"))
_RULE_KEYS |= {"sentence", "late_sentence", "group", "late_group", "edition"}
_EDITION_KEYS = frozenset(["edition", "effective_from", "effective_to", "article", "source", "parameters"])


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a rule: partial dates from when to when (both included) it holds, its article and parameters."""

    edition: str
    article: str = ""
    effective_from: str | None = None
    effective_to: str | None = None
    source: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A parameter that is a whole number; raises `KeyError` where the rule has none of that name."""
        value = self.parameters[name]
        if not isinstance(value, int):
            raise KeyError(name)
        return value

    def text(self, name: str) -> str:
        """A parameter that is a text; raises `KeyError` where the rule has none of that name."""
        value = self.parameters[name]
        if not isinstance(value, str):
            raise KeyError(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A parameter that is a list of texts; raises `KeyError` where the rule has none of that name."""
        value = self.parameters[name]
        if not isinstance(value, tuple):
            raise KeyError(name)
        return value


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with all its editions, the earliest first.

    `applies_to` is the kind of record it speaks of; `lead_days` are the days before its due day on which it is said
    anew, the first also when it is first said; after that day again every `repeat_days` (0: once). `severity` and
    `sentence` hold until then, `late_severity` and `late_sentence` after; `group` names many of them in one line.
    """

    code: str
    title: str
    applies_to: str
    severity: str
    sentence: str
    editions: tuple[Edition, ...]
    late_severity: str = ""
    late_sentence: str = ""
    lead_days: tuple[int, ...] = ()
    repeat_days: int = 0
    group: str = ""
    late_group: str = ""

    def on(self, day: date) -> Edition:
        """The edition that a deed of `day` is judged by."""
        chosen = self.editions[0]
        for edition in self.editions[1:]:
            if edition.effective_from and first_day(edition.effective_from) <= day:
                chosen = edition
        return chosen

    @property
    def newest(self) -> Edition:
        """The edition for what is judged by the law of today."""
        return self.editions[-1]

    def said(self, *, late: bool = False, **words: object) -> str:
        """The rule's sentence with the blanks filled; a blank without a word stays empty."""
        sentence = (late and self.late_sentence) or self.sentence
        return _BLANK.sub(lambda match: str(words.get(match[1], "")), sentence)

    def weight(self, *, late: bool = False) -> str:
        """The severity before or after the due day."""
        return (late and self.late_severity) or self.severity


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules by code, in the order of their files."""

    rules: Mapping[str, Rule]

    def __getitem__(self, code: str) -> Rule:
        return self.rules[code]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())


def read_rules(texts: Mapping[str, str]) -> RuleBook:
    """The rule book from files by name; raises `UserError` (`bad_rules`) naming the file, and refuses all of them."""
    found: dict[str, Rule] = {}
    for name, text in texts.items():
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise _refusal(name, str(fault)) from None
        if set(tables) - {"rule"}:
            raise _refusal(name, f"不认识“{min(set(tables) - {'rule'})}”")
        for table in tables.get("rule", []):
            rule = _rule(name, table)
            if rule.code in found:
                raise _refusal(name, f"规则{rule.code}写了两次")
            found[rule.code] = rule
    return RuleBook(found)


def _refusal(name: str, what: str) -> UserError:
    return UserError("bad_rules", f"规则文件“{name}”不能用：{what}。", effect="没有采用，规则没有改动。")


def _rule(name: str, table: Mapping[str, Any]) -> Rule:
    code = table.get("code")
    if not isinstance(code, str) or not code:
        raise _refusal(name, "有一条规则没有 code")
    _only(name, code, table, _RULE_KEYS)
    for key in ("severity", "late_severity"):
        if table.get(key, INFO) not in SEVERITIES:
            raise _refusal(name, f"规则{code}的 {key} 只能是 info、warning、error")
    editions = tuple(_edition(name, code, each) for each in table.get("edition", ()))
    if not editions:
        raise _refusal(name, f"规则{code}没有版次")
    begins = [edition.effective_from or "" for edition in editions]
    if begins != sorted(begins) or len(set(begins)) < len(begins):
        raise _refusal(name, f"规则{code}的版次要从早到晚写，起始日不能相同")
    return Rule(
        code,
        _text(name, code, table, "title"),
        _text(name, code, table, "applies_to"),
        _text(name, code, table, "severity"),
        _text(name, code, table, "sentence"),
        editions,
        table.get("late_severity", ""),
        str(table.get("late_sentence", "")),
        _numbers(name, code, table.get("lead_days", ())),
        _numbers(name, code, [table.get("repeat_days", 0)])[0],
        str(table.get("group", "")),
        str(table.get("late_group", "")),
    )


def _edition(name: str, code: str, table: Mapping[str, Any]) -> Edition:
    _only(name, code, table, _EDITION_KEYS)
    days = [table.get(key) for key in ("effective_from", "effective_to")]
    for day in days:
        if day is not None and not _is_day(day):
            raise _refusal(name, f'规则{code}的日期“{day}”不能用，请写成 "2026-05-11" 或 "2026-05"')
    return Edition(
        _text(name, code, table, "edition"),
        str(table.get("article", "")),
        days[0],
        days[1],
        str(table.get("source", "")),
        {key: _parameter(name, code, key, value) for key, value in table.get("parameters", {}).items()},
    )


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _PARTIAL.match(value):
        return False
    try:
        return first_day(value) <= last_day(value)
    except ValueError:
        return False


def _parameter(name: str, code: str, key: str, value: object) -> Parameter:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _refusal(name, f"规则{code}的参数 {key} 只能是整数、文字或一列文字")


def _only(name: str, code: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    strange = sorted(set(table) - known)
    if strange:
        raise _refusal(name, f"规则{code}里不认识“{strange[0]}”")


def _text(name: str, code: str, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise _refusal(name, f"规则{code}缺少 {key}")
    return value


def _numbers(name: str, code: str, given: Sequence[object]) -> tuple[int, ...]:
    if not all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in given):
        raise _refusal(name, f"规则{code}的天数要写成不小于0的整数")
    return tuple(each for each in given if isinstance(each, int))
