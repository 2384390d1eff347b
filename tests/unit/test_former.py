"""Former values of dated fields: whatever order the days are told in, the last word on a day holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.records.former import rewritten, told_later
from dangjian_desktop.domain.records.spans import OnDay, former_on

_FIRST = date(2026, 1, 1)
_TOLD = st.lists(st.tuples(st.integers(1, 40), st.sampled_from("甲乙丙")), max_size=8)


def _on(held: dict[str, Any], now: str, day: date) -> str:
    rows = [(row["attribute"], row["until"], row["value"]) for row in held.values()]
    return str(former_on(rows, OnDay.of(day)).get("parent", now))


@given(_TOLD)
def test_the_last_word_on_a_day_holds(told: list[tuple[int, str]]) -> None:
    held: dict[str, Any] = {}
    now, truth = "甲", ["甲"] * 60
    for offset, value in told:
        day = (_FIRST + timedelta(days=offset)).isoformat()
        for key, row in rewritten(held, "parent", now, value, day).items():
            if row is None:
                del held[key]
            else:
                held[key] = row
        now = value
        truth[offset:] = [value] * (60 - offset)
    assert [_on(held, now, _FIRST + timedelta(days=n)) for n in range(60)] == truth


def test_other_fields_and_earlier_days_are_left_alone() -> None:
    held = {
        "name@2026-08-01": {"attribute": "name", "value": "旧名", "until": "2026-08-01"},
        "parent@2026-03": {"attribute": "parent", "value": "甲", "until": "2026-03"},
    }
    moved = rewritten(held, "parent", "乙", "丙", "2026-05-01")
    assert moved == {"parent@2026-05-01": {"attribute": "parent", "value": "乙", "until": "2026-05-01"}}
    assert not told_later(held, "parent", "2026-05-01")
    assert told_later(held, "parent", "2026-02-01")
    assert rewritten(held, "parent", "乙", "丙", "2026-03-01") == {}
