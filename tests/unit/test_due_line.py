"""What a line of 要办的事 says: nothing twice."""

from __future__ import annotations

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.ui.pages.home.due_line import lines


def test_a_sentence_is_not_said_twice_in_one_line() -> None:
    group = Finding("MEETING", "warning", "未按时开会：1 个", due_on="2026-09-30", detail="今天到期")
    assert lines(group) == ("未按时开会：1 个", "", "今天到期")
    one = Finding("TERM", "error", "任期已经届满。", due_on="2026-03", subject="甲支部", detail="已超过 207 天　先")
    assert lines(one) == ("甲支部", "任期已经届满。", "已超过 207 天")
