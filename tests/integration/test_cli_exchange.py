"""Sheets in and out on the command line: import, its problems, empty sheets, export, reports, selfcheck."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli_kit import DAY, PASSWORD, STREET, Cli, id_number

HEADERS = ["姓名", "性别", "身份证号", "民族", "学历", "入党时间", "转正时间", "所在党支部", "联系电话"]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    made.branch("第一党支部", short_name="一支部")
    return made


def person(name: str, serial: int, **cells: str) -> list[str]:
    """One row of a roster."""
    usual = {"性别": "女" if serial % 2 == 0 else "男", "民族": "汉", "学历": "大学", "入党时间": "1995.7"}
    known = (
        usual | {"姓名": name, "身份证号": id_number(serial), "转正时间": "1996.7", "所在党支部": "第一党支部"} | cells
    )
    return [known.get(header, "") for header in HEADERS]


def roster(path: Path, *rows: Sequence[object], headers: Sequence[str] = HEADERS) -> Path:
    """A workbook with a title, a unit line, headers and a signature, as offices have them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "花名册"
    for row in (["党员花名册"], ["填报单位：某某街道"], list(headers), *rows, ["填表人：张三"]):
        sheet.append(list(row))
    book.save(path)
    return path


def counts(answer: Mapping[str, Any]) -> list[int]:
    """New, updated, unchanged, conflict, rejected."""
    return [answer[k] for k in ("new", "updated", "unchanged", "conflict", "rejected")]


def test_a_clean_roster_goes_in_as_one_operation(cli: Cli, tmp_path: Path) -> None:
    sheet = roster(tmp_path / "名册.xlsx", person("王小明", 1), person("李小红", 2, 联系电话="13800001234"))
    answer = cli.ok("import", "roster", sheet)
    assert counts(answer) == [2, 0, 0, 0, 0]
    assert answer["header_row"] == 3
    assert answer["columns"]["身份证号"] == "id_number"
    assert answer["problems"] == []
    assert answer["sheets"][0].items() >= {"sheet": "花名册", "header_row": 3, "hidden_rows": []}.items()
    shown = cli.ok("list", "member")["records"]
    assert {(r["name"], r["joined_on"], r["organisation"]) for r in shown} == {
        ("王小明", "1995-07", "第一党支部"),
        ("李小红", "1995-07", "第一党支部"),
    }
    before = len(cli.ok("operations")["operations"])
    assert counts(cli.ok("import", "roster", sheet)) == [0, 0, 2, 0, 0]
    assert len(cli.ok("operations")["operations"]) == before
    assert len(cli.ok("undo")["undone"]) == 1
    assert cli.ok("list", "member")["total"] == 0


def test_a_dry_run_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    sheet = roster(tmp_path / "名册.xlsx", person("王小明", 1))
    before = cli.ok("operations")
    assert counts(cli.ok("import", "roster", sheet, "--dry-run")) == [1, 0, 0, 0, 0]
    assert cli.ok("operations") == before
    assert cli.ok("list", "member")["total"] == 0


def test_good_rows_go_in_and_bad_ones_are_explained(cli: Cli, tmp_path: Path) -> None:
    cli.member("老同志", serial=9)
    rows = [
        person("王小明", 1),
        person("李小红", 2, 身份证号="429900197001010020"),
        person("赵六", 3, 入党时间="2021.6.31"),
        person("重复", 1),
        person("别人", 9),
        person("无支部", 4, 所在党支部="第一支部"),
        person("无号码", 5, 身份证号=""),
    ]
    answer = cli.run("import", "roster", roster(tmp_path / "名册.xlsx", *rows), "--report", tmp_path / "退回.xlsx")
    assert answer.code == 1
    data = answer.data
    assert (data["ok"], counts(data)) == (False, [2, 0, 0, 1, 4])
    by_row: dict[int, list[Any]] = {}
    for problem in data["problems"]:
        assert problem.keys() >= {"sheet", "row", "column", "value", "reason", "severity"}
        by_row.setdefault(problem["row"], []).append(problem)
    assert sorted(by_row) == [5, 6, 7, 8, 9, 10]
    assert (by_row[5][0]["column"], by_row[5][0]["severity"]) == ("身份证号", "error")
    assert (by_row[6][0]["value"], by_row[6][0]["severity"]) == ("2021.6.31", "warning")
    assert "4" in by_row[7][0]["reason"]
    assert "第一党支部" in by_row[9][0]["reason"]
    assert "429900197001010020" not in answer.out
    shown = {r["name"]: r for r in cli.ok("list", "member")["records"]}
    assert shown.keys() == {"老同志", "王小明", "赵六"}
    assert shown["赵六"]["joined_on"] == ""
    back = openpyxl.load_workbook(tmp_path / "退回.xlsx").active
    assert back is not None
    said = [str(c.value) for row in back.iter_rows() for c in row if c.value]
    assert "李小红" in said
    assert "王小明" not in said


