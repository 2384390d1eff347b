"""Reading ledger templates strictly: what could mislead a clerk later is refused when the template is read."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldType

from .columns import COLUMN, COUNTED, ROWS, LedgerColumn, check_roles, check_unique, choices, read_column, read_rows
from .computed import with_formulas
from .faults import FaultError, at, check_keys, each, line_of
from .ledgers import (
    AS_OF,
    LEDGER_CLASSES,
    PARTS,
    PERIODS,
    LedgerFigure,
    LedgerTemplate,
    State,
    Transition,
    number_for,
)

_KEY = re.compile("[a-z][a-z0-9_-]*")
_TEMPLATE = {
    "required": {"key", "title", "ledger_class", "columns"},
    "optional": {"category", "edition", "opened", "due", "done", "period", "lead_days", "figures", "restricted",
                 "readers", "notes", "states", "initial", "transitions", "title_column", "number_rule", "rows", *PARTS},
}  # fmt: skip
_STATE = {"required": {"key", "label"}, "optional": {"terminal", "locked", "days", "working_days"}}
_ONLY_STATE = {"key": "kept", "label": "在册"}
"""Where an entry of a plain register stands, whose template names no states."""

_MOVE = {"required": {"source", "target", "roles"}, "optional": {"needs", "not_by", "by", "reason"}}
_FIGURE = {
    "required": {"key", "label", "definition"},
    "optional": {
        "unit",
        "states",
        "where",
        "overdue",
        "on_time",
        "sum",
        "distinct",
        "share_of",
        "counted_by",
        "average",
        "by",
    },
}


def load_templates(folder: Path) -> dict[str, LedgerTemplate]:
    """All templates of a folder (`resource("ledgers")`) by key, in order of file name.

    Raises `UserError` (`ledger_template`) naming the file and what is wrong with it.
    """
    templates: dict[str, LedgerTemplate] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            template = read_template(path.read_text(encoding="utf-8"), shipped=True)
            if template.key in templates:
                raise FaultError(f"键“{template.key}”已被另一个模板使用")
        except FaultError as fault:
            raise UserError(
                "ledger_template",
                f"台账模板 {path.name} 有误：{fault}。",
                effect="这本台账没有载入，已有条目没有改动。",
                advice="请改正模板文件，或换回原来的模板。",
            ) from fault
        templates[template.key] = template
    return templates


def template_keys() -> set[str]:
    """Every key that a template may write, in whatever part of it."""
    shapes = (_TEMPLATE, COLUMN, ROWS, _STATE, _MOVE, _FIGURE)
    return {key for shape in shapes for keys in shape.values() for key in keys}


def read_template(text: str, *, shipped: bool = False) -> LedgerTemplate:
    """One template from its JSON text; raises `FaultError` (a `ValueError`): a Chinese phrase that names the line.

    What a `shipped` one means (formulas, checks, the privacy line) is looked at by the tests, not at every start.
    """
    try:
        data = json.loads(text, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as error:
        raise FaultError(f"第{error.lineno}行不是正确的 JSON") from error
    except RecursionError as error:
        raise FaultError("括号套得太深，不是台账模板") from error
    except FaultError:
        raise
    except ValueError as error:
        raise FaultError("里面有一个数太长") from error
    try:
        template = _template(data)
        _check_template(template)
        _check_moves(template)
        template = with_formulas(template)
        _check_figures(template)
        if not shipped:
            _check_meaning(template)
    except FaultError as fault:
        raise FaultError(f"{fault.phrase}（第{line_of(text, fault.place)}行）", *fault.place) from fault
    except (TypeError, AttributeError) as error:
        raise FaultError("有一处该写文字、列表或一组值的地方写成了别的") from error
    return template


def _template(data: dict[str, Any]) -> LedgerTemplate:
    check_keys(data, _TEMPLATE, "模板")
    columns = each("columns", data["columns"], read_column)
    states = each("states", data.get("states") or [_ONLY_STATE], _state)
    if not columns:
        raise FaultError("至少要有一列和一个状态", "columns")
    return LedgerTemplate(
        key=data["key"],
        title=data["title"],
        ledger_class=data["ledger_class"],
        columns=columns,
        rows=each("rows", data.get("rows", ()), read_rows),
        states=states,
        initial=data.get("initial", states[0].key),
        transitions=each("transitions", data.get("transitions", ()), _transition),
        title_column=data.get("title_column", columns[0].name),
        number_rule=data.get("number_rule", data["key"].upper() + "-{year}-{serial:03}"),
        category=data.get("category", ""),
        edition=data.get("edition", ""),
        opened=data.get("opened"),
        due=data.get("due"),
        period=data.get("period", "open"),
        done=data.get("done"),
        lead_days=tuple(data.get("lead_days", ())),
        figures=each("figures", data.get("figures", ()), _figure),
        restricted=data.get("restricted", False),
        readers=frozenset(data.get("readers", ())),
        notes=data.get("notes", ""),
        parts={name: data[name] for name in PARTS if name in data},
    )


def _check_meaning(template: LedgerTemplate) -> None:
    """Checks can be worked out, and nothing is made that the privacy line forbids."""
    # Only somebody's own templates need these; a start with the shipped ones does without.
    from .checks.catalogue import checks_of
    from .figure_groups import require_group, targets_of
    from .guard.subjects import require_allowed
    from .print_forms import print_forms_of
    from .views import view_of

    require_allowed(template)
    for index, figure in enumerate(template.figures):
        with at("figures", index, "by"):
            for group in figure.by:
                require_group(template, group)
    targets_of(template)
    view_of(template)
    checks_of(template)
    print_forms_of(template)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise FaultError(f"“{next(n for n in names if names.count(n) > 1)}”写了两次")
    return found


def _state(item: dict[str, Any]) -> State:
    check_keys(item, _STATE, "状态")
    return State(**item)


def _transition(item: dict[str, Any]) -> Transition:
    check_keys(item, _MOVE, "状态变动")
    given = item | {"roles": frozenset(item["roles"]), "needs": tuple(item.get("needs", ()))}
    return Transition(**given)


def _figure(item: dict[str, Any]) -> LedgerFigure:
    check_keys(item, _FIGURE, "统计数")
    where = {column: tuple(wanted) for column, wanted in item.get("where", {}).items()}
    given = {"states": frozenset(item.get("states", ())), "where": where, "by": tuple(item.get("by", ()))}
    return LedgerFigure(**(item | given))


def _check_template(template: LedgerTemplate) -> None:
    if not _KEY.fullmatch(template.key):
        raise FaultError(f"键“{template.key}”只能用小写字母、数字、横线和下划线", "key")
    if template.ledger_class not in LEDGER_CLASSES:
        raise FaultError(f"类别“{template.ledger_class}”不是四类基础台账之一", "ledger_class")
    rows = template.rows
    check_unique([*(c.name for c in template.columns), *(r.name for r in rows)], "列键")
    check_unique([*(c.label for c in template.columns), *(r.label for r in rows)], "列名")
    check_unique([text for s in template.states for text in {s.key, s.label}], "状态")
    with at("title_column"):
        _require_column(template, template.title_column, "标题列")
    for place, key, what in (
        ("opened", template.opened, "列入列"),
        ("due", template.due, "到期列"),
        ("done", template.done, "完成列"),
    ):
        with at(place):
            if key is not None and _require_column(template, key, what).type is not FieldType.DATE:
                raise FaultError(f"{what}“{key}”不是日期列")
    if template.period not in PERIODS:
        raise FaultError(f"期间口径“{template.period}”不是{'、'.join(PERIODS)}之一", "period")
    if template.done and not template.due:
        raise FaultError("有完成列就要有到期列", "done")
    with at("readers"):
        check_roles(template.readers, "可查看角色")
    if template.restricted and not template.readers:
        raise FaultError("限制查看的台账要写明可查看角色", "restricted")
    _check_columns(template)
    _check_number_rule(template)


def _check_columns(template: LedgerTemplate) -> None:
    """What a column says about another one, or about states."""
    states = {state.key for state in template.states}
    leading = {template.title_column, template.opened, template.due, template.done}
    for index, column in enumerate(template.columns):
        with at("columns", index):
            if column.readers and column.name in leading:
                raise FaultError(f"列“{column.label}”要谁都看得见：它是标题、列入、到期或完成列", "readers")
            if column.consent and _require_column(template, column.consent, "同意列").type is not FieldType.BOOLEAN:
                raise FaultError(f"同意列“{column.consent}”不是“是否”列", "consent")
            for state, _ in column.follow:
                with at("follow"):
                    _require_state(states, state, f"列“{column.label}”的 follow")


def _check_number_rule(template: LedgerTemplate) -> None:
    try:
        distinct = number_for(template, 2026, 1) != number_for(template, 2026, 2) != number_for(template, 2027, 2)
    except (KeyError, IndexError, ValueError):
        distinct = False
    if not distinct:
        raise FaultError("编号规则里要有 {year} 和 {serial}，且不能有别的花括号", "number_rule")


def _check_moves(template: LedgerTemplate) -> None:
    states = {state.key for state in template.states}
    with at("initial"):
        _require_state(states, template.initial, "初始状态")
    for index, state in enumerate(template.states):
        with at("states", index):
            _check_state(template, state)
    with at("transitions"):
        check_unique([f"{m.source} → {m.target}" for m in template.transitions], "状态变动")
    for index, move in enumerate(template.transitions):
        with at("transitions", index):
            _check_move(template, move, states)
    reached = {template.initial}
    while more := {m.target for m in template.transitions if m.source in reached} - reached:
        reached |= more
    for index, state in enumerate(template.states):
        if state.key not in reached:
            raise FaultError(f"状态“{state.key}”到不了", "states", index)


def _check_state(template: LedgerTemplate, state: State) -> None:
    if state.locked and not state.terminal:
        raise FaultError(f"状态“{state.label}”锁定内容，应是终结状态（terminal）", "locked")
    if state.days is not None and state.working_days is not None:
        raise FaultError(f"状态“{state.label}”的 days 和 working_days 只写一样", "days")
    given = [days for days in (state.days, state.working_days) if days is not None]
    if given and (not template.due or state.terminal or given[0] < 0):
        raise FaultError(f"状态“{state.label}”写了几天内办，要有到期列，且不能是终结状态", "days")


def _check_move(template: LedgerTemplate, move: Transition, states: Collection[str]) -> None:
    _require_state(states, move.source, "状态变动")
    _require_state(states, move.target, "状态变动")
    if not move.roles:
        raise FaultError(f"从“{move.source}”到“{move.target}”没有写哪些角色可以办")
    check_roles(move.roles, "状态变动")
    for key in move.needs:
        if template.row_list(key) is None:
            _require_column(template, key, "状态变动")
    for key in filter(None, (move.not_by, move.by)):
        _require_column(template, key, "状态变动")
    if move.by and not move.not_by:
        raise FaultError(f"从“{move.source}”到“{move.target}”写了 by 却没有 not_by")
    if move.not_by and move.not_by not in move.needs:
        raise FaultError(f"“{move.not_by}”要列入 needs，否则空着就能绕过回避")


def _check_figures(template: LedgerTemplate) -> None:
    states = {state.key for state in template.states}
    check_unique([figure.key for figure in template.figures], "统计数")
    before: set[str] = set()
    for index, figure in enumerate(template.figures):
        with at("figures", index):
            _check_figure(template, figure, states, before)
        before.add(figure.key)


def _check_figure(
    template: LedgerTemplate, figure: LedgerFigure, states: Collection[str], before: Collection[str]
) -> None:
    what = f"统计数“{figure.label}”"
    for state in figure.states:
        _require_state(states, state, what)
    for key in (*figure.where, *filter(None, (figure.distinct,))):
        _require_column(template, key, what)
    for added in filter(None, (figure.sum, figure.average)):
        if _require_column(template, added, what).gives not in COUNTED:
            raise FaultError(f"{what}只能对金额列、整数列、小数列求和或求平均")
    if sum(map(bool, (figure.sum, figure.distinct, figure.average))) > 1:
        raise FaultError(f"{what}求和、去重计数、平均只能写一样")
    if figure.average and figure.share_of:
        raise FaultError(f"{what}是平均数，不写 share_of")
    by = figure.counted_by
    if by not in (None, AS_OF) and _require_column(template, by, what).type is not FieldType.DATE:
        raise FaultError(f"{what}按“{by}”计入期间，它不是日期列")
    if figure.overdue and not template.due or figure.on_time and not template.done:
        raise FaultError(f"{what}要用到期列和完成列，模板没有写")
    if figure.share_of is not None and figure.share_of not in before:
        raise FaultError(f"{what}的分母“{figure.share_of}”要写在它前面")
    for key, wanted in figure.where.items():
        answers = choices(template.column(key))
        if answers and not set(wanted) <= set(answers):
            raise FaultError(f"{what}要的值不在列“{key}”的选项里")


def _require_column(template: LedgerTemplate, key: str, what: str) -> LedgerColumn:
    try:
        return template.column(key)
    except KeyError:
        raise FaultError(f"{what}用到的列“{key}”不存在") from None


def _require_state(states: Collection[str], key: str, what: str) -> None:
    if key not in states:
        raise FaultError(f"{what}用到的状态“{key}”不存在")
