"""Reading schemes strictly: what could mislead later is refused when the scheme is read, with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dangjian_desktop.domain.ledgers.checks.given import GROUPS, PREFIXES, scope_of
from dangjian_desktop.domain.ledgers.columns import LedgerColumn, check_unique
from dangjian_desktop.domain.ledgers.expressions import MONEY, NUMBER, ExpressionError, compiled
from dangjian_desktop.domain.ledgers.faults import FaultError, at, check_keys, each, line_of
from dangjian_desktop.domain.ledgers.guard.subjects import residents_in
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldType

from .schemes import (
    AVERAGE,
    DEDUCTIONS,
    FIGURE,
    ITEMS,
    LAST,
    ORGANISATION,
    OTHERS,
    PERIODS,
    SAYS,
    SOURCES,
    SUBJECTS,
    VALUE,
    Band,
    Barring,
    Indicator,
    Scheme,
    Star,
)

LINES = {
    ITEMS: ("indicator", "kind", "points", "reason", "evidence", "by", "on"),
    DEDUCTIONS: ("item", "points", "reason"),
}
"""The columns that a ledger's child rows need to be read as typed marks or as deductions."""

_KEY = re.compile("[a-z][a-z0-9_-]*")
_SCHEME = {
    "required": {"key", "title", "edition", "source", "ledger", "subjects", "per"},
    "optional": {
        "where", "by", "each", "combine", "dated_by", "confirmed", "indicators", "bands", "grade", "levels", "bad",
        "bad_years", "bad_consequence", "stars", "bonus", "bar", "says", "notice", "notified", "notes",
    },
}  # fmt: skip
_INDICATOR = {"required": {"key", "label", "full"}, "optional": {"weight", "star", "evidence", *SOURCES}}
_BAND = {"required": {"label", "at_least"}, "optional": {"bad", "consequence"}}
_STAR = {"required": {"label", "share"}, "optional": set[str]()}
_BAR = {"required": {"ledger", "subject", "why", "from", "to"}, "optional": set[str]()}

_SORTS: dict[type, tuple[str, str]] = {
    str: ("文字", """ledger by subjects per each combine dated_by notified grade bad_consequence bonus notes label
          star evidence consequence value figure items deductions subject why from to source"""),
    bool: ("true 或 false", "notice bad"),
    int: ("整数", "bad_years"),
    list: ("列表", "confirmed indicators bands levels stars says"),
    dict: ("一组“名称: 值”", "where bar"),
}  # fmt: skip
_SORT_OF = {key: (kind, words) for kind, (words, keys) in _SORTS.items() for key in keys.split()}


def read_scheme(text: str, ledgers: Mapping[str, LedgerTemplate], *, origin: str = "本软件") -> Scheme:
    """One scheme from its JSON text; raises `FaultError` (a `ValueError`): a Chinese phrase that names the line."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FaultError(f"第{error.lineno}行不是正确的 JSON") from error
    except RecursionError as error:
        raise FaultError("括号套得太深，不是考评方案") from error
    except ValueError as error:
        raise FaultError("里面有一个数太长") from error
    try:
        with at():
            scheme = _scheme(data, ledgers, origin)
            _check(scheme, ledgers)
    except FaultError as fault:
        raise FaultError(f"{fault.phrase}（第{line_of(text, fault.place)}行）", *fault.place) from fault
    return scheme


def _keys(item: dict[str, Any], shape: Mapping[str, set[str]], what: str, lists: tuple[str, ...] = ()) -> None:
    """As `check_keys`, and every value of the sort that belongs there; `lists` are lists here though not elsewhere."""
    check_keys(item, shape, what)
    for key, value in item.items():
        kind, words = (list, "列表") if key in lists else _SORT_OF.get(key, (type(value), ""))
        if type(value) is not kind:
            raise FaultError(f"{what}的“{key}”写成了别的，应是{words}", key)


def _scheme(data: dict[str, Any], ledgers: Mapping[str, LedgerTemplate], origin: str) -> Scheme:
    _keys(data, _SCHEME, "考评方案", ("bad",))
    with at("ledger"):
        template = ledgers.get(data["ledger"])
        if template is None or template.fault:
            raise FaultError(f"方案用到的台账“{data['ledger']}”不存在，或模板不能用")
    bar = data.get("bar")
    with at("bar"):
        if bar is not None:
            _keys(bar, _BAR, "一票否决")
    return Scheme(
        key=data["key"],
        title=data["title"],
        edition=data["edition"],
        source=data["source"],
        template=template,
        where={key: tuple(map(str, wanted)) for key, wanted in data.get("where", {}).items()},
        by=data.get("by", ORGANISATION),
        subjects=data["subjects"],
        per=data["per"],
        each=data.get("each", ""),
        combine=data.get("combine", LAST),
        dated_by=data.get("dated_by", template.opened),
        confirmed=tuple(data.get("confirmed", ())),
        indicators=each("indicators", data.get("indicators", ()), _indicator),
        bands=each("bands", data.get("bands", ()), _band),
        grade=data.get("grade", ""),
        levels=tuple(data.get("levels", ())),
        bad=tuple(data.get("bad", ())),
        bad_years=data.get("bad_years", 2),
        bad_consequence=data.get("bad_consequence", ""),
        stars=each("stars", data.get("stars", ()), _star),
        bonus=data.get("bonus", ""),
        bar=Barring(bar["ledger"], bar["subject"], bar["why"], bar["from"], bar["to"]) if bar else None,
        says=tuple(data.get("says", ())),
        notice=data.get("notice", False),
        notified=data.get("notified", ""),
        notes=data.get("notes", ""),
        origin=origin,
    )


def number(value: Any, what: str) -> Fraction:
    """A number as a scheme writes it, exactly; raises `FaultError`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FaultError(f"{what}要写一个数")
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise FaultError(f"{what}要写一个数，不能是“{value}”") from None


