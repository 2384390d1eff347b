"""Edits of where a member belongs: the form's fields on one side, stays as a keyed set on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.records import stays as rules
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.values.partial_dates import first_day

STAYS = "memberships"
"""The keyed set of a member's stays."""

UNCHANGED = "没有保存，数据没有改动。"


def edits(current: Mapping[str, Any], values: Mapping[str, Any], since: str, *, named: bool = False) -> dict[str, Any]:
    """The paths that move when fields of the stay are typed; `since` is the day from which it holds, said or today.

    A new branch ends the open stay and begins another; a branch given for somebody who left begins a new stay, also
    in the same branch. Raises `UserError` for stays that cannot be (`stays`) and for what is missing (`required`).
    """
    typed = {STAY_FIELDS[name]: value for name, value in values.items() if name in STAY_FIELDS}
    if not typed:
        return {}
    held: Mapping[str, dict[str, Any]] = current[STAYS]
    key = rules.open_key(held)
    if key is not None:
        if named:
            _refuse_there_already(held[key], typed, since)
        moved = _in_force(held[key], key, typed, since)
    elif typed.get("organisation"):
        moved = _come_back(held, typed, since)
    else:
        moved = _corrected(held, typed)
    # What came in by a merge and cannot be is mended step by step.
    if rules.clash(held.values()) is None:
        require_possible({**held, **moved}.values())
    return {f"{STAYS}.{stay}": value for stay, value in moved.items()}


def require_possible(stays: Any) -> None:
    """Raise `UserError` (`stays`) for stays of one person that overlap, run backwards or are open twice."""
    found = rules.clash(stay for stay in stays if stay is not None)
    if found is not None:
        raise UserError("stays", found.message, effect=UNCHANGED, advice=found.advice)


def _refuse_there_already(stay: dict[str, Any], typed: dict[str, Any], since: str) -> None:
    """A branch said to hold from a day before the member came into it: nothing would move, so it is not passed over."""
    entered = stay.get("from_on")
    if typed.get("organisation") != stay.get("organisation") or "from_on" in typed or not entered:
        return
    if typed["organisation"] and first_day(since) < first_day(entered):
        raise UserError(
            "stays",
            f"这名党员现在就在这个支部，记的是{entered}进入，不是{since}。",
            effect=UNCHANGED,
            advice="进入日期写错了的，请改“进入本支部日期”；中间离开过的，请先登记离开。",
        )


def _in_force(stay: dict[str, Any], key: str, typed: dict[str, Any], since: str) -> dict[str, Any]:
    moved = {name: value for name, value in typed.items() if stay.get(name) != value}
    if "organisation" in moved and moved["organisation"] is None:
        raise UserError("required", "“所在党支部”不能为空；党员离开请填离开日期和离开类型。", effect=UNCHANGED)
    if moved.get("out_kind") and not moved.get("to_on"):
        moved["to_on"] = since
    if moved.get("to_on") and not moved.get("out_kind"):
        raise UserError("required", "填写了离开日期，还要选择离开类型。", effect=UNCHANGED)
    if not moved:
        return {}
    if "organisation" not in moved or not stay.get("organisation"):
        return {key: {**stay, **moved}}
    begin, entered = typed.get("from_on") or since, stay.get("from_on") or ""
    if begin == entered or (typed.get("from_on") and begin < entered):
        # It was this branch all the time: the one written before was a mistake.
        return {key: {**stay, **moved}}
    if entered and first_day(begin) < first_day(entered):
        raise UserError(
            "stays",
            f"调整的日期{begin}早于进入现在这个支部的日期{entered}。",
            effect=UNCHANGED,
            advice="请核对日期；原来的支部写错了的，请同时填写进入本支部日期。",
        )
    ended = {**stay, "to_on": begin, "out_kind": rules.MOVE}
    return {key: ended, new_id(): {"in_kind": rules.MOVE, **moved, "from_on": begin}}


def _come_back(held: Mapping[str, dict[str, Any]], typed: dict[str, Any], since: str) -> dict[str, Any]:
    last = held.get(rules.last_key(held) or "", {})
    left = last.get("out_kind")
    if left == rules.DEAD:
        raise UserError(
            "stays",
            "这名党员登记为已故，不能再编入支部。",
            effect=UNCHANGED,
            advice="登记错了的，请撤销那次操作，或者先改正离开类型。",
        )
    how = typed.get("in_kind") or (rules.BACK.get(left or "") if last else rules.TRANSFERRED_IN)
    if not how:
        raise UserError(
            "required",
            "这名党员已经出党，要写明是怎么回来的。",
            effect=UNCHANGED,
            advice="请同时填写“进入类型”：恢复党籍或重新入党。",
        )
    # The figures show who came back after a suspension by itself; the record knows how the member had left.
    if how == rules.RESTORED and left == rules.SUSPENDED:
        how = rules.RESTORED_AFTER_SUSPENSION
    begun = {name: value for name, value in typed.items() if value is not None}
    return {new_id(): {**begun, "in_kind": how, "from_on": typed.get("from_on") or since}}


def _corrected(held: Mapping[str, dict[str, Any]], typed: dict[str, Any]) -> dict[str, Any]:
    """The stay that ended last, corrected; emptying the day of leaving takes the leaving back."""
    key = rules.last_key(held)
    if key is None:
        raise UserError("required", "这名党员还没有所在党支部，请先填写。", effect=UNCHANGED)
    moved = {name: value for name, value in typed.items() if held[key].get(name) != value}
    if "to_on" in moved and moved["to_on"] is None:
        moved |= {"out_kind": None, "destination": None}
    elif "out_kind" in moved and moved["out_kind"] is None:
        raise UserError("required", "离开类型不能为空。", effect=UNCHANGED, advice="没有离开的，请同时清空离开日期。")
    return {key: {**held[key], **moved}} if moved else {}
