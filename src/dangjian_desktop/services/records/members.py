"""Writing members: the form's fields on one side, stays and categories as keyed sets on the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.records import members as rules
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.values.id_numbers import check_id_number
from dangjian_desktop.domain.values.partial_dates import parse_date
from dangjian_desktop.services.office.office import Office

from . import stays


def creation(
    office: Office,
    values: Mapping[str, Any],
    *,
    first_of_unit: bool,
    stay_key: str | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """The row of a new member from stored values: birth and sex from the ID number, the first stay, categories."""
    row = dict(values)
    stay = {target: value for source, target in STAY_FIELDS.items() if (value := row.pop(source, None)) is not None}
    codes = row.pop("categories", None)
    fill_from_id_number(office, row)
    row |= rules.highest_study(row, {})
    if row.get("member_class") is None and row.get("confirmed_on"):
        row["member_class"] = rules.FULL
    joined_on, today = row.get("joined_on"), on or office.today()
    if not stay.get("in_kind"):
        stay["in_kind"] = rules.entry_kind(joined_on, base_date=office.base_date, on=today, first_of_unit=first_of_unit)
    if not stay.get("from_on"):
        stay["from_on"] = _entered_on(office, stay["in_kind"], joined_on, today)
    row["memberships"] = {stay_key or new_id(): stay}
    if codes:
        row["categories"] = {code: {"category": code} for code in codes}
    return row


ENTRIES = (rules.OPENING, rules.ADMITTED, "I2", "I3", "I4", rules.TRANSFERRED_IN, "I6")
"""Ways to come in that a person can choose for somebody new: everything but a move inside the street."""


def typed_in(office: Office, values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values of somebody new with 怎么来的 and its day, as far as they follow from what was said.

    Raises `UserError` (`required`) naming what is missing: nobody is counted in a quarter by default.
    """
    told = dict(values)
    if not told.get("member_class") and not told.get("confirmed_on"):
        raise UserError(
            "required",
            "缺少“人员类别”。",
            effect="没有新建，数据没有改动。",
            advice="请写明是正式党员还是预备党员，例如 member_class=正式党员；不写就不知道算在哪一类。",
        )
    kind, day = rules.known_entry(told, base_date=office.base_date, on=office.today())
    if not kind or not day:
        missing = "”和“".join(["进入类型"] * (not kind) + ["进入本支部日期"] * (not day))
        raise UserError(
            "required",
            f"缺少“{missing}”：要写明这名党员是怎么来的（建账时已在、发展、转入、恢复）和哪一天。",
            effect="没有新建，数据没有改动。",
            advice="例如 entered_kind=转入 entered_on=2026-09-01；建账时已在的写 entered_kind=建账。",
        )
    if kind not in ENTRIES:
        raise UserError(
            "bad_value",
            "新登记的党员不能选“内部调整”。",
            effect="没有新建，数据没有改动。",
            advice="已在册的请打开他的资料调整支部；从外面来的请选转入。",
        )
    return told | {"entered_kind": kind, "entered_on": day}


def _entered_on(office: Office, in_kind: str, joined_on: str | None, today: date) -> str:
    if in_kind == rules.OPENING:
        return office.base_date.isoformat()
    if in_kind == rules.ADMITTED and joined_on:
        return joined_on
    return today.isoformat()


def fill_from_id_number(office: Office, row: dict[str, Any]) -> None:
    """Take birth date and sex from the ID number where they were not given."""
    number = row.get("id_number")
    if not number or (row.get("birth_on") and row.get("sex")):
        return
    check = check_id_number(number, on=office.today())
    if check.ok:
        row["birth_on"] = row.get("birth_on") or check.birth_on
        row["sex"] = row.get("sex") or check.sex


SOURCES = ("id_number", "entered_kind", "entered_on", "joined_on")
"""The fields from which others of a new member follow."""


def following(office: Office, values: Mapping[str, Any]) -> dict[str, str]:
    """What follows from what was typed of a new member so far: sex, birth, 怎么来的 and its day; nothing guessed."""
    row = {name: value for name, value in values.items() if not name.endswith("_on") or _is_day(str(value))}
    fill_from_id_number(office, row)
    kind, day = rules.known_entry(row, base_date=office.base_date, on=office.today())
    told = {"sex": row.get("sex"), "birth_on": row.get("birth_on"), "entered_kind": kind, "entered_on": day}
    return {name: value for name, value in told.items() if value and not values.get(name)}


def _is_day(text: str) -> bool:
    return parse_date(text).value == text


def edits(current: Mapping[str, Any], values: Mapping[str, Any], since: str, *, named: bool = False) -> dict[str, Any]:
    """The paths an edit moves, from stored values: what tells where a member belongs goes to the stays."""
    moved = {k: v for k, v in values.items() if k not in STAY_FIELDS and k != "categories"}
    moved |= stays.edits(current, values, since, named=named)
    if "categories" in values:
        moved |= _category_edits(current, values["categories"] or [], since)
    return moved


def _category_edits(current: Mapping[str, Any], codes: Collection[str], since: str) -> dict[str, Any]:
    open_ones = {c["category"]: (k, c) for k, c in current["categories"].items() if not c.get("to_on")}
    moved: dict[str, Any] = {}
    for code, (key, category) in open_ones.items():
        if code not in codes:
            moved[f"categories.{key}"] = {**category, "to_on": since}
    for code in codes:
        if code not in open_ones:
            moved[f"categories.{code}@{since}"] = {"category": code, "from_on": since}
    return moved