def _indicator(item: dict[str, Any]) -> Indicator:
    _keys(item, _INDICATOR, "指标")
    label = f"指标“{item['label']}”"
    named = [source for source in SOURCES if source in item]
    if len(named) != 1:
        raise FaultError(f"{label}要写得分从哪里来，{'、'.join(SOURCES)}写一样")
    full, weight = number(item["full"], f"{label}的满分"), number(item.get("weight", 1), f"{label}的权重")
    if full <= 0 or weight <= 0:
        raise FaultError(f"{label}的满分和权重要大于零", "full" if full <= 0 else "weight")
    asked = item[named[0]]
    return Indicator(
        item["key"],
        item["label"],
        full,
        weight,
        named[0],
        asked if isinstance(asked, str) else "",
        item.get("star", ""),
        item.get("evidence", ""),
    )


def _band(item: dict[str, Any]) -> Band:
    _keys(item, _BAND, "分数段")
    at_least = number(item["at_least"], f"分数段“{item['label']}”的下限")
    return Band(item["label"], at_least, bool(item.get("bad", False)), item.get("consequence", ""))


def _star(item: dict[str, Any]) -> Star:
    _keys(item, _STAR, "星")
    share = number(item["share"], f"“{item['label']}”的得星线")
    if not 0 < share <= 100:
        raise FaultError(f"“{item['label']}”的得星线是百分数，要在0和100之间", "share")
    return Star(item["label"], share)


def _check(scheme: Scheme, ledgers: Mapping[str, LedgerTemplate]) -> None:
    if not _KEY.fullmatch(scheme.key):
        raise FaultError(f"键“{scheme.key}”只能用小写字母、数字、横线和下划线", "key")
    for place, value, wanted in (
        ("subjects", scheme.subjects, tuple(SUBJECTS)),
        ("per", scheme.per, PERIODS),
        ("combine", scheme.combine, (LAST, AVERAGE)),
    ):
        if value not in wanted:
            raise FaultError(f"{place} 只能是{'、'.join(wanted)}", place)
    for index, says in enumerate(scheme.says):
        if says not in SAYS:
            raise FaultError(f"says 里不认识“{says}”，可以写{'、'.join(SAYS)}", "says", index)
    if scheme.each and scheme.each not in GROUPS and not scheme.each.startswith(PREFIXES):
        raise FaultError(f"each 只能是{'、'.join(GROUPS)}，或 {'、'.join(PREFIXES)}后面写名称", "each")
    if "missing" in scheme.says and not scheme.each:
        raise FaultError("说谁没有打分，要用 each 写明应当有谁", "says")
    if "missing" in scheme.says and scheme.per == "week":
        raise FaultError("每周的缺了哪一周，由台账的周期说（检查 missed），不写在 says 里", "says")
    if not scheme.edition or not scheme.source:
        raise FaultError("要写版次和依据", "edition")
    _check_columns(scheme, ledgers)
    _check_indicators(scheme)
    _check_outcome(scheme)
    _refuse_residents(scheme)


