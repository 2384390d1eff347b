"""One report for each of many organisations: the same as one by one, stopped whenever, only whole files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import report_batches
from dangjian_desktop.services.reports.figures import reading_kept
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import audit
from office_kit import TODAY, add_branch, add_member, new_office, table_paper


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street that no test changes."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=300)
    yield opened
    opened.close()


def three_branches(office: Office) -> list[str]:
    """Three branches of two members each."""
    made = [add_branch(office, f"第{name}党支部") for name in "一二三"]
    for place, branch in enumerate(made):
        add_member(office, "李四", branch, serial=10 * place + 1)
        add_member(office, "王五", branch, serial=10 * place + 3)
    return made


def exports(office: Office) -> list[dict[str, object]]:
    with office.database.read() as connection:
        return [event for event in audit.listing(connection) if event["action"] == "export"]


def stopping_after(reports_heard: int) -> Progress:
    """Somebody presses 取消 when so many steps have been told."""
    heard: list[str] = []

    def listener(_done: int, _total: int, text: str) -> None:
        heard.append(text)
        if len(heard) == reports_heard:
            progress.cancel()

    progress = Progress(listener)
    return progress


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("quarterly", "2026Q3"),
        ("quarterly", "2026"),
        ("roster", None),
        ("organisations", None),
        ("membership-changes", "2026"),
        ("meetings-summary", "2026"),
        ("structure", None),
        ("care-visits", None),
    ],
)
def test_off_one_reading_every_organisation_gets_what_it_gets_alone(
    street: Office, name: str, period: str | None
) -> None:
    units = [unit.id for unit in report_batches.choices(street)]
    assert len(units) > 10
    alone = []
    for unit in units:
        street.cache.clear()
        alone.append(table_paper(street, ReportRequest(name, scope=unit, period=period)))
    street.cache.clear()
    with reading_kept(street):
        together = [table_paper(street, ReportRequest(name, scope=unit, period=period)) for unit in units]
    assert together == alone
    assert len({repr(document) for document in together}) > len(units) / 2


def test_a_reading_is_not_used_after_something_was_written_or_for_another_day(office: Office) -> None:
    branch, *_ = three_branches(office)
    with reading_kept(office):
        assert len(list(table_paper(office, ReportRequest("roster", scope=branch)).tables()[0].groups[0].rows)) == 2
        add_member(office, "赵六", branch, serial=77, entered_on="2026-06-01", entered_kind="I5")
        assert len(list(table_paper(office, ReportRequest("roster", scope=branch)).tables()[0].groups[0].rows)) == 3
        early = table_paper(office, ReportRequest("roster", scope=branch, on=date(2026, 3, 1)))
        assert len(list(early.tables()[0].groups[0].rows)) == 2


def test_offered_are_established_organisations_with_members(street: Office, office: Office) -> None:
    chosen = report_batches.choices(street)
    own = [unit for unit in chosen if unit.own]
    assert sum(unit.own for unit in own) == 300
    assert chosen[0].members == 300
    assert not any("党小组" in unit.name for unit in chosen)
    planned = add_branch(office, "拟成立的支部", stage="planned")
    empty, used = add_branch(office, "空的支部"), add_branch(office, "有人的支部")
    add_member(office, "李四", used)
    ids = [unit.id for unit in report_batches.choices(office)]
    assert used in ids
    assert planned not in ids
    assert empty not in ids
    office.actor = Actor("小李", "clerk", frozenset({used}))
    assert [(unit.id, unit.depth) for unit in report_batches.choices(office)] == [(used, 0)]


def test_of_a_chosen_group_its_branch_is_offered(street: Office) -> None:
    groups = [node for node in organisations.tree(street) if node.kind == GROUP_KIND]
    for group in groups[:3]:
        assert [unit.id for unit in report_batches.choices(street, group.id)] == [group.parent_id]


def test_each_has_its_own_files_and_one_line_in_the_audit(office: Office, tmp_path: Path) -> None:
    units = three_branches(office)
    out = tmp_path / "出"
    batch = report_batches.make_each(office, ReportRequest("roster"), out, units)
    assert (batch.done, batch.asked, batch.stopped, batch.failed) == (3, 3, False, [])
    assert sorted(out.iterdir()) == sorted(batch.paths)
    assert {path.name for path in batch.paths} == {
        f"第{name}党支部_党员花名册_2026-09-30.{form}" for name in "一二三" for form in ("pdf", "xlsx")
    }
    for path in batch.paths:
        if path.suffix == ".xlsx":
            sheet = openpyxl.load_workbook(path).active
            shown = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
            assert path.name.split("_")[0] + "党员花名册" in shown
            assert {"李四", "王五"} <= set(shown)
            assert not any("42990019700101" in text for text in shown)
    (event,) = exports(office)
    assert event["detail"]["scopes"] == units  # type: ignore[index]
    assert sorted(event["detail"]["files"]) == sorted(path.name for path in batch.paths)  # type: ignore[index]
    assert batch.sentence == "已为3个党组织生成，写好6个文件。"


def test_organisations_of_one_short_name_do_not_overwrite_each_other(office: Office, tmp_path: Path) -> None:
    units = [
        add_branch(office, "东社区第一党支部", short_name="第一党支部"),
        add_branch(office, "西社区第一党支部", short_name="第一党支部"),
    ]
    for place, unit in enumerate(units):
        add_member(office, "李四", unit, serial=2 * place + 1)
    batch = report_batches.make_each(office, ReportRequest("roster"), tmp_path / "出", units, formats=("pdf",))
    assert [path.name for path in batch.paths] == [
        "第一党支部_党员花名册_2026-09-30.pdf",
        "西社区第一党支部_党员花名册_2026-09-30.pdf",
    ]
    assert all(path.exists() for path in batch.paths)


@pytest.mark.parametrize("heard", [1, 2, 3])
def test_stopped_in_the_middle_it_leaves_whole_files_and_says_how_many(
    office: Office, tmp_path: Path, heard: int
) -> None:
    units = three_branches(office)
    out = tmp_path / "出"
    batch = report_batches.make_each(office, ReportRequest("roster"), out, units, progress=stopping_after(heard))
    # Stopped while the first file of the organisation at hand was being drawn: nothing of that is left.
    assert batch.stopped
    assert batch.done == heard - 1
    assert len(batch.paths) == 2 * (heard - 1)
    left = sorted(out.iterdir()) if out.exists() else []
    assert left == sorted(batch.paths)
    for path in left:
        if path.suffix == ".pdf":
            assert len(pypdfium2.PdfDocument(path)) == 1
        else:
            openpyxl.load_workbook(path)
    assert batch.sentence == f"已停下：3个党组织完成了{heard - 1}个，写好{2 * (heard - 1)}个文件，都是完整的。"
    assert len(exports(office)) == (1 if left else 0)


def test_a_file_open_elsewhere_is_passed_over_and_named(office: Office, tmp_path: Path) -> None:
    units = three_branches(office)
    out = tmp_path / "出"
    out.mkdir()
    mark = out / ".~lock.第二党支部_党员花名册_2026-09-30.xlsx#"
    mark.write_text("", "utf-8")
    batch = report_batches.make_each(office, ReportRequest("roster"), out, units)
    assert (batch.done, len(batch.paths), batch.stopped) == (2, 5, False)
    assert [name for name, _ in batch.failed] == ["第二党支部"]
    assert batch.warnings[0].startswith("第二党支部：“第二党支部_党员花名册_2026-09-30.xlsx”正被别的程序打开")
    assert batch.sentence == "3个党组织完成了2个，写好5个文件。"


def test_a_folder_that_cannot_be_written_ends_it_at_once(office: Office, tmp_path: Path) -> None:
    units = three_branches(office)
    (tmp_path / "文件").write_text("", "utf-8")
    batch = report_batches.make_each(office, ReportRequest("roster"), tmp_path / "文件", units)
    assert (batch.done, batch.paths, batch.stopped, len(batch.failed)) == (0, [], True, 1)
    assert batch.failed[0][1].code == "no_permission"


def test_what_one_report_refuses_all_refuse(office: Office, tmp_path: Path) -> None:
    units = three_branches(office)
    with pytest.raises(UserError) as refused:
        report_batches.make_each(office, ReportRequest("roster", masked=False), tmp_path / "出", units)
    assert refused.value.code == "reason"
    for name in ("minutes", "work-summary"):
        with pytest.raises(UsageError) as wrong:
            report_batches.make_each(office, ReportRequest(name), tmp_path / "出", units)
        assert wrong.value.code == "not_in_batches"
    office.actor = Actor("老王", "reader", frozenset(units))
    with pytest.raises(UserError) as forbidden:
        report_batches.make_each(office, ReportRequest("roster"), tmp_path / "出", units)
    assert forbidden.value.code == "not_allowed"
    assert not (tmp_path / "出").exists()


def test_in_full_every_roster_shows_the_numbers_and_the_reason_is_kept(office: Office, tmp_path: Path) -> None:
    units = three_branches(office)
    batch = report_batches.make_each(
        office, ReportRequest("roster", masked=False, reason="核对名册"), tmp_path / "出", units, formats=("xlsx",)
    )
    for place, path in enumerate(batch.paths):
        cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True) for cell in row]
        assert records.get(office, "member", records.query(office, "member")[2 * place]).values["id_number"] in cells
    (event,) = exports(office)
    assert event["detail"]["reason"] == "核对名册"  # type: ignore[index]


def test_a_character_without_a_shape_names_its_organisation(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "第一党支部")
    add_member(office, "李\U0003fffd", branch)
    batch = report_batches.make_each(office, ReportRequest("roster"), tmp_path / "出", [branch], formats=("pdf",))
    assert batch.missing
    assert batch.missing[0].where.startswith("第一党支部的")
    assert organisations.names(office)[branch] == "第一党支部"
