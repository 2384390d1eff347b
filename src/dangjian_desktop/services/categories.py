"""党员分类: one classification of a member from a day to a day, with its reason; several hold at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.partial_dates import first_day, last_day, parse_date

from . import records
from .office import Office
from .records import Saved

UNCHANGED = "没有保存，数据没有改动。"


def begin(office: Office, member: str, category: str, *, since: str | None = None, reason: str = "") -> Saved:
    """Give a member a classification (by name or code) from `since` on, today unless given.

    Raises `UserError`: `bad_value` for an unknown one, `exists` where it holds already.
    """
    code = code_of(office, category)
    held = _of(office, member)
    if any(one["category"] == code and not one.get("to_on") for one in held.values()):
        raise UserError("exists", f"这名党员已经是“{_name(office, code)}”。", effect=UNCHANGED)
    day = records.effective_day(office, since)
    key = code if code not in held else f"{code}@{day}"
    return _put(office, member, key, {"category": code, "from_on": day, "reason": reason.strip() or None}, "登记")


def end(office: Office, member: str, category: str, *, on: str | None = None, reason: str | None = None) -> Saved:
    """End a classification that holds, on `on` (today unless given); a `reason` replaces the one written before.

    Raises `UserError` (`not_found`) where it does not hold, `bad_value` for a day before its first.
    """
    code = code_of(office, category)
    key, _ = standing(office, member, code)
    values: dict[str, Any] = {"to_on": records.effective_day(office, on)}
    return change(office, member, key, values if reason is None else values | {"reason": reason})


def change(office: Office, member: str, key: str, values: Mapping[str, Any]) -> Saved:
    """Correct one classification by its key: `values` may hold `from_on`, `to_on` and `reason` as typed.

    Raises `UserError`: `not_found` for an unknown key, `bad_value` for days that cannot be.
    """
    held = _of(office, member)
    if key not in held:
        raise UserError("not_found", "没有找到这条党员分类。", effect=UNCHANGED)
    moved = dict(held[key])
    for name in ("from_on", "to_on"):
        if name in values:
            moved[name] = _day(office, str(values[name])) if values[name] else None
    if "reason" in values:
        moved["reason"] = str(values["reason"] or "").strip() or None
    begun, ended = moved.get("from_on"), moved.get("to_on")
    if begun and ended and last_day(ended) < first_day(begun):
        raise UserError("bad_value", f"结束日期{ended}早于开始日期{begun}。", effect=UNCHANGED)
    return _put(office, member, key, moved, "修改")


def standing(office: Office, member: str, category: str) -> tuple[str, dict[str, Any]]:
    """The key and the value of a classification that holds; raises `UserError` (`not_found`)."""
    code = code_of(office, category)
    for key, one in _of(office, member).items():
        if one["category"] == code and not one.get("to_on"):
            return key, dict(one)
    raise UserError("not_found", f"这名党员现在不是“{_name(office, code)}”。", effect=UNCHANGED)


def code_of(office: Office, category: str) -> str:
    """The code of a classification by name or code; raises `UserError` (`bad_value`)."""
    code = office.codes.code_of("category", category.strip())
    if code is None:
        known = "、".join(name for _, name in office.codes.choices("category"))
        raise UserError("bad_value", f"没有“{category}”这个党员分类。", effect=UNCHANGED, advice=f"可填：{known}。")
    return code


def _name(office: Office, code: str) -> str:
    return office.codes.name("category", code)


def _of(office: Office, member: str) -> dict[str, dict[str, Any]]:
    return records.get(office, "member", member).children["categories"]


def _day(office: Office, text: str) -> str:
    day = parse_date(text).value
    if day is None:
        raise UsageError("bad_date", f"日期“{text}”不能用，请写成2026-09-30。", effect=UNCHANGED)
    if first_day(day) > office.today():
        raise UserError("later", f"日期{day}晚于今天。", effect=UNCHANGED, advice="到那天再登记。")
    return day


def _put(office: Office, member: str, key: str, value: dict[str, Any], verb: str) -> Saved:
    view = records.get(office, "member", member)
    label = f"{verb}党员“{view.title}”的分类：{_name(office, value['category'])}"
    with office.operation(label) as work:
        work.change("member", member, {f"categories.{key}": value})
    return Saved(member, work.change_set, view.findings)