def _check_columns(scheme: Scheme, ledgers: Mapping[str, LedgerTemplate]) -> None:
    template = scheme.template
    for place, key in (
        ("by", scheme.by),
        ("grade", scheme.grade),
        ("dated_by", scheme.dated_by or ""),
        ("notified", scheme.notified),
    ):
        if key and not (place == "by" and key == ORGANISATION):
            with at(place):
                found = _column(template, key)
                if place in ("dated_by", "notified") and found.type not in (FieldType.DATE, FieldType.MOMENT):
                    raise FaultError(f"列“{found.label}”不是日期列")
    for key in scheme.where:
        with at("where", key):
            _column(template, key)
    states = {state.key for state in template.states}
    for index, state in enumerate(scheme.confirmed):
        if state not in states:
            raise FaultError(f"台账“{template.title}”没有状态“{state}”", "confirmed", index)
    if scheme.bar is not None:
        with at("bar"):
            barred = ledgers.get(scheme.bar.ledger)
            if barred is None:
                raise FaultError(f"没有台账“{scheme.bar.ledger}”", "ledger")
            for key in (scheme.bar.subject, scheme.bar.reason, scheme.bar.start, scheme.bar.end):
                _column(barred, key)


def _column(template: LedgerTemplate, key: str) -> LedgerColumn:
    try:
        return template.column(key)
    except KeyError:
        raise FaultError(f"台账“{template.title}”没有列“{key}”") from None


def _check_indicators(scheme: Scheme) -> None:
    with at("indicators"):
        check_unique([one.key for one in scheme.indicators], "指标的键")
        check_unique([one.label for one in scheme.indicators], "指标")
    stars = {star.label for star in scheme.stars}
    for index, one in enumerate(scheme.indicators):
        with at("indicators", index):
            _check_source(scheme, one)
            if one.star and one.star not in stars:
                raise FaultError(f"指标“{one.label}”属于的星“{one.star}”不存在", "star")
    for index, star in enumerate(scheme.stars):
        if not any(one.star == star.label for one in scheme.indicators):
            raise FaultError(f"“{star.label}”一项指标也没有", "stars", index)


def _check_source(scheme: Scheme, one: Indicator) -> None:
    if one.source in LINES:
        rows = scheme.template.row_list(one.asked or one.source)
        if rows is None:
            raise FaultError(f"台账“{scheme.template.title}”没有分项“{one.asked or one.source}”", one.source)
        held = {column.name for column in rows.columns}
        if lacking := [name for name in LINES[one.source] if name not in held]:
            raise FaultError(f"分项“{rows.label}”缺少列“{lacking[0]}”，不能用来打分", one.source)
    elif one.source == FIGURE and not one.asked:
        raise FaultError(f"指标“{one.label}”要写是哪个统计数", FIGURE)
    elif one.source == VALUE:
        _amount(scheme, one.asked, NUMBER, VALUE)


def _amount(scheme: Scheme, text: str, holds: str, place: str) -> None:
    try:
        found = compiled(text, scope_of(scheme.template))
    except ExpressionError as fault:
        raise FaultError(f"算式有误：{fault}", place) from None
    if found.ranked or found.holds != holds:
        raise FaultError(f"算式“{text}”算出来的不是{'金额' if holds == MONEY else '数'}", place)


def _check_outcome(scheme: Scheme) -> None:
    marks = [band.at_least for band in scheme.bands]
    if marks != sorted(set(marks), reverse=True):
        raise FaultError("分数段要从高到低写，下限不能相同", "bands")
    if marks and scheme.indicators and marks[0] > scheme.full:
        raise FaultError(
            f"最高的分数段从{float(marks[0]):g}分起，而各项满分合计只有{float(scheme.full):g}分", "bands", 0
        )
    if scheme.bands and not scheme.indicators:
        raise FaultError("有分数段就要有指标", "bands")
    if not scheme.indicators and not scheme.grade:
        raise FaultError("要写指标，或者用 grade 写明哪一列是等次", "indicators")
    if scheme.grade and not scheme.levels:
        raise FaultError("有等次列，就要用 levels 从好到差写明各等次", "levels")
    for index, bad in enumerate(scheme.bad):
        if bad not in scheme.all_levels:
            raise FaultError(f"“{bad}”不是等次之一", "bad", index)
    if type(scheme.bad_years) is not int or scheme.bad_years < 2:
        raise FaultError("bad_years 是几年，至少2", "bad_years")
    if scheme.bonus:
        _amount(scheme, scheme.bonus, MONEY, "bonus")


def _refuse_residents(scheme: Scheme) -> None:
    """A rank is for organisations, and for members and workers in their duty; never of residents or volunteers."""
    if scheme.subjects == OTHERS and scheme.indicators:
        raise FaultError(
            "群众、家庭、志愿者不打分、不排名；可以建：只登记正面荣誉的方案（grade 写荣誉类别，不写指标）", "subjects"
        )
    if scheme.subjects == ORGANISATION or not scheme.indicators:
        return
    about = "　".join((scheme.title, scheme.template.title, *(one.label for one in scheme.indicators)))
    word = residents_in(about)
    if word is not None:
        raise FaultError(f"方案说到“{word}”，不给居民和志愿者打分排名；可以建：队伍的服务时长，按队公布", "title")
