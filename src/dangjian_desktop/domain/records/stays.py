"""Stays (组织关系) of one member: one after another, never two at once, none that ends before it begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from .spans import newest, newest_stay

DEAD, SUSPENDED = "O3", "O2"
PROBATION_CANCELLED = "O16"
MOVE, TRANSFERRED_IN, RESTORED, RESTORED_AFTER_SUSPENSION = "move", "I5", "I3", "I4"
BACK = {SUSPENDED: RESTORED_AFTER_SUSPENSION, "O4": TRANSFERRED_IN, "O5": TRANSFERRED_IN, MOVE: TRANSFERRED_IN}
"""How somebody comes back who left in one of these ways; after any other it has to be said."""

Stay = Mapping[str, Any]


class Clash(NamedTuple):
    """Why stays cannot be, and what to do about it."""

    message: str
    advice: str


def clash(stays: Iterable[Stay]) -> Clash | None:
    """Why these stays of one person cannot be true together; None where they can.

    A stay lasts from its first day up to, not including, the day it ended (`spans`); a month or a year begins on its
    first day and ends on its last, so that nobody ever stands in two branches.
    """
    order = sorted(stays, key=lambda s: (_begin(s), last_day(s["to_on"]) if s.get("to_on") else date.max))
    for stay in order:
        if stay.get("to_on") and _begin(stay) > last_day(stay["to_on"]):
            return Clash(
                f"离开日期{stay['to_on']}早于进入日期{stay['from_on']}。",
                "请核对日期；离开后又回来的，请填写所在党支部和回来的日期。",
            )
    for before, after in zip(order, order[1:], strict=False):
        ended, begun = before.get("to_on"), after.get("from_on")
        if not ended:
            return Clash("同一名党员有两段组织关系同时没有结束。", "请先登记从原支部离开的日期。")
        if last_day(ended) > _begin(after):
            return _overlap(ended, begun)
    return None


def _overlap(ended: str, begun: str | None) -> Clash:
    if begun and (ended.startswith(begun) or begun.startswith(ended)):
        # Neither date is wrong: they only do not tell which came first.
        return Clash(
            f"上一段组织关系到{ended}结束，{begun}又进入：没有写到日的，进入按期初算，离开按期末算，两段重叠。",
            "请把进入和离开的日期都写到日。",
        )
    return Clash(
        f"进入日期{begun or '（没有填写）'}早于上一段组织关系的离开日期{ended}。",
        "请核对日期。" if _is_day(ended) else "离开日期不到日的按期末算，请把两个日期都写到日。",
    )


def _begin(stay: Stay) -> date:
    return first_day(stay["from_on"]) if stay.get("from_on") else date.min


def _is_day(partial: str) -> bool:
    return len(partial) == len("2026-01-01")


def open_key(stays: Mapping[str, Stay]) -> str | None:
    """The key of the stay that has not ended, the newest of several; None for somebody who left."""
    return _key(newest({**stay, "key": key} for key, stay in stays.items() if not stay.get("to_on")))


def last_key(stays: Mapping[str, Stay]) -> str | None:
    """The key of the stay that ended last; None where there is none."""
    return _key(newest_stay({**stay, "key": key} for key, stay in stays.items()))


def _key(stay: Stay | None) -> str | None:
    return str(stay["key"]) if stay else None
