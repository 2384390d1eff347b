"""A member who is typed in is counted as he came: 人员类别, 怎么来的 and the day are asked for, never assumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from office_kit import add_branch, id_number, new_office

STARRED = {"name": "王小明", "id_number": id_number(), "organisation": "甲支部"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    add_branch(opened, "甲支部")
    yield opened
    opened.close()


def entry(office: Office, **typed: str) -> tuple[Any, Any]:
    values = records.get(office, "member", records.add(office, "member", {**STARRED, **typed}).id).values
    return values["entered_kind"], values["entered_on"]


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({}, "人员类别"),
        ({"member_class": "正式党员"}, "怎么来的"),
        ({"member_class": "正式党员", "entered_kind": "转入"}, "进入本支部日期"),
        ({"member_class": "正式党员", "entered_on": "2026-05-01"}, "进入类型"),
        ({"member_class": "正式党员", "entered_on": "2026-05-01", "entered_kind": "内部调整"}, "内部调整"),
    ],
)
def test_what_is_not_said_is_asked_for(office: Office, typed: dict[str, str], missing: str) -> None:
    with pytest.raises(UserError, match=missing) as refused:
        entry(office, **typed)
    assert refused.value.effect
    assert records.counts(office)["member"] == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"entered_kind": "建账"}, ("opening", "2026-01-01")),
        ({"entered_kind": "建账时已在"}, ("opening", "2026-01-01")),
        ({"entered_on": "2026-01-01"}, ("opening", "2026-01-01")),
        ({"entered_on": "2019-03"}, ("opening", "2019-03")),
        ({"entered_kind": "转入", "entered_on": "2026-05-01"}, ("I5", "2026-05-01")),
        ({"entered_kind": "发展", "joined_on": "2026-06-30"}, ("I1", "2026-06-30")),
        ({"entered_on": "2026-06-30", "joined_on": "2026-06-30"}, ("I1", "2026-06-30")),
    ],
)
def test_what_follows_from_what_was_said_is_taken(
    office: Office, typed: dict[str, str], expected: tuple[str, str]
) -> None:
    assert entry(office, member_class="预备党员", **typed) == expected


def test_the_class_follows_from_the_day_of_confirmation_and_is_not_emptied(office: Office) -> None:
    made = records.add(office, "member", {**STARRED, "confirmed_on": "2001-07-01", "entered_kind": "建账"}).id
    assert records.get(office, "member", made).values["member_class"] == "1"
    with pytest.raises(UserError, match="人员类别"):
        records.edit(office, "member", made, {"member_class": ""})
