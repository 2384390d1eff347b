"""Reading ledger templates strictly: what could mislead a clerk later is refused when the template is read."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.domain.records.permissions import ROLE_NAMES

from .ledgers import (
    AS_OF,
    CHOICES,
    LEDGER_CLASSES,
    PERIODS,
    LedgerFigure,
    LedgerTemplate,
    State,
    Transition,
    choices,
    number_for,
)

_KEY = re.compile("[a-z][a-z0-9_-]*")
_COLUMN_KEY = re.compile("[a-z][a-z0-9_]*")
_RESERVED = {spec.name for spec in LEDGER_ENTRY.fields} | {"id", "values", "title"}
_TEMPLATE = {
    "required": {"key", "title", "ledger_class", "columns", "states", "initial", "transitions", "title_column",
                 "number_rule"},
    "optional": {"category", "edition", "opened", "due", "done", "period", "lead_days", "figures", "restricted",
                 "readers", "notes"},
}  # fmt: skip
_COLUMN = {
    "required": {"name", "label"},
    "optional": {"type", "codes", "aliases", "required", "sensitive", "table", "group", "rule"},
}
_STATE = {"required": {"key", "label"}, "optional": {"terminal"}}
_MOVE = {"required": {"source", "target", "roles"}, "optional": {"needs", "not_by", "by"}}
_FIGURE = {
    "required": {"key", "label", "definition"},
    "optional": {"unit", "states", "where", "overdue", "on_time", "sum", "distinct", "share_of", "counted_by"},
}


def load_templates(folder: Path) -> dict[str, LedgerTemplate]:
    """All templates of a folder (`resource("ledgers")`) by key, in order of file name.

    Raises `UserError` (`ledger_template`) naming the file and what is wrong with it.
    """
    templates: dict[str, LedgerTemplate] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            template = read_template(path.read_text(encoding="utf-8"))
            if template.key in templates:
                raise _FaultError(f"键“{template.key}”已被另一个模板使用")
        except _FaultError as fault:
            raise UserError(
                "ledger_template",
                f"台账模板 {path.name} 有误：{fault}。",
                effect="这本台账没有载入，已有条目没有改动。",
                advice="请改正模板文件，或换回原来的模板。",
            ) from fault
        templates[template.key] = template
    return templates


class _FaultError(ValueError):
    """What is wrong with a template, as a Chinese phrase."""


def read_template(text: str) -> LedgerTemplate:
    """One template from its JSON text; raises `ValueError` with a Chinese phrase when anything is amiss."""
    try:
        data = json.loads(text, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as error:
        raise _FaultError(f"第{error.lineno}行不是正确的 JSON") from error
    except RecursionError as error:
        raise _FaultError("括号套得太深，不是台账模板") from error
    try:
        template = _template(data)
        _check_template(template)
        _check_moves(template)
        _check_figures(template)
    except (TypeError, AttributeError) as error:
        raise _FaultError("有一处该写文字、列表或一组值的地方写成了别的") from error
    return template


def _template(data: dict[str, Any]) -> LedgerTemplate:
    _check_keys(data, _TEMPLATE, "模板")
    return LedgerTemplate(
        key=data["key"],
        title=data["title"],
        ledger_class=data["ledger_class"],
        columns=tuple(_column(item) for item in data["columns"]),
        states=tuple(_state(item) for item in data["states"]),
        initial=data["initial"],
        transitions=tuple(_transition(item) for item in data["transitions"]),
        title_column=data["title_column"],
        number_rule=data["number_rule"],
        category=data.get("category", ""),
        edition=data.get("edition", ""),
        opened=data.get("opened"),
        due=data.get("due"),
        period=data.get("period", "open"),
        done=data.get("done"),
        lead_days=tuple(data.get("lead_days", ())),
        figures=tuple(_figure(item) for item in data.get("figures", ())),
        restricted=data.get("restricted", False),
        readers=frozenset(data.get("readers", ())),
        notes=data.get("notes", ""),
    )


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _FaultError(f"“{next(n for n in names if names.count(n) > 1)}”写了两次")
    return found


def _check_keys(item: object, shape: Mapping[str, set[str]], what: str) -> None:
    if not isinstance(item, dict):
        raise _FaultError(f"{what}应是一组“名称: 值”")
    if missing := sorted(shape["required"] - item.keys()):
        raise _FaultError(f"{what}缺少“{missing[0]}”")
    if unknown := sorted(item.keys() - shape["required"] - shape["optional"]):
        raise _FaultError(f"{what}里不认识“{unknown[0]}”")


def _column(item: dict[str, Any]) -> FieldSpec:
    _check_keys(item, _COLUMN, "列")
    try:
        kind = FieldType(item.get("type", "text"))
    except ValueError:
        raise _FaultError(f"列“{item['name']}”的类型“{item['type']}”不存在") from None
    given = {key: value for key, value in item.items() if key not in ("type", "aliases")}
    return FieldSpec(type=kind, aliases=tuple(item.get("aliases", ())), **given)


def _state(item: dict[str, Any]) -> State:
    _check_keys(item, _STATE, "状态")
    return State(**item)


def _transition(item: dict[str, Any]) -> Transition:
    _check_keys(item, _MOVE, "状态变动")
    given = item | {"roles": frozenset(item["roles"]), "needs": tuple(item.get("needs", ()))}
    return Transition(**given)


def _figure(item: dict[str, Any]) -> LedgerFigure:
    _check_keys(item, _FIGURE, "统计数")
    where = {column: tuple(wanted) for column, wanted in item.get("where", {}).items()}
    return LedgerFigure(**(item | {"states": frozenset(item.get("states", ())), "where": where}))


def _check_template(template: LedgerTemplate) -> None:
    if not _KEY.fullmatch(template.key):
        raise _FaultError(f"键“{template.key}”只能用小写字母、数字、横线和下划线")
    if template.ledger_class not in LEDGER_CLASSES:
        raise _FaultError(f"类别“{template.ledger_class}”不是四类基础台账之一")
    if not template.columns or not template.states:
        raise _FaultError("至少要有一列和一个状态")
    _check_unique([c.name for c in template.columns], "列键")
    _check_unique([c.label for c in template.columns], "列名")
    _check_unique([text for s in template.states for text in {s.key, s.label}], "状态")
    for column in template.columns:
        _check_column(column)
    _require_column(template, template.title_column, "标题列")
    for key, what in ((template.opened, "列入列"), (template.due, "到期列"), (template.done, "完成列")):
        if key is not None and _require_column(template, key, what).type is not FieldType.DATE:
            raise _FaultError(f"{what}“{key}”不是日期列")
    if template.period not in PERIODS:
        raise _FaultError(f"期间口径“{template.period}”不是{'、'.join(PERIODS)}之一")
    if template.done and not template.due:
        raise _FaultError("有完成列就要有到期列")
    _check_roles(template.readers, "可查看角色")
    if template.restricted and not template.readers:
        raise _FaultError("限制查看的台账要写明可查看角色")
    try:
        distinct = number_for(template, 2026, 1) != number_for(template, 2026, 2) != number_for(template, 2027, 2)
    except (KeyError, IndexError, ValueError):
        distinct = False
    if not distinct:
        raise _FaultError("编号规则里要有 {year} 和 {serial}，且不能有别的花括号")


def _check_column(column: FieldSpec) -> None:
    if not _COLUMN_KEY.fullmatch(column.name):
        raise _FaultError(f"列键“{column.name}”只能用小写字母、数字和下划线")
    if column.name in _RESERVED:
        raise _FaultError(f"列键“{column.name}”是条目自己的字段，不能再用")
    if column.type in (FieldType.PICTURE, FieldType.YEARS):
        raise _FaultError(f"列“{column.label}”不能用“{column.type}”这个类型")
    if (column.type is FieldType.CODE) != bool(column.codes):
        raise _FaultError(f"列“{column.label}”：代码列要写 codes，其他列不写")
    if column.codes and column.codes.startswith(CHOICES):
        answers = choices(column)
        if len(answers) < 2 or not all(answers):
            raise _FaultError(f"列“{column.label}”至少要有两个选项，且不能为空")
        _check_unique(answers, f"列“{column.label}”的选项")


def _check_moves(template: LedgerTemplate) -> None:
    states = {state.key for state in template.states}
    _require_state(states, template.initial, "初始状态")
    _check_unique([f"{m.source} → {m.target}" for m in template.transitions], "状态变动")
    for move in template.transitions:
        _require_state(states, move.source, "状态变动")
        _require_state(states, move.target, "状态变动")
        if not move.roles:
            raise _FaultError(f"从“{move.source}”到“{move.target}”没有写哪些角色可以办")
        _check_roles(move.roles, "状态变动")
        for key in (*move.needs, *filter(None, (move.not_by, move.by))):
            _require_column(template, key, "状态变动")
        if move.by and not move.not_by:
            raise _FaultError(f"从“{move.source}”到“{move.target}”写了 by 却没有 not_by")
        if move.not_by and move.not_by not in move.needs:
            raise _FaultError(f"“{move.not_by}”要列入 needs，否则空着就能绕过回避")
    reached = {template.initial}
    while more := {m.target for m in template.transitions if m.source in reached} - reached:
        reached |= more
    if stray := sorted(states - reached):
        raise _FaultError(f"状态“{stray[0]}”到不了")


def _check_figures(template: LedgerTemplate) -> None:
    states = {state.key for state in template.states}
    _check_unique([figure.key for figure in template.figures], "统计数")
    before: set[str] = set()
    for figure in template.figures:
        what = f"统计数“{figure.label}”"
        for state in figure.states:
            _require_state(states, state, what)
        for key in (*figure.where, *filter(None, (figure.distinct,))):
            _require_column(template, key, what)
        if figure.sum and _require_column(template, figure.sum, what).type not in (FieldType.MONEY, FieldType.INTEGER):
            raise _FaultError(f"{what}只能对金额列或整数列求和")
        if figure.sum and figure.distinct:
            raise _FaultError(f"{what}不能既求和又去重计数")
        by = figure.counted_by
        if by not in (None, AS_OF) and _require_column(template, by, what).type is not FieldType.DATE:
            raise _FaultError(f"{what}按“{by}”计入期间，它不是日期列")
        if figure.overdue and not template.due or figure.on_time and not template.done:
            raise _FaultError(f"{what}要用到期列和完成列，模板没有写")
        if figure.share_of is not None and figure.share_of not in before:
            raise _FaultError(f"{what}的分母“{figure.share_of}”要写在它前面")
        for key, wanted in figure.where.items():
            answers = choices(template.column(key))
            if answers and not set(wanted) <= set(answers):
                raise _FaultError(f"{what}要的值不在列“{key}”的选项里")
        before.add(figure.key)


def _check_unique(names: Collection[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _FaultError(f"{what}“{name}”重复")
        seen.add(name)


def _check_roles(roles: Collection[str], what: str) -> None:
    if unknown := sorted(set(roles) - ROLE_NAMES.keys()):
        raise _FaultError(f"{what}里的角色“{unknown[0]}”不存在")


def _require_column(template: LedgerTemplate, key: str, what: str) -> FieldSpec:
    try:
        return template.column(key)
    except KeyError:
        raise _FaultError(f"{what}用到的列“{key}”不存在") from None


def _require_state(states: Collection[str], key: str, what: str) -> None:
    if key not in states:
        raise _FaultError(f"{what}用到的状态“{key}”不存在")