def test_updates_fill_and_never_erase(cli: Cli, tmp_path: Path) -> None:
    cli.ok("import", "roster", roster(tmp_path / "一.xlsx", person("王小明", 1, 联系电话="13800001234")))
    again = roster(tmp_path / "二.xlsx", person("王小明", 1, 学历="硕士研究生", 联系电话=""))
    assert counts(cli.ok("import", "roster", again)) == [0, 1, 0, 0, 0]
    shown = cli.ok("list", "member")["records"][0]
    assert (shown["education"], shown["phone"]) == ("硕士研究生", "138****1234")


def test_without_an_id_number(cli: Cli, tmp_path: Path) -> None:
    sheet = roster(tmp_path / "名册.xlsx", person("王小明", 1, 身份证号=""))
    assert counts(cli.run("import", "roster", sheet).data) == [0, 0, 0, 0, 1]
    assert counts(cli.ok("import", "roster", sheet, "--allow-no-id")) == [1, 0, 0, 0, 0]
    assert counts(cli.ok("import", "roster", sheet, "--allow-no-id")) == [0, 0, 1, 0, 0]


def test_a_unit_written_otherwise_is_told_which_it_is(cli: Cli, tmp_path: Path) -> None:
    people = [person("王小明", 1, 所在党支部="第1支部"), person("李小红", 2, 所在党支部="第九支部")]
    sheet = roster(tmp_path / "名册.xlsx", *people)
    units = cli.run("import", "roster", sheet, "--dry-run").data["units"]
    assert units == [
        {"name": "第1支部", "rows": 1, "like": ["第一党支部"]},
        {"name": "第九支部", "rows": 1, "like": []},
    ]
    told = ("--unit", "第1支部=一支部", "--unit", "第九支部=不导入", "--create-orgs-under", STREET)
    assert counts(cli.run("import", "roster", sheet, *told).data) == [1, 0, 0, 0, 1]
    assert cli.ok("list", "member")["records"][0]["organisation"] == "第一党支部"
    cli.refused(2, "usage", "import", "roster", sheet, "--unit", "第1支部")
    cli.refused(1, "org_unknown", "import", "roster", sheet, "--unit", "第1支部=没有这个")


def test_scope_and_new_units(cli: Cli, tmp_path: Path) -> None:
    nowhere = roster(tmp_path / "一.xlsx", person("王小明", 1, 所在党支部=""))
    assert cli.run("import", "roster", nowhere).code == 1
    assert counts(cli.ok("import", "roster", nowhere, "--scope", "一支部")) == [1, 0, 0, 0, 0]
    unknown = roster(tmp_path / "二.xlsx", person("李小红", 2, 所在党支部="春风社区党支部"))
    assert cli.run("import", "roster", unknown).code == 1
    assert counts(cli.ok("import", "roster", unknown, "--create-orgs-under", STREET)) == [1, 0, 0, 0, 0]
    made = cli.ok("list", "organisation", "--where", "name=春风社区党支部")["records"][0]
    assert (made["parent"], made["kind"], made["members"]) == (STREET, "党支部", 1)
    cli.refused(1, "org_unknown", "import", "roster", unknown, "--scope", "没有这个")


