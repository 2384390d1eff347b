"""Who is named in a column: the same person with and without titles, different offices apart."""

from __future__ import annotations

import pytest

from dangjian_desktop.domain.ledgers.persons import people


@pytest.mark.parametrize(
    "written",
    ["王小明", "王 小明", "王小明（社区）", "王小明(代)", "王小明同志", "王小明书记", "书记王小明",
     "支部书记：王小明", "王小明副主任",
     "王\u200b小明", "李四；王小明", "李四/王小明"],
)  # fmt: skip
def test_an_owner_is_known_with_title_and_remark(written: str) -> None:
    assert people("王小明") & people(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("社区书记", "社区主任"),
        ("王明", "王明华"),
        ("支部书记", "支部委员"),
        ("王书记", "王主任"),
        ("党支部", "党支部书记"),
    ],
)
def test_two_offices_or_two_names_are_two(one: str, other: str) -> None:
    assert not people(one) & people(other)
    assert people(one)


def test_nobody_is_nobody() -> None:
    assert people(None) == people("") == people("、 ；") == frozenset()
