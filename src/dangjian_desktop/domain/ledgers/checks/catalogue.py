"""The catalogue of checks: every kind with what it is given, its sentence and its thresholds. A new kind is code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dangjian_desktop.domain.rules.rulebook import SEVERITIES, Edition, Rule

from ..expressions import Scope
from ..faults import FaultError, at, check_keys, each
from ..ledgers import LedgerTemplate
from . import entry_kinds as entry
from . import group_kinds as group
from . import ledger_kinds as ledger
from .declared import declared
from .given import Given, scope_of, thresholds
from .spec import CheckSpec, EntryRun, LedgerRun, MadeCheck

OWN_EDITION = "台账模板"
_SPANS = entry.SPANS
_COMMON = frozenset({"key", "kind", "title", "sentence", "severity", "late_sentence", "late_severity", "lead_days",
                     "repeat_days", "source", "states", "where", "settled"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckKind:
    """One kind: `required` and `optional` are what it is given, `limits` those of them that a street may set otherwise.

    `settled` says whether it also looks at entries that are settled.
    """

    name: str
    label: str
    sentence: str
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    limits: tuple[str, ...] = ()
    settled: bool = True
    entry: Callable[[Given], EntryRun] | None = None
    ledger: Callable[[Given], LedgerRun] | None = None


def _kind(name: str, label: str, sentence: str, required: str, optional: str = "", **more: Any) -> CheckKind:
    return CheckKind(name, label, sentence, frozenset(required.split()), frozenset(optional.split()), **more)


_TIMED = "days working_days months"

KINDS = {
    kind.name: kind
    for kind in (
        _kind("equals", "两数相等", "对不上：{left} 和 {right} 应当相等。", "left right", entry=entry.equals),
        _kind("at_least", "不少于", "是 {value}，不应少于 {limit}。", "value", "limit limit_of", limits=("limit",),
              entry=entry.at_least),
        _kind("at_most", "不多于", "是 {value}，不应超过 {limit}。", "value", "limit limit_of", limits=("limit",),
              entry=entry.at_most),
        _kind("below", "低于标线", "是 {value}，低于 {limit}。", "value", "mark mark_of", limits=("mark",),
              entry=entry.below),
        _kind("above", "达到标线", "是 {value}，达到 {limit}。", "value", "mark mark_of", limits=("mark",),
              entry=entry.above),
        _kind("condition", "条件成立", "", "when", entry=entry.condition),
        _kind("empty", "没有填", "没有填{columns}。", "columns", "all days months working_days", limits=_SPANS,
              settled=False, entry=entry.empty),
        _kind("evidence", "先有佐证", "到了这个状态还没有{columns}。", "columns", "all", entry=entry.evidence),
        _kind("older_than", "超过多久", "{date}起已经超过{span}。{remark}", "date", _TIMED, limits=_SPANS,
              settled=False, entry=entry.older_than),
        _kind("nothing_for", "多久没有动静", "{date}以后没有新的记录，已经超过{span}。{remark}", "", f"latest {_TIMED}",
              limits=_SPANS, settled=False, entry=entry.nothing_for),
        _kind("due", "到期", "{due}到期。", "date", "done", settled=False, entry=entry.due),
        _kind("due_rows", "分项到期", "“{row}”{due}到期。", "list date", "done named", settled=False,
              entry=entry.due_rows),
        _kind("different_person", "不得是同一人", "{one}和{other}不能是同一人（{name}）。", "one other",
              entry=entry.different_person),
        _kind("consent_missing", "没有同意", "没有本人同意，却写了{columns}。", "consent columns",
              entry=entry.consent_missing),
        _kind("number_shown", "公开稿里有号码", "“{column}”里有证件号或电话，不能公开。", "columns",
              entry=entry.number_shown),
        _kind("in_order", "日期先后", "{one}晚于{other}，请核对。", "columns", entry=entry.in_order),
        _kind("unique", "不得重复", "{period}有 {number} 条（{numbers}），只应有一条。", "columns", "per dated_by",
              ledger=ledger.unique),
        _kind("overlap", "时间重叠", "{one} 和 {other} 的时间重叠。", "from to same", ledger=ledger.overlap),
        _kind("reciprocal", "互为对方", "{period}互相检查，请另行安排。", "one other", "per dated_by wanted",
              ledger=ledger.reciprocal),
        _kind("balance", "余额不为负", "到这一笔余额是 {balance}，不能为负。", "amount by", "dated_by",
              ledger=ledger.balance),
        _kind("years_running", "连续几年", "连续 {number} 年（{years}）。", "when by", "years dated_by",
              limits=("years",), ledger=ledger.years_running),
        _kind("ratio", "低于目标", "{period}{part}/{whole}，{percent}%，低于目标 {target}%。", "part goal",
              "whole by per dated_by", limits=("goal",), ledger=ledger.ratio),
        _kind("agree", "两处相等", "{period}这里是 {left}，另一处是 {right}，对不上。", "",
              "sum ledger figure number by per dated_by their_by their_sum their_where their_dated_by",
              limits=("number",), ledger=ledger.agree),
        _kind("who_has_none", "谁没有", "{period}还没有记录。", "each", "by per dated_by days least most",
              limits=("days", "least", "most"), ledger=group.who_has_none),
        _kind("missed", "漏了", "{what}：{times}没有记录。{remark}", "recurrence", ledger=group.missed),
    )
}  # fmt: skip
"""Every kind by name."""

_DEFAULTS = {"years": 2}


def read_check(table: Mapping[str, Any]) -> CheckSpec:
    """One check from its part of a template; raises `FaultError`."""
    kind = KINDS.get(str(table.get("kind"))) if isinstance(table, dict) else None
    shape = {"required": {"key", "kind", "title"}, "optional": set(_COMMON)}
    if kind is not None:
        shape["required"] |= kind.required
        shape["optional"] |= kind.optional
    elif isinstance(table, dict) and "kind" in table:
        raise FaultError(f"没有“{table['kind']}”这种检查，有：{'、'.join(KINDS)}", "kind")
    check_keys(table, shape, "检查")
    given = {name: value for name, value in table.items() if name not in _COMMON}
    plain = {name: table[name] for name in _COMMON & table.keys() - {"states", "where", "lead_days"}}
    for name in ("severity", "late_severity"):
        if table.get(name, "info") not in SEVERITIES:
            raise FaultError(f"检查“{table['key']}”的 {name} 只能是 info、warning、error", name)
    days = table.get("lead_days", [])
    if not all(isinstance(day, int) and not isinstance(day, bool) and day >= 0 for day in days):
        raise FaultError(f"检查“{table['key']}”的 lead_days 要写不小于0的天数", "lead_days")
    return CheckSpec(
        **plain,
        lead_days=tuple(days),
        states=frozenset(table.get("states", ())),
        where={name: tuple(wanted) for name, wanted in table.get("where", {}).items()},
        given=given,
    )


def made(template: LedgerTemplate, spec: CheckSpec, scope: Scope | None = None) -> MadeCheck:
    """A check ready to be asked; raises `FaultError` for anything that the template does not have."""
    kind = KINDS[spec.kind]
    for name in spec.where:
        with at("where"):
            _require(name in {c.name for c in template.columns}, f"检查“{spec.key}”用到的列“{name}”不存在")
    states = {state.key for state in template.states}
    with at("states"):
        if strange := sorted(spec.states - states):
            raise FaultError(f"检查“{spec.key}”用到的状态“{strange[0]}”不存在")
    given = Given(template, spec, scope or scope_of(template))
    rule = rule_of(template, spec)
    settled = spec.settled if spec.settled is not None else kind.settled or bool(spec.states)
    ready = MadeCheck(rule, spec, settled)
    if kind.entry is not None:
        return replace(ready, entry=kind.entry(given))
    return replace(ready, ledger=kind.ledger(given) if kind.ledger else None)


def _require(holds: bool, what: str) -> None:  # noqa: FBT001
    if not holds:
        raise FaultError(what)


def rule_of(template: LedgerTemplate, spec: CheckSpec) -> Rule:
    """A check as a rule of the book: code `KEY.check`, its thresholds as parameters of its edition."""
    kind = KINDS[spec.kind]
    sentence = spec.sentence or kind.sentence or f"{spec.title}。"
    limits = {name: value for name, value in _DEFAULTS.items() if name in kind.limits}
    parameters = limits | thresholds(spec.given, kind.limits)
    edition = Edition(template.edition or OWN_EDITION, spec.source or f"{template.title}模板", parameters=parameters)
    return Rule(
        code_of(template, spec),
        spec.title,
        "ledger_entry",
        spec.severity,
        sentence,
        (edition,),
        spec.late_severity,
        spec.late_sentence,
        spec.lead_days,
        spec.repeat_days,
    )


def code_of(template: LedgerTemplate, spec: CheckSpec) -> str:
    """By what a check is asked for: `rectification.no_progress`."""
    return f"{template.key}.{spec.key}"


def checks_of(template: LedgerTemplate) -> tuple[MadeCheck, ...]:
    """All checks of a template, read and ready; raises `FaultError` naming its place in the template."""
    specs = each("checks", template.parts.get("checks", ()), read_check)
    keys = [spec.key for spec in specs]
    if doubled := next((key for key in keys if keys.count(key) > 1), None):
        raise FaultError(f"检查“{doubled}”重复", "checks")
    scope = scope_of(template)
    written = each("checks", specs, lambda spec: made(template, spec, scope))
    return (*written, *(made(template, spec, scope) for spec in declared(template, specs)))
