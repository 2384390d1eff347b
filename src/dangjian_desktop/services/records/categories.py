"""党员分类: one classification of a member from a day to a day, with its reason; several hold at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.values.partial_dates import first_day, last_day, parse_date
from dangjian_desktop.services.office.office import Office

from . import records
from .records import Saved

UNCHANGED = "没有保存，数据没有改动。"


@dataclass(frozen=True, slots=True)
class HeldCategory:
    """One classification of a member as it stands; days are partial dates, an empty text where none is known."""

    key: str
    category: str
    name: str
    from_on: str
    to_on: str
    reason: str


def listed(office: Office, member: str) -> list[HeldCategory]:
    """All classifications of a member: those that hold first, each part newest first; raises `UserError`."""
    found = [
        HeldCategory(
            key,
            one["category"],
            _name(office, one["category"]),
            one.get("from_on") or "",
            one.get("to_on") or "",
            one.get("reason") or "",
        )
        for key, one in _of(office, member).items()
    ]
    found.sort(key=lambda one: (one.from_on, one.to_on), reverse=True)
    return sorted(found, key=lambda one: bool(one.to_on))


def begin(
    office: Office,
    member: str,
    category: str,
    *,
    since: str | None = None,
    until: str | None = None,
    reason: str = "",
) -> Saved:
    """Give a member a classification (by name or code) from `since` on, today unless given.

    `until` is the day a former one ended on. Raises `UserError`: `bad_value` for an unknown one or days that cannot
    be, `exists` where it holds already.
    """
    code = code_of(office, category)
    held = _of(office, member)
    day = records.effective_day(office, since)
    value: dict[str, Any] = {"category": code, "from_on": day, "reason": reason.strip() or None}
    if until:
        value["to_on"] = _day(office, until)
    if not until and any(one["category"] == code and not one.get("to_on") for one in held.values()):
        raise UserError("exists", f"这名党员已经是“{_name(office, code)}”。", effect=UNCHANGED)
    key = code if code not in held else f"{code}@{day}"
    while key in held:
        key += "+"
    _require_possible(office, held, key, value)
    return _put(office, member, key, value, "登记")


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
    _require_possible(office, held, key, moved)
    return _put(office, member, key, moved, "修改")


def remove(office: Office, member: str, key: str) -> Saved:
    """Take out one classification that was recorded by mistake; raises `UserError` (`not_found`)."""
    held = _of(office, member)
    if key not in held:
        raise UserError("not_found", "没有找到这条党员分类。", effect=UNCHANGED)
    return _put(office, member, key, None, "删除", held[key]["category"])


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


def _require_possible(
    office: Office, held: Mapping[str, Mapping[str, Any]], key: str, value: Mapping[str, Any]
) -> None:
    """Refuse an end before the beginning, and a time in which the same classification is already recorded."""
    begun, ended = value.get("from_on"), value.get("to_on")
    if begun and ended and last_day(ended) < first_day(begun):
        raise UserError("bad_value", f"结束日期{ended}早于开始日期{begun}。", effect=UNCHANGED)
    for other_key, other in held.items():
        if other_key != key and other["category"] == value["category"] and _overlap(value, other):
            raise UserError(
                "exists",
                f"这名党员{_span(other)}已经登记为“{_name(office, value['category'])}”，时间重叠。",
                effect=UNCHANGED,
                advice="请改开始或结束日期，或者修改已有的那一条。",
            )


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two times surely share a day; years and months are given the benefit of the doubt."""
    return _starts_before_end(one, other) and _starts_before_end(other, one)


def _starts_before_end(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    begun, ended = one.get("from_on"), other.get("to_on")
    return not begun or not ended or last_day(begun) < first_day(ended)


def _span(one: Mapping[str, Any]) -> str:
    begun = f"从{one['from_on']}起" if one.get("from_on") else ""
    return begun + (f"到{one['to_on']}" if one.get("to_on") else "")


def _put(office: Office, member: str, key: str, value: dict[str, Any] | None, verb: str, category: str = "") -> Saved:
    view = records.get(office, "member", member)
    label = f"{verb}党员“{view.title}”的分类：{_name(office, category or (value or {})['category'])}"
    with office.operation(label) as work:
        work.change("member", member, {f"categories.{key}": value})
    return Saved(member, work.change_set, view.findings)
