"""Each kind of check: one that fires, one that is silent, and both sides of its boundary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.checks.catalogue import KINDS, checks_of
from dangjian_desktop.domain.ledgers.checks.running import Ledger, findings_of
from dangjian_desktop.domain.ledgers.checks.spec import Group, SeenEntry
from dangjian_desktop.domain.ledgers.ledger_templates import read_template
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.rules.rulebook import RuleBook
from dangjian_desktop.domain.values.working_days import WorkCalendar, read_years

TODAY = date(2026, 11, 30)
CALENDAR = WorkCalendar(
    {y.year: y for y in read_years(resource("calendar").joinpath("holidays.toml").read_text("utf-8"))}
)
COLUMNS = [
    {"name": "title_text", "label": "事项"},
    {"name": "full", "label": "满分", "type": "integer"},
    {"name": "score", "label": "得分", "type": "decimal", "places": 1},
    {"name": "cost", "label": "金额", "type": "money"},
    {"name": "found_on", "label": "列入", "type": "date"},
    {"name": "due_on", "label": "期限", "type": "date"},
    {"name": "done_on", "label": "完成", "type": "date"},
    {"name": "begins", "label": "开始", "type": "moment"},
    {"name": "ends", "label": "结束", "type": "moment"},
    {"name": "owner", "label": "责任人"},
    {"name": "checker", "label": "核查人"},
    {"name": "place", "label": "地点"},
    {"name": "agreed", "label": "同意", "type": "boolean"},
    {"name": "other_unit", "label": "对方", "type": "organisation"},
    {"name": "result", "label": "结果", "type": "choice", "choices": ["好", "差"]},
]
ROWS = [
    {"name": "steps", "label": "措施", "columns": [
        {"name": "what", "label": "内容"},
        {"name": "on", "label": "日期", "type": "date"},
        {"name": "done", "label": "完成", "type": "date"},
        {"name": "mark", "label": "分", "type": "decimal", "places": 1},
    ]}
]  # fmt: skip
STATES = [{"key": "open", "label": "办理中"}, {"key": "closed", "label": "已办结", "terminal": True}]
MOVES = [{"source": "open", "target": "closed", "roles": ["clerk"]}]


class FakeStreet(NamedTuple):
    """A street of four branches below two communities."""

    others: Mapping[str, Sequence[SeenEntry]] = {}
    numbers: Mapping[str, Fraction] = {}
    calendar: WorkCalendar = CALENDAR

    def rows(self, ledger: str) -> Sequence[SeenEntry] | None:
        return self.others.get(ledger)

    def group(self, name: str) -> Group | None:
        groups = {
            "branch": Group("organisation", {"b1": "甲支部", "b2": "乙支部"}),
            "community": Group("organisation", {"c1": "一社区", "c2": "二社区"}),
            "category:流动党员": Group("member", {"m1": "张三"}),
        }
        return groups.get(name)

    def above(self, unit: str) -> Sequence[str]:
        return {"b1": ["b1", "c1"], "b2": ["b2", "c2"]}.get(unit, [unit])

    def figure(self, key: str) -> Fraction | None:
        return self.numbers.get(key)

    def shown(self, value: Any) -> str:
        return {"b1": "甲支部", "b2": "乙支部"}.get(str(value), str(value))


STREET = FakeStreet()


def template(check: Mapping[str, Any], **more: Any) -> Any:
    data = {
        "key": "test",
        "title": "试台账",
        "ledger_class": "特色党建工作",
        "columns": COLUMNS,
        "rows": ROWS,
        "states": STATES,
        "transitions": MOVES,
        "opened": "found_on",
        "checks": [{"key": "one", "title": "试一条", **check}],
        **more,
    }
    return read_template(json.dumps(data, ensure_ascii=False))


def row(
    number: int, unit: str = "b1", *, settled: str | None = None, opened: str = "2026-06-01", **values: Any
) -> SeenEntry:
    state = "closed" if settled else "open"
    kept = {key.replace("__", "."): value for key, value in values.items()}
    return SeenEntry(f"e{number}", unit, f"S-{number}", f"第{number}件", state, None, opened, settled, kept)


def run(
    check: Mapping[str, Any],
    rows: Sequence[SeenEntry],
    *,
    today: date = TODAY,
    street: FakeStreet = STREET,
    **more: Any,
) -> list[Finding]:
    made = template(check, **more)
    checks = checks_of(made)
    ask = Ask(RuleBook({each.rule.code: each.rule for each in checks}), today)
    return list(findings_of(Ledger(made, checks, rows, {"b1": "甲支部"}), ask, street))


def told(check: Mapping[str, Any], *rows: SeenEntry, **more: Any) -> list[str]:
    return [finding.message for finding in run(check, rows, **more)]


def test_every_kind_of_the_catalogue_is_tried_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [name for name in KINDS if f'"kind": "{name}"' not in text] == []


def test_equals() -> None:
    check = {"kind": "equals", "left": "full", "right": "sum(steps.mark)"}
    assert told(check, row(1, full=3, steps__a={"mark": "1.5"}, steps__b={"mark": "1.5"})) == []
    assert told(check, row(1, full=3, steps__a={"mark": "2.9"})) == ["对不上：3 和 2.90 应当相等。"]
    assert told(check, row(1, full=3, steps__a={})) == []  # a missing part is not zero


@pytest.mark.parametrize(
    ("check", "silent", "fires"),
    [
        ({"kind": "at_least", "value": "score", "limit": 60}, "60", "59.9"),
        ({"kind": "at_most", "value": "score", "limit": "60.5"}, "60.5", "60.6"),
        ({"kind": "below", "value": "score", "mark": 70}, "70", "69.9"),
        ({"kind": "above", "value": "score", "mark": 90}, "89.9", "90"),
    ],
)
def test_limits_and_marks(check: dict[str, Any], silent: str, fires: str) -> None:
    assert told(check, row(1, score=silent), row(2)) == []
    assert len(told(check, row(1, score=fires))) == 1


def test_a_limit_of_money_is_in_yuan_and_may_be_an_expression() -> None:
    check = {"kind": "at_most", "value": "cost", "limit": 100}
    assert told(check, row(1, cost=10_000)) == []
    assert told(check, row(1, cost=10_001)) == ["是 100.01元，不应超过 100.00元。"]
    other = {"kind": "at_most", "value": "score", "limit_of": "full"}
    assert told(other, row(1, score="5", full=5), row(2, score="5")) == []
    assert len(told(other, row(1, score="5.1", full=5))) == 1


def test_condition() -> None:
    check = {"kind": "condition", "when": "done_on < found_on", "sentence": "办结早于列入。"}
    assert told(check, row(1, found_on="2026-05-02", done_on="2026-05-02"), row(2, found_on="2026-05-02")) == []
    assert told(check, row(1, found_on="2026-05-02", done_on="2026-05-01")) == ["办结早于列入。"]


def test_empty() -> None:
    check = {"kind": "empty", "columns": ["owner", "steps"]}
    assert told(check, row(1, owner="张三", steps__a={"what": "x"})) == []
    assert told(check, row(1, owner=" ")) == ["没有填责任人、措施。"]
    assert told(check | {"all": True}, row(1, owner="张三")) == []
    assert told(check, row(1, settled="2026-07-01")) == []
    later = check | {"days": 30}
    assert told(later, row(1, opened="2026-10-31")) == []
    assert len(told(later, row(1, opened="2026-10-30"))) == 1


def test_evidence() -> None:
    check = {"kind": "evidence", "states": ["closed"], "columns": ["steps"]}
    assert told(check, row(1), row(2, settled="2026-07-01", steps__a={"what": "x"})) == []
    assert len(told(check, row(1, settled="2026-07-01"))) == 1
    with pytest.raises(ValueError, match="要写哪些状态"):
        template({"kind": "evidence", "columns": ["steps"]})


def test_older_than() -> None:
    check = {"kind": "older_than", "date": "found_on", "days": 30}
    assert told(check, row(1, found_on="2026-10-31"), row(2)) == []
    assert told(check, row(1, found_on="2026-10-30")) == ["2026-10-30起已经超过30天。"]
    months = {"kind": "older_than", "date": "found_on", "months": 6}
    assert told(months, row(1, found_on="2026-05")) == []  # may be the last of May
    assert len(told(months, row(1, found_on="2026-05-29"))) == 1
    with pytest.raises(ValueError, match="只写一个"):
        template(check | {"months": 1})


def test_working_days_and_the_year_without_a_table() -> None:
    check = {"kind": "older_than", "date": "found_on", "working_days": 5}
    holiday = row(1, found_on="2026-09-30")
    assert told(check, holiday, today=date(2026, 10, 13)) == []
    assert len(told(check, holiday, today=date(2026, 10, 14))) == 1
    (unsure,) = told(check, row(1, found_on="2026-12-30"), today=date(2027, 1, 8))
    assert unsure.endswith("暂算：没有2027年的放假安排，只除去了双休日")


def test_nothing_for() -> None:
    check = {"kind": "nothing_for", "latest": "max(steps.on)", "days": 30}
    assert told(check, row(1, steps__a={"on": "2026-10-31"}, steps__b={"on": "2026-01-01"})) == []
    assert len(told(check, row(1, steps__a={"on": "2026-10-30"}))) == 1
    assert told(check, row(1, opened="2026-10-31")) == []
    assert len(told(check, row(1, opened="2026-10-30"))) == 1


def test_due_with_lead_days_and_without() -> None:
    check = {"kind": "due", "date": "due_on", "done": "done_on", "lead_days": [15, 7, 0]}
    assert run(check, [row(1, due_on="2026-12-16")]) == []
    (near,) = run(check, [row(1, due_on="2026-12-15")])
    assert (near.message, near.step, near.due_on, near.severity) == (
        "2026年12月15日到期。",
        15,
        "2026-12-15",
        "warning",
    )
    (late,) = run(
        check | {"late_severity": "error", "late_sentence": "{due}到期，已经超期。"}, [row(1, due_on="2026-11-29")]
    )
    assert (late.message, late.step, late.severity) == ("2026年11月29日到期，已经超期。", 0, "error")
    assert run(check, [row(1, due_on="2026-11-29", done_on="2026-11-30")]) == []
    plain = {"kind": "due", "date": "due_on"}
    assert told(plain, row(1, due_on="2026-11-30"), row(2, due_on="2026-11")) == []
    assert len(told(plain, row(1, due_on="2026-11-29"))) == 1


def test_due_rows() -> None:
    check = {"kind": "due_rows", "list": "steps", "date": "on", "done": "done"}
    assert told(check, row(1, steps__a={"what": "甲", "on": "2026-11-30"})) == []
    assert told(check, row(1, steps__a={"what": "甲", "on": "2026-11-01", "done": "2026-11-09"})) == []
    assert told(check, row(1, steps__a={"what": "甲", "on": "2026-11-29"})) == ["“甲”2026年11月29日到期。"]


def test_different_person() -> None:
    check = {"kind": "different_person", "one": "owner", "other": "checker"}
    assert told(check, row(1, owner="张三", checker="李四"), row(2, owner="张三")) == []
    assert told(check, row(1, owner="张三、王五", checker="王 五")) == ["责任人和核查人不能是同一人（王五）。"]


def test_consent_missing() -> None:
    check = {"kind": "consent_missing", "consent": "agreed", "columns": ["owner"]}
    assert told(check, row(1, owner="张三", agreed=True), row(2)) == []
    assert len(told(check, row(1, owner="张三", agreed=False), row(2, owner="张三"))) == 2


def test_number_shown() -> None:
    check = {"kind": "number_shown", "columns": ["title_text"]}
    assert told(check, row(1, title_text="2026年11月30日受理3件，编号20261130")) == []
    assert len(told(check, row(1, title_text="请打 139 0013 8000 找老张"))) == 1


def test_in_order() -> None:
    check = {"kind": "in_order", "columns": ["found_on", "due_on", "done_on"]}
    assert (
        told(
            check, row(1, found_on="2026-05-01", done_on="2026-05-01"), row(2, found_on="2026-05-20", due_on="2026-05")
        )
        == []
    )
    assert told(check, row(1, found_on="2026-05-02", done_on="2026-05-01")) == ["列入晚于完成，请核对。"]


def test_unique() -> None:
    check = {"kind": "unique", "columns": ["organisation"], "per": "year"}
    assert told(check, row(1, found_on="2026-01"), row(2, found_on="2025"), row(3, "b2", found_on="2026")) == []
    (found,) = run(check, [row(1, found_on="2026-01-01"), row(2, found_on="2026-12-31")])
    assert found.message == "2026年有 2 条（S-1、S-2），只应有一条。"
    assert found.records == ("e1", "e2")
    assert told(check | {"per": "month"}, row(1, found_on="2026-01-01"), row(2, found_on="2026-02-01")) == []


def test_overlap() -> None:
    check = {"kind": "overlap", "from": "begins", "to": "ends", "same": ["place", "owner"]}
    first = row(1, place="会议室", owner="甲", begins="2026-11-01T09:00", ends="2026-11-01T10:00")
    assert told(check, first, row(2, place="会议室", begins="2026-11-01T10:00", ends="2026-11-01T11:00")) == []
    assert (
        told(check, first, row(2, place="广场", owner="乙", begins="2026-11-01T09:30", ends="2026-11-01T11:00")) == []
    )
    assert told(check, first, row(2, place="会议室", begins="2026-11-01T09:59", ends="2026-11-01T11:00")) == [
        "S-1 和 S-2 的时间重叠。"
    ]


def test_reciprocal() -> None:
    check = {"kind": "reciprocal", "one": "organisation", "other": "other_unit", "per": "quarter"}
    there, back = (
        row(1, "b1", other_unit="b2", found_on="2026-07-01"),
        row(2, "b2", other_unit="b1", found_on="2026-09-30"),
    )
    assert told(check, there, row(3, "b2", other_unit="b1", found_on="2026-10-01")) == []
    assert told(check, there, back) == ["2026年第三季度互相检查，请另行安排。"]
    assert told(check | {"wanted": True}, there, back) == []
    assert len(told(check | {"wanted": True}, there)) == 1


def test_balance() -> None:
    check = {"kind": "balance", "amount": "cost", "by": ["owner"], "dated_by": "done_on"}
    earned = row(1, owner="甲", cost=500, done_on="2026-01-02")
    assert told(check, earned, row(2, owner="甲", cost=-500, done_on="2026-01-02")) == []
    assert told(check, earned, row(2, owner="甲", cost=-501, done_on="2026-01-02")) == [
        "到这一笔余额是 -0.01元，不能为负。"
    ]
    assert len(told(check, earned, row(2, owner="甲", cost=-1, done_on="2026-01-01"))) == 1
    assert len(told(check, earned, row(2, owner="乙", cost=-1, done_on="2026-02-01"))) == 1


def test_years_running() -> None:
    check = {"kind": "years_running", "when": 'result = "差"', "by": ["organisation"]}
    rows = [row(y, result="差", found_on=str(2020 + y)) for y in (4, 6)]
    assert told(check, *rows) == []
    assert told(check, *rows, row(5, result="好", found_on="2025")) == []
    assert told(check, *rows, row(5, result="差", found_on="2025")) == ["连续 2 年（2025、2026）。"]
    assert told(check | {"years": 4}, *rows, row(5, result="差", found_on="2025")) == []


def test_ratio() -> None:
    check = {"kind": "ratio", "part": 'result = "好"', "goal": 90, "per": "year"}
    rows = [row(n, result="好", found_on="2026") for n in range(9)]
    assert told(check, *rows, row(9, found_on="2026"), row(10, found_on="2025")) == []
    (found,) = run(check, [*rows, row(9, found_on="2026"), row(10, found_on="2026")])
    assert found.message == "2026年9/11，81.8%，低于目标 90%。"
    assert found.records == ("e9", "e10")
    assert told(check) == []  # nothing to divide by


def test_agree() -> None:
    here = [row(1, full=98, found_on="2026"), row(2, full=72, found_on="2026")]
    for check, street, wanted in (
        ({"number": 170}, STREET, []),
        ({"number": 171}, STREET, ["这里是 170，另一处是 171，对不上。"]),
        ({"figure": "members"}, FakeStreet(numbers={"members": Fraction(170)}), []),
        ({"ledger": "other", "their_sum": "n"}, FakeStreet({"other": [row(1, n=170)]}), []),
        ({"ledger": "other"}, FakeStreet({"other": [row(1)]}), ["这里是 170，另一处是 1，对不上。"]),
        ({"ledger": "other"}, STREET, ["“试一条”查不了：没有“other”这本台账，比不了。"]),
    ):
        assert told({"kind": "agree", "sum": "full", **check}, *here, street=street) == wanted
    assert told({"kind": "agree", "sum": "full", "number": 1}, row(1)) == []  # missing, not zero


def test_who_has_none() -> None:
    check = {"kind": "who_has_none", "each": "branch"}
    (found,) = run(check, [row(1, "b1")])
    assert (found.kind, found.records, found.subject, found.message) == (
        "organisation",
        ("b2",),
        "试台账：乙支部",
        "还没有记录。",
    )
    assert told(check, row(1, "b1"), row(2, "b2")) == []
    assert (
        told({"kind": "who_has_none", "each": "community"}, row(1, "b1"), row(2, "b2")) == []
    )  # a branch speaks for it
    assert len(told(check | {"least": 1, "most": 2}, row(2, "b2"), *(row(n, "b1") for n in (3, 4)))) == 0
    assert len(told(check | {"least": 1, "most": 2}, row(2, "b2"), *(row(n, "b1") for n in (3, 4, 5)))) == 1
    person = {"kind": "who_has_none", "each": "category:流动党员", "by": "owner", "days": 30}
    assert told(person, row(1, owner="m1", found_on="2026-10-31")) == []
    assert len(told(person, row(1, owner="m1", found_on="2026-10-30"))) == 1
    assert len(told({"kind": "who_has_none", "each": "ledger:grids", "by": "owner"})) == 1  # said, not passed over


def test_who_has_none_in_the_period() -> None:
    check = {"kind": "who_has_none", "each": "branch", "per": "month", "lead_days": [7]}
    rows = [
        row(1, "b1", found_on="2026-11-03"),
        row(2, "b2", found_on="2026-10-31"),
        row(3, "b1", found_on="2026-10-01"),
    ]
    (soon,) = run(check, rows)
    assert (soon.subject, soon.message, soon.due_on) == ("试台账：乙支部", "2026年11月还没有记录。", "2026-11-30")
    assert run(check, rows, today=date(2026, 11, 22)) == []
    late = run(check, rows, today=date(2026, 12, 1))
    assert [(one.subject, one.message) for one in late] == [("试台账：乙支部", "2026年11月还没有记录。")]
    assert (
        run(check, [row(1, "b1", found_on="2026-12-01"), row(2, "b2", found_on="2026-12-01")], today=date(2026, 12, 5))
        == []
    )


def test_missed() -> None:
    check = {"kind": "missed", "recurrence": "monthly"}
    each = [{"key": "monthly", "label": "月例会", "every": "month", "each": "branch", "since": "2026-09"}]
    held = [row(n, "b1", found_on=f"2026-{m:02}-10") for n, m in enumerate((9, 10))]
    held += [row(9, "b2", found_on="2026-10-31")]
    (found,) = run(check, held, recurrence=each)
    assert (found.subject, found.message) == ("试台账：乙支部", "月例会：2026年9月没有记录。")
    later = run(check, held, today=date(2026, 12, 1), recurrence=each)
    assert [one.message for one in later] == ["月例会：2026年11月没有记录。", "月例会：2026年9月、2026年11月没有记录。"]
    soon = run(check | {"lead_days": [5]}, held, recurrence=each)
    assert [(one.subject, one.step) for one in soon] == [
        ("试台账：甲支部", 5),
        ("试台账：乙支部", 0),
        ("试台账：乙支部", 5),
    ]


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"kind": "nonsense"}, "没有“nonsense”这种检查"),
        ({"kind": "at_least"}, "缺少“value”"),
        ({"kind": "at_least", "value": "score"}, "要写一个数"),
        ({"kind": "at_least", "value": "score", "limit": "多"}, "不能是“多”"),
        ({"kind": "at_least", "value": "scores", "limit": 1}, "没有“scores”这一列"),
        ({"kind": "at_least", "value": "owner", "limit": 1}, "不是这里要的"),
        ({"kind": "empty", "columns": ["nothing"]}, "“nothing”不存在"),
        ({"kind": "empty", "columns": []}, "至少一列"),
        ({"kind": "empty", "columns": ["owner"], "states": ["lost"]}, "状态“lost”不存在"),
        ({"kind": "empty", "columns": ["owner"], "where": {"lost": [1]}}, "列“lost”不存在"),
        ({"kind": "empty", "columns": ["owner"], "severity": "bad"}, "severity 只能是"),
        ({"kind": "empty", "columns": ["owner"], "lead_days": ["x"]}, "lead_days"),
        ({"kind": "empty", "columns": ["owner"], "colour": 1}, "不认识“colour”"),
        ({"kind": "who_has_none", "each": "everybody"}, "只能是branch"),
        ({"kind": "missed", "recurrence": "x"}, "周期“x”不存在"),
        ({"kind": "overlap", "from": "owner", "to": "ends", "same": ["place"]}, "不是日期列"),
        ({"kind": "agree", "sum": "full"}, "只写一个"),
    ],
)
def test_a_check_that_means_nothing_is_refused_with_its_line(check: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as fault:
        template(check)
    assert "行）" in str(fault.value)


def test_a_value_that_is_no_number_is_a_finding_and_not_silence() -> None:
    check = {"kind": "at_least", "value": "score", "limit": 60}
    (found,) = run(check, [row(1, score="八十"), row(2, score="61")])
    assert found.severity == "error"
    assert found.message == "“试一条”查不了：列“得分”里的“八十”不是数。"
    assert found.records == ("e1",)


def test_a_finding_names_its_rule_its_source_and_where_it_is() -> None:
    (found,) = run({"kind": "empty", "columns": ["owner"], "source": "街道方案第3条"}, [row(1)])
    assert (found.rule, found.article, found.field, found.kind) == (
        "test.one",
        "街道方案第3条",
        "owner",
        "ledger_entry",
    )
    assert found.subject == "试台账 S-1：第1件"
    assert found.detail == "甲支部"
