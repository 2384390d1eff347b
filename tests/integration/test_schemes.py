"""Schemes over the entries of a file: score sheets, standings, findings, own schemes, who may see what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli_kit import PASSWORD, Cli
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import child_rows, ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.rules import whole
from dangjian_desktop.services.schemes import schemes, scoring
from office_kit import add_branch, new_office

GRID = "网格党支部考核"
MARKS = {"组织生活": "25", "党员教育管理": "20", "走访和服务群众": "20", "网格事项办理": "15", "档案台账": "10"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def sheet(office: Office, unit: str, scheme: str = GRID, marks: dict[str, str] = MARKS, **more: str) -> str:
    values = {"scheme": scheme, "scored_on": "2026-06-30", "filed_by": "李四", "scored_by": "王五"} | more
    entry = ledgers.add(office, "scores", values | {"organisation": unit}).id
    for label, points in marks.items():
        child_rows.add(office, entry, "items", {"indicator": label, "points": points})
    return entry


def told(office: Office, code: str) -> list[str]:
    return [each.text for each in whole.every(office, rule=code)]


def test_a_sheet_is_scored_and_ranked_with_ties(office: Office) -> None:
    first, second, third = (add_branch(office, f"{name}网格支部") for name in "甲乙丙")
    sheet(office, first)
    sheet(office, second)
    sheet(office, third, marks=dict(list(MARKS.items())[:4]))
    board = scoring.board(office, "grid-branches")
    assert sorted((one.name, one.place.text, one.level, one.missing) for one in board.standings[:2]) == [
        ("乙网格支部", "1（并列）", "好", ()),
        ("甲网格支部", "1（并列）", "好", ()),
    ]
    last = board.standings[2]
    assert (last.name, last.total, last.place.text, last.missing) == ("丙网格支部", None, "待补", ("档案台账",))
    (said,) = told(office, "SCHEME_INCOMPLETE")
    assert said.endswith("缺档案台账的分，总分待补，不当作零分。")
    within = scoring.board(office, "grid-branches", scope=first)
    assert [one.name for one in within.standings] == ["甲网格支部"]


def test_the_unit_does_not_score_itself_and_another_one_confirms(office: Office) -> None:
    unit = add_branch(office, "甲支部")
    own = sheet(office, unit, scored_by="李四")
    with pytest.raises(UserError):
        ledgers.move(office, own, "scored")
    entry = sheet(office, unit, scored_on="2025-06-30")
    ledgers.move(office, entry, "scored")
    with pytest.raises(UserError):
        ledgers.move(office, entry, "awarded")


def test_a_sheet_that_counts_nowhere_is_told(office: Office) -> None:
    unit = add_branch(office, "甲支部")
    sheet(office, unit, scheme="谁也不知道的方案")
    sheet(office, unit, marks=MARKS | {"别的指标": "5", "组织生活": "26"})
    said = "".join(told(office, "SCHEME_SHEET"))
    assert "没有名为“谁也不知道的方案”的考评方案" in said
    assert "没有指标“别的指标”" in said
    assert "“组织生活”的得分不在0和满分之间" in said


def test_two_bad_years_in_a_row_are_told_and_nothing_is_done(office: Office) -> None:
    unit = add_branch(office, "甲支部")
    poor = dict.fromkeys(MARKS, "5")
    sheet(office, unit, marks=poor, scored_on="2025-06-30")
    assert told(office, "SCHEME_BAD_YEARS") == []
    sheet(office, unit, marks=poor)
    (said,) = told(office, "SCHEME_BAD_YEARS")
    assert "2025、2026年连续2年“差”" in said
    assert "由党工委研究决定" in said


def test_who_is_barred_is_told_while_the_bar_holds(office: Office) -> None:
    unit = add_branch(office, "甲支部")
    sheet(office, unit)
    bar = {"subject": "甲支部", "reason": "落实不力", "from_on": "2026-01-01", "to_on": "2026-12-31"}
    ledgers.add(office, "disqualifications", bar)
    (said,) = told(office, "SCHEME_BARRED")
    assert "落实不力" in said
    assert scoring.board(office, "grid-branches", period="2025").standings == []
    assert scoring.board(office, "grid-branches").standings[0].barred


def test_missing_is_asked_for_only_where_the_scheme_is_used(office: Office) -> None:
    one = add_branch(office, "甲社区支部", field="community")
    add_branch(office, "乙社区支部", field="community")
    assert told(office, "SCHEME_MISSING") == []
    sheet(office, one, scheme="五星创建评星", marks={}, scored_on="2025-06-30")
    board = scoring.board(office, "five-stars", period="2025")
    assert [each.name for each in board.missing] == ["乙社区支部"]


def test_a_date_that_is_too_vague_is_told(office: Office) -> None:
    entry = sheet(office, add_branch(office, "甲支部"), scored_on="2026")
    assert scoring.board(office, "grid-branches").standings != []
    assert list(scoring.board(office, "grid-branches", period="2026-06").unplaced) == [entry]


def own(folder: Path, **more: Any) -> Path:
    path = folder / "scheme.json"
    text = {
        "key": "mine", "title": "我们的考核", "edition": "2", "source": "本单位方案", "ledger": "scores",
        "where": {"scheme": ["我们的考核"]}, "subjects": "organisation", "per": "year",
        "indicators": [{"key": "a", "label": "甲项", "full": 10, "items": "items"}],
    } | more  # fmt: skip
    path.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    return path


def test_an_own_scheme_is_put_changed_undone_and_dropped(office: Office, tmp_path: Path) -> None:
    schemes.put(office, schemes.look(office, own(tmp_path)))
    sheet(office, add_branch(office, "甲支部"), scheme="我们的考核", marks={"甲项": "9"})
    assert scoring.board(office, "mine").standings[0].total == 9
    change = schemes.look(office, own(tmp_path, title="改了名"))
    assert change.status == "changed"
    schemes.put(office, change)
    assert schemes.scheme(office, "mine").title == "改了名"
    history.undo(office)
    assert schemes.scheme(office, "mine").title == "我们的考核"
    schemes.drop(office, "mine")
    with pytest.raises(UserError, match="没有名为"):
        schemes.scheme(office, "mine")


def test_an_own_scheme_stands_over_a_shipped_one_and_a_faulty_one_is_told(office: Office, tmp_path: Path) -> None:
    schemes.put(office, schemes.look(office, own(tmp_path, key="grid-branches")))
    assert schemes.scheme(office, "grid-branches").title == "我们的考核"
    with pytest.raises(UserError, match="第1行"):
        schemes.look(office, own(tmp_path, per="day"))


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    cli.branch("甲支部")
    listed = cli.ok("scheme", "list")
    assert {"grid-branches", "five-stars", "worker-appraisal"} <= {one["key"] for one in listed["schemes"]}
    assert listed["faults"] == []
    shown = cli.ok("scheme", "show", "unit-performance")["scheme"]
    assert [(one["label"], one["full"], one["weight"]) for one in shown["indicators"]] == [
        ("平时表现", 100, 0.6),
        ("年终评优", 100, 0.4),
    ]
    assert cli.ok("scheme", "show", "yearly-grade")["scheme"]["levels"] == ["先进", "较好", "一般", "后进"]
    entry = cli.ok("ledger", "add", "scores", f"scheme={GRID}", "scored_on=2026-06-30", "organisation=甲支部")["id"]
    for label, points in MARKS.items():
        cli.ok("ledger", "rows", "scores", entry, "items", "add", f"indicator={label}", f"points={points}")
    (one,) = cli.ok("scheme", "score", "grid-branches", "--period", "2026")["standings"]
    assert (one["total"], one["level"], one["place"], one["tied"]) == (90, "好", 1, False)
    sheet_of = cli.ok("scheme", "score", "grid-branches", "--id", entry)["score"]
    assert sheet_of["arithmetic"] == "25＋20＋20＋15＋10＝90"
    said = cli.plain("--file", cli.file, "scheme", "score", "grid-branches", "--id", entry).out
    assert "25＋20＋20＋15＋10＝90" in said
    cli.refused(1, "scheme_unknown", "scheme", "show", "nothing")
    file = own(tmp_path)
    assert cli.ok("scheme", "put", file, "--dry-run")["status"] == "new"
    cli.refused(1, "scheme_unknown", "scheme", "show", "mine")
    assert cli.ok("scheme", "put", file)["title"] == "我们的考核"
    assert cli.ok("scheme", "show", "mine")["scheme"]["edition"] == "2"
    cli.ok("scheme", "drop", "mine")


def words(paper: Any) -> str:
    return "".join(str(each) for each in paper.blocks) if isinstance(paper, Document) else str(paper.body)


def test_ranking_sheet_and_notice_are_printed(office: Office) -> None:
    unit, other = add_branch(office, "甲支部", field="community"), add_branch(office, "乙支部", field="community")
    entry = sheet(office, unit)
    table = reports.prepare(office, ReportRequest("scheme-grid-branches", period="2026")).document
    assert "甲支部" in words(table)
    assert "不当作零分" in words(table)
    one = reports.prepare(office, ReportRequest("scheme-grid-branches", record=entry)).document
    assert "25＋20＋20＋15＋10＝90" in words(one)
    with pytest.raises(UserError, match="没有这条打分"):
        reports.prepare(office, ReportRequest("scheme-five-stars", record=entry))
    marks = {f"s{n}": str(20 - n) for n in range(1, 6)}
    ledgers.add(
        office, "weekly-supervision", {"checked_on": "2026-09-04", "week": "第1周", "organisation": unit} | marks
    )
    paper = reports.prepare(office, ReportRequest("notice-weekly-supervision", period="2026-09")).document
    assert isinstance(paper, OfficialPaper)
    assert "2026年9月五星创建每周督导情况的通报" in paper.title
    assert "乙支部，要尽快补上" in words(paper)
    assert other


def test_a_weekly_average_says_each_time(office: Office) -> None:
    unit = add_branch(office, "甲支部", field="community")
    for week, points in enumerate(("20", "10"), 1):
        marks = {f"s{n}": points for n in range(1, 6)}
        typed = {"checked_on": f"2026-09-0{week}", "week": f"第{week}周", "organisation": unit}
        ledgers.add(office, "weekly-supervision", typed | marks)
    (one,) = scoring.board(office, "weekly-supervision", period="2026-09").standings
    assert [one.total, *one.trend] == [75, 100, 50]


def test_stars_of_goals_reproduce_the_seed(office: Office) -> None:
    """蓼城: 5×1＋4×1＋3×2＋2×7＋1×4 are 33 stars, and so are 1＋15＋2＋10＋5."""
    rows = ["11111", "01111", "01011", "01011", *["01010"] * 6, "01001", *["01000"] * 4]
    for number, row in enumerate(rows):
        unit = add_branch(office, f"社区{number:02}", field="community")
        stars = {f"s{n}": "是" if won == "1" else "否" for n, won in enumerate(row, 1)}
        typed = {"planned_on": "2026-04-02", "level": str(row.count("1")), "organisation": unit}
        ledgers.add(office, "star-targets", typed | stars)
    count = scoring.board(office, "star-goals").stars
    assert dict(count.by_level) == {5: 1, 4: 1, 3: 2, 2: 7, 1: 4}
    assert list(count.by_star.values()) == [1, 15, 2, 10, 5]
    assert count.by_levels == count.by_stars == 33
    assert count.arithmetic == "5×1＋4×1＋3×2＋2×7＋1×4＝33；1＋15＋2＋10＋5＝33"


def test_the_notice_of_a_month_that_is_over_is_asked_for_once(office: Office) -> None:
    unit = add_branch(office, "甲支部", field="community")
    marks = {f"s{n}": "15" for n in range(1, 6)}
    made = []
    for month in ("08", "09"):
        typed = {"checked_on": f"2026-{month}-04", "week": f"{month}月第1周", "organisation": unit}
        made.append(ledgers.add(office, "weekly-supervision", typed | marks).id)
    last = (office.today().replace(day=1) - timedelta(days=1)).month
    (said,) = told(office, "SCHEME_NOTICE")
    assert f"2026年{last}月打分1条，还没有填通报日期" in said
    records.edit(office, "ledger_entry", made[last - 8], {"notified_on": "2026-09-05"})
    assert told(office, "SCHEME_NOTICE") == []


def test_the_scheme_itself_is_printed_and_a_units_own_marks_count_for_nothing(office: Office) -> None:
    paper = reports.prepare(office, ReportRequest("standard-five-stars")).document
    assert "矛盾纠纷化解" in words(paper)
    assert "指标合计80%以上" in words(paper)
    entry = ledgers.add(
        office, "scores", {"scheme": GRID, "scored_on": "2026-06-30", "organisation": add_branch(office, "甲支部")}
    ).id
    child_rows.add(office, entry, "items", {"indicator": "组织生活", "own": "25"})
    (one,) = scoring.board(office, "grid-branches").standings
    assert (one.total, one.missing[0]) == (None, "组织生活")
    child_rows.add(office, entry, "items", {"indicator": "档案台账", "own": "15", "points": "12"})
    sheet_of = reports.prepare(office, ReportRequest("scheme-grid-branches", record=entry)).document
    assert "自评" in words(sheet_of)