def test_a_file_that_is_no_sheet(cli: Cli, tmp_path: Path) -> None:
    cli.refused(1, "no_such_file", "import", "roster", tmp_path / "没有.xlsx")
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert cli.run("import", "roster", broken).code == 1
    empty = roster(tmp_path / "空.xlsx", headers=["甲", "乙"])
    cli.refused(1, "no_header", "import", "roster", empty)
    good = roster(tmp_path / "好.xlsx", person("王小明", 1))
    cli.refused(1, "no_sheet", "import", "roster", good, "--sheet", "没有")
    cli.refused(1, "bad_mapping", "import", "roster", good, "--mapping", "没有")


def test_readers_do_not_import(cli: Cli, tmp_path: Path) -> None:
    secret = tmp_path / "p"
    secret.write_text("读者的密码 1234", "utf-8")
    cli.ok("account", "add", "读者", "--role", "reader", "--new-password-file", secret)
    reader: list[str | Path] = ["--account", "读者", "--password-file", secret]
    sheet = roster(tmp_path / "名册.xlsx", person("王小明", 1))
    cli.refused(1, "not_allowed", "import", "roster", sheet, *reader)
    cli.refused(1, "not_allowed", "export", "member", "-o", tmp_path / "x.xlsx", *reader)
    cli.refused(1, "not_allowed", "report", "roster", "-o", tmp_path, *reader)
    assert cli.ok("list", "member", "--account", "管理员")["total"] == 0
    assert sorted(p.name for p in tmp_path.glob("*.xlsx")) == ["名册.xlsx"]
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.parametrize(
    "kind", ["roster", "organisations", "posts", "meetings", "ledger:rectification", "ledger:care-visits"]
)
def test_an_empty_sheet_can_be_had_without_a_file(cli: Cli, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "空表.xlsx"
    answer = cli.plain("import", kind, "--template", target, "--json")
    assert (answer.code, answer.data["path"]) == (0, str(target))
    assert openpyxl.load_workbook(target).sheetnames
    imported = cli.ok("import", kind, target)
    assert counts(imported) == [0, 0, 0, 0, 0]
    cli.refused(2, "usage", "import", kind, target, "--template", tmp_path / "y.xlsx")


def test_organisations_posts_meetings_and_entries_go_in(cli: Cli, tmp_path: Path) -> None:
    cli.member()

    def take(kind: str, headers: Sequence[str], *rows: Sequence[object]) -> None:
        sheet = roster(tmp_path / "表.xlsx", *rows, headers=headers)
        assert counts(cli.ok("import", kind, sheet)) == [len(rows), 0, 0, 0, 0]
        assert counts(cli.ok("import", kind, sheet)) == [0, 0, len(rows), 0, 0]

    take(
        "organisations",
        ["党组织全称", "类型", "上级组织"],
        ["春风社区党委", "党委", ""],
        ["春风一支部", "党支部", "春风社区党委"],
    )
    take("posts", ["党组织", "党员", "职务", "任职日期"], ["第一党支部", "王小明", "书记", "2024.5"])
    take(
        "meetings",
        ["会议类型", "召开党组织", "开始时间", "名称或主题"],
        ["党课", "第一党支部", "2026-09-03 14:30", "学习"],
    )
    take("ledger:rectification", ["来源", "问题表述", "责任人"], ["自查", "台账不全", "张三"])
    assert cli.ok("list", "organisation", "--where", "name=第一党支部")["records"][0]["secretary"] == "王小明"
    assert cli.ok("list", "meeting")["records"][0]["started_at"].startswith("2026-09-03")
    assert cli.ok("ledger", "show", "rectification")["records"][0]["number"] == "ZG-2026-001"
    bad = roster(tmp_path / "坏.xlsx", ["梦见的", "台账不全", "张三"], headers=["来源", "问题表述", "责任人"])
    answer = cli.run("import", "ledger:rectification", bad)
    assert (answer.code, answer.data["problems"][0]["column"]) == (1, "来源")


def test_damaged_numbers_are_masked_too_and_shown_in_full_only_with_a_reason(cli: Cli, tmp_path: Path) -> None:
    damaged = "4299001970010100"
    sheet = roster(tmp_path / "名册.xlsx", person("王小明", 1, 身份证号=damaged, 联系电话="1380000123"))
    answer = cli.run("import", "roster", sheet, "--dry-run")
    assert damaged not in answer.out and "1380000123" not in answer.out
    assert "429*********0100" in answer.out
    full = cli.run("import", "roster", sheet, "--dry-run", "--full", "--reason", "核对原表")
    assert damaged in full.out and "1380000123" in full.out
    cli.refused(2, "reason", "import", "roster", sheet, "--dry-run", "--full")


def test_exports_are_masked_and_come_back(cli: Cli, tmp_path: Path) -> None:
    cli.member(phone="13800001234")
    cli.branch("第二党支部")
    cli.member("李小红", "第二党支部", serial=2)
    out = cli.ok("export", "member", "-o", tmp_path / "甲.csv", "--scope", "一支部")
    assert (out["path"], out["rows"]) == (str(tmp_path / "甲.csv"), 1)
    with (tmp_path / "甲.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["姓名"], rows[0]["手机号码"]) == ("王小明", "138****1234")
    assert id_number() not in (tmp_path / "甲.csv").read_text("utf-8-sig")
    cli.refused(2, "reason", "export", "member", "-o", tmp_path / "乙.xlsx", "--full")
    full = tmp_path / "乙.xlsx"
    assert cli.ok("export", "roster", "-o", full, "--full", "--reason", "换电脑")["rows"] == 2
    assert counts(cli.ok("import", "roster", full)) == [0, 0, 2, 0, 0]
    (tmp_path / "~$丙.xlsx").write_bytes(b"")
    cli.refused(4, "file_in_use", "export", "member", "-o", tmp_path / "丙.xlsx")


def test_reports_are_written_and_named(cli: Cli, tmp_path: Path) -> None:
    cli.member()
    meeting = cli.ok("add", "meeting", "meeting_kind=党课", "organisation=一支部", "started_at=2026-09-03 14:30")
    told = cli.ok("report", "list")["reports"]
    # A letter of a ledger is one for each entry, and this street has none.
    listed = {r["name"]: r["formats"] for r in told if r["name"] == "minutes" or not r["needs_id"]}
    cli.refused(1, "nothing", "report", "agreements.agreement", "-o", tmp_path)
    assert {"quarterly", "roster", "organisations", "membership-changes", "minutes", "rectification"} <= set(listed)
    assert {"structure", "org-chart", "work-summary"} <= set(listed)
    for name, formats in listed.items():
        identified = ["--id", meeting["id"]] if name == "minutes" else []
        paths = cli.ok("report", name, "-o", tmp_path / "报表", *identified)["paths"]
        assert [Path(p).suffix[1:] for p in paths] == formats
        assert Path(paths[0]).read_bytes().startswith(b"%PDF-")
        assert all(Path(path).read_bytes().startswith(b"PK") for path in paths[1:])
    one = cli.ok("report", "roster", "-o", tmp_path, "--format", "xlsx", "--scope", "一支部", "--period", "2026Q3")
    assert [Path(p).suffix for p in one["paths"]] == [".xlsx"]
    cli.refused(2, "bad_format", "report", "roster", "-o", tmp_path, "--format", "doc")
    cli.refused(2, "bad_format", "report", "roster", "-o", tmp_path, "--format", ",")
    for name in listed:
        identified = ["--id", meeting["id"]] if name == "minutes" else []
        asked = ("report", name, "-o", tmp_path / "两种", "--format", "pdf,xlsx", *identified)
        assert [Path(p).suffix for p in cli.ok(*asked)["paths"]] == [".pdf", ".xlsx"]
    cli.refused(2, "report_unknown", "report", "bogus", "-o", tmp_path)
    cli.refused(2, "bad_period", "report", "quarterly", "-o", tmp_path, "--period", "夏天")


def test_a_report_tells_missing_glyphs_changes_and_faces(cli: Cli, tmp_path: Path) -> None:
    member = cli.member(name="王\U0003134a")
    made = cli.run("report", "roster", "-o", tmp_path)
    assert [(each["char"], each["id"]) for each in made.data["missing"]] == [("\U0003134a", member)]
    assert "没有字形" in made.err
    asked = ("--file", cli.file, "--on", DAY, "report", "work-summary", "-o", tmp_path)
    first = cli.plain(*asked)
    assert first.code == 0
    assert "字体：仿宋用" in first.out and "数据有变化" not in first.err
    cli.member(name="李四", serial=3)
    assert "党员总数：上次1人，现在2人。" in cli.plain(*asked).err


def test_a_work_summary_from_the_street_s_own_template(cli: Cli, tmp_path: Path) -> None:
    cli.member()
    words = tmp_path / "模板.txt"
    words.write_text("{单位}小结\n有党员{weather}。", encoding="utf-8")
    asked = ("report", "work-summary", "-o", tmp_path)
    cli.refused(1, "template_faults", *asked, "--template", words)
    cli.refused(1, "template_unreadable", *asked, "--template", tmp_path / "没有.txt")
    cli.refused(2, "template_unknown", "report", "roster", "-o", tmp_path, "--template", words)
    words.write_text("{单位}小结\n有党员{members}。", encoding="utf-8")
    assert cli.ok(*asked, "--template", words)["to_fill"] == 0
    assert cli.ok(*asked)["to_fill"] == 0
    assert cli.ok(*asked, "--template", "default")["to_fill"] > 0


def test_words_are_written_out_edited_and_taken_in_again(cli: Cli, tmp_path: Path) -> None:
    cli.member()
    words = tmp_path / "季报文字.txt"
    told = cli.ok("report", "quarterly", "--words", words)
    assert told["own"] is False
    assert told["figures"]["members"] == {"label": "党员总数", "text": "1人"}
    assert "organisations_by_field" in told["figures"] and "核对" in told["tables"]
    text = words.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "党组织和党员基本情况{期别}报表"
    words.write_text("{单位}简表\r\n有党员{members 名}。\r\n{表:核对}\r\n", encoding="utf-8-sig")
    asked = ("report", "quarterly", "-o", tmp_path, "--period", "2026Q3", "--format", "pdf,docx")
    paths = cli.ok(*asked, "--template", words)["paths"]
    assert [Path(path).suffix for path in paths] == [".pdf", ".docx"]
    assert "简表" in Path(paths[0]).name
    assert cli.ok("report", "quarterly", "--words", words)["own"] is True
    assert words.read_text(encoding="utf-8-sig").splitlines()[1] == "有党员{members 名}。"
    cli.refused(2, "template_unknown", "report", "roster", "--words", words)


def test_selfcheck_does_every_step_and_leaves_nothing(cli: Cli, home: Path) -> None:
    seen = sorted(p for p in home.rglob("*") if p.is_file())
    steps = cli.ok("selfcheck")["steps"]
    assert [s["name"] for s in steps if not s["ok"]] == []
    assert len(steps) >= 10
    assert sorted(p for p in home.rglob("*") if p.is_file()) == seen


def test_selfcheck_tells_the_step_that_failed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("dangjian_desktop.services.reports.reports.make", broken)
    answer = cli.run("selfcheck")
    assert (answer.code, answer.data["error"]) == (1, "selfcheck_failed")
    assert [s["name"] for s in answer.data["steps"] if not s["ok"]] == [
        "季度报表 PDF 和 Excel",
        "工作总结 PDF 和 Word",
    ]


def test_each_organisation_gets_its_own_report(cli: Cli, tmp_path: Path) -> None:
    cli.branch("二支部")
    cli.branch("三支部")
    cli.member()
    cli.member("李小红", "二支部", 3)
    made = cli.ok("report", "roster", "--each", "-o", tmp_path / "各")
    assert (made["done"], made["asked"], made["failed"]) == (2, 2, [])
    assert sorted(Path(path).name for path in made["paths"]) == sorted(
        f"{name}_党员花名册_{DAY}.{form}" for name in ("一支部", "二支部") for form in ("pdf", "xlsx")
    )
    assert sorted(map(str, (tmp_path / "各").iterdir())) == sorted(made["paths"])
    # Named ones get one each, whether anybody is in them or not.
    two = ("report", "roster", "--scope", "一支部", "--scope", "三支部", "--format", "pdf")
    named = cli.ok(*two, "-o", tmp_path / "两个")["paths"]
    assert [Path(path).name.split("_")[0] for path in named] == ["一支部", "三支部"]
    below = cli.ok("report", "roster", "--each", "--scope", "二支部", "-o", tmp_path / "一个")["paths"]
    assert {Path(path).name.split("_")[0] for path in below} == {"二支部"}


def test_a_report_whose_workbook_is_open_elsewhere_leaves_the_paper_too(cli: Cli, tmp_path: Path) -> None:
    cli.member()
    paths = [Path(p) for p in cli.ok("report", "roster", "-o", tmp_path)["paths"]]
    before = [path.read_bytes() for path in paths]
    cli.member("李小红", serial=3)
    paths[1].with_name(f".~lock.{paths[1].name}#").touch()
    cli.refused(4, "file_in_use", "report", "roster", "-o", tmp_path)
    assert [path.read_bytes() for path in paths] == before


def test_workbooks_are_called_so(cli: Cli, tmp_path: Path) -> None:
    cli.refused(2, "usage", "import", "roster", "--template", tmp_path / "空表.csv")
    cli.refused(2, "usage", "import", "roster", tmp_path / "名册.xlsx", "--report", tmp_path / "退回.xls")
    assert not list(tmp_path.glob("*.csv"))


def test_what_is_refused_of_many_reports(cli: Cli, tmp_path: Path) -> None:
    cli.branch("二支部")
    cli.refused(2, "no_members", "report", "roster", "--each", "-o", tmp_path / "各")
    cli.member()
    cli.member("李小红", "二支部", 3)
    cli.refused(2, "usage", "report", "roster", "--each", "--id", "x", "-o", tmp_path / "各")
    cli.refused(2, "not_in_batches", "report", "work-summary", "--each", "-o", tmp_path / "各")
    cli.refused(1, "org_unknown", "report", "roster", "--scope", "一支部", "--scope", "无此支部", "-o", tmp_path / "各")
    assert not (tmp_path / "各").exists()
    (tmp_path / "各").mkdir()
    (tmp_path / "各" / f"~$二支部_党员花名册_{DAY}.pdf").write_bytes(b"")
    partly = cli.refused(1, "not_all_written", "report", "roster", "--each", "-o", tmp_path / "各")
    assert partly["failed"] == [{"organisation": "二支部", "error": "file_in_use"}]
    assert (partly["done"], partly["asked"], len(partly["paths"])) == (1, 2, 2)


def test_ctrl_c_leaves_whole_files_and_says_how_many(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dangjian_desktop.services.reports import paper_files, report_batches

    cli.branch("二支部")
    cli.member()
    cli.member("李小红", "二支部", 3)
    real = paper_files.write
    written: list[Path] = []

    def pressed(paper: Any, path: Path, *rest: Any) -> Any:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        return real(paper, path, *rest)

    monkeypatch.setattr(report_batches, "write", pressed)
    stopped = cli.refused(1, "cancelled", "report", "roster", "--each", "-o", tmp_path / "各")
    assert (stopped["done"], stopped["asked"]) == (1, 2)
    assert sorted(stopped["paths"]) == sorted(map(str, (tmp_path / "各").iterdir())) == sorted(map(str, written))
    assert stopped["message"] == "已停下：2个党组织完成了1个，写好3个文件，都是完整的。"
