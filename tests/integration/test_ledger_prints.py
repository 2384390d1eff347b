"""Print forms of ledgers: each shipped one holds its entry, and nothing hangs on a wall that must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.documents.filled_paper import public_text
from dangjian_desktop.documents.model import Document, document_texts
from dangjian_desktop.documents.official import OfficialPaper, official_texts
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.print_forms import PrintForm, PrintShape, print_forms_of
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.ledgers import child_rows, ledgers
from dangjian_desktop.services.office.office import Office, default_templates
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import previewing, reports
from dangjian_desktop.services.reports.request import ReportRequest
from import_kit import block, take
from ledger_kit import put_template
from office_kit import add_branch, add_member, id_number, new_office

BRANCH, PERSON = "第一党支部", "王小明"
PHONE, NUMBER = "13900000000", id_number(serial=77)
SHIPPED = [(key, form.key) for key, template in default_templates().items() for form in print_forms_of(template)]
SEVEN = re.compile(r"\d{7,}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_member(made, PERSON, add_branch(made, BRANCH))
    yield made
    made.close()


def form_of(key: str, name: str) -> tuple[LedgerTemplate, PrintForm]:
    template = default_templates()[key]
    return template, next(form for form in print_forms_of(template) if form.key == name)


def value_for(template: LedgerTemplate, form: PrintForm, column: LedgerColumn) -> Any:
    """What a made-up entry says in a column, so that the form is of it; texts hold numbers that must not get out."""
    if column.name in form.where and column.type is not FieldType.COMPUTED:
        wanted = form.where[column.name][0]
        return "是" if wanted is True else wanted
    match column.type:
        case FieldType.CODE | FieldType.CODES:
            return str(column.codes).removeprefix("choices:").split("|")[0]
        case FieldType.DATE:
            return "2026-09-02"
        case FieldType.INTEGER:
            return column.least if column.least is not None else 3
        case FieldType.DECIMAL:
            return "3"
        case FieldType.MONEY:
            return "100.00"
        case FieldType.BOOLEAN:
            return "是"
        case FieldType.PHONE:
            return PHONE
        case FieldType.ID_NUMBER:
            return NUMBER
        case FieldType.MOMENT:
            return "2026-09-02T08:00"
        case FieldType.MEMBER | FieldType.MEMBERS:
            return PERSON
        case FieldType.ORGANISATION:
            return BRANCH
        case FieldType.TEXT | FieldType.LONG_TEXT:
            return f"{column.label}样例，电话{PHONE}，证件{NUMBER}，单号20260902001"
    return None


def made_for(office: Office, key: str, name: str) -> tuple[str, str]:
    """An entry that the form is printed of, taken in with its state: its id and number."""
    template, form = form_of(key, name)
    state = next(each for each in template.states if not form.states or each.key in form.states)
    cells = {"编号": f"样{key}1", "党组织": BRANCH, "状态": state.label}
    cells |= {
        c.label: said
        for c in template.columns
        if c.type is not FieldType.COMPUTED and (said := value_for(template, form, c)) is not None
    }
    take(office, f"ledger:{key}", block([list(cells), list(cells.values())]))
    [entry] = records.query(office, "ledger_entry", template=key)
    for rows in template.rows if not state.locked else ():
        said = {c.name: value_for(template, form, c) for c in rows.columns}
        child_rows.add(office, entry, rows.name, {k: v for k, v in said.items() if v is not None})
    return entry, f"样{key}1"


def texts_of(paper: Document | OfficialPaper) -> str:
    return "\n".join(official_texts(paper) if isinstance(paper, OfficialPaper) else document_texts(paper))


@pytest.mark.parametrize(("key", "name"), SHIPPED)
def test_a_shipped_form_holds_its_entry_masked(office: Office, key: str, name: str, tmp_path: Path) -> None:
    template, form = form_of(key, name)
    entry, number = made_for(office, key, name)
    record = entry if form.per_entry else None
    asked = ReportRequest(f"{key}.{name}", period="2026", record=record)
    made = reports.prepare(office, asked)
    said = texts_of(made.document)
    if form.shape is PrintShape.SUMMARY:
        assert any(figure.label in said for figure in template.figures)
        assert re.search("[1-9]", said)
    else:
        assert any(word in said for word in (number, BRANCH, "样例", PERSON))
    assert PHONE not in said
    assert NUMBER not in said
    if form.shape is PrintShape.PUBLIC:
        assert SEVEN.findall(said) == []
        assert "公示时间" in said
    spec = reports.spec_of(office, asked.name)
    for form_wanted in (*spec.formats, *spec.more):
        for path in reports.make(office, asked, tmp_path, formats=[form_wanted]).paths:
            assert path.stat().st_size > 2000
    pages = PdfDocument(next(tmp_path.glob("*.pdf")))
    assert len(pages) >= 1
    assert previewing.preview(office, asked).page_count == len(pages)


def own(**form: Any) -> dict[str, Any]:
    """A street's own ledger with one print form."""
    columns = [
        {"name": "what", "label": "事项", "required": True, "table": True},
        {"name": "phone", "label": "电话", "type": "phone"},
        {"name": "agreed", "label": "本人同意", "type": "boolean"},
        {"name": "called", "label": "公示电话", "type": "phone", "consent": "agreed"},
        {"name": "owner", "label": "负责人"},
        {"name": "said", "label": "说明", "type": "long_text", "persons": False},
        {"name": "marks", "label": "分数", "type": "integer"},
    ]
    figures = [{"key": "total", "label": "事项数", "definition": "一条计一件。", "unit": "件"}]
    return {"key": "matters", "title": "事项台账", "ledger_class": "党组织日常工作", "columns": columns,
            "figures": figures, "prints": [{"key": "paper", "title": "事项公示"} | form]}  # fmt: skip


PUBLIC: dict[str, Any] = {"form": "public", "text": ["{表}"], "columns": ["what"], "public_days": 5}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"form": "poster"}, "没有“poster”这种打印样"),
        (PUBLIC | {"columns": ["phone"]}, "公开稿不能印“电话”"),
        (PUBLIC | {"text": ["* {电话}"]}, "公开稿不能印“电话”"),
        (PUBLIC | {"public_days": 0}, "公示几天"),
        (PUBLIC | {"consent": "owner"}, "不是“是否”列"),
        (PUBLIC | {"columns": ["nothing"]}, "列“nothing”不存在"),
        (PUBLIC | {"red_head": True}, "不写“red_head”"),
        (PUBLIC | {"heading": "缠访人员名单公示"}, "不能印成文书"),
        ({"form": "notice", "text": ["{事项}"]}, "逐条写"),
        ({"form": "notice", "text": ["{figure.none}"]}, "统计数“none”不存在"),
        ({"form": "notice", "text": ["见{表}"], "columns": ["what"]}, "要自成一段"),
        ({"form": "letter", "text": ["{没有的列}"]}, "不是列"),
        ({"form": "letter", "text": ["请{事项"]}, "花括号要成对"),
        ({"form": "letter", "text": ["{分项:steps}"]}, "分项“steps”不存在"),
        ({"form": "sheet", "states": ["nowhere"]}, "状态“nowhere”不存在"),
        ({"form": "list", "columns": ["what"], "totals": True}, "没有数"),
        ({"form": "list", "columns": ["what"], "group": "owner"}, "不能用来分组"),
        ({"form": "summary"}, "按什么分"),
        ({"form": "summary", "by": "owner"}, "不能用来分组"),
    ],
)
def test_a_wrong_form_is_refused_with_its_line(office: Office, tmp_path: Path, form: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as fault:
        put_template(office, tmp_path, own(**form))
    assert told in fault.value.message
    assert re.search(r"第\d+行", fault.value.message)


def matter(office: Office, **values: str) -> str:
    return ledgers.add(office, "matters", {"what": "修路", **values}).id


def printed(office: Office, **asked: Any) -> str:
    return texts_of(reports.prepare(office, ReportRequest("matters.paper", **asked)).document)


def test_a_public_copy_tells_no_number_and_names_only_with_consent(office: Office, tmp_path: Path) -> None:
    columns = ["what", "owner", "called", "said"]
    put_template(office, tmp_path, own(**PUBLIC | {"columns": columns}))
    said = f"{PERSON}来电，单号20260902001，{PHONE}"
    matter(office, owner="李大壮、赵六", called=PHONE, agreed="否", said=said)
    told = printed(office, masked=True)
    assert "李＊＊、赵＊" in told
    assert PERSON not in told
    assert "王＊＊来电" in told
    assert "139" not in told.replace("139****0000", "", 1)
    assert SEVEN.findall(told) == []
    assert printed(office, masked=False, reason="核对") == told


def test_without_consent_an_entry_is_not_on_the_public_copy(office: Office, tmp_path: Path) -> None:
    put_template(office, tmp_path, own(**PUBLIC | {"columns": ["what", "owner", "called"], "consent": "agreed"}))
    yes = matter(office, owner="李大壮", called=PHONE, agreed="是")
    no = matter(office, what="修桥", owner="赵六", called=PHONE, agreed="否")
    made = reports.make(office, ReportRequest("matters.paper"), tmp_path, formats=["pdf"])
    assert any("另有1条没有写本人同意" in warning for warning in made.warnings)
    assert previewing.preview(office, ReportRequest("matters.paper")).warnings == list(made.told)
    told = printed(office)
    assert "李大壮" in told
    assert "139****0000" in told
    assert "赵" not in told
    assert "修桥" not in told
    assert "李大壮" in printed(office, record=yes)
    assert "李大壮" in printed(office, record="MATTERS-2026-001")
    with pytest.raises(UserError) as fault:
        printed(office, record=no)
    assert fault.value.code == "no_consent"


def test_every_entry_has_its_own_sheet_in_one_file(office: Office, tmp_path: Path) -> None:
    put_template(office, tmp_path, own(form="sheet", signatures=["经办人"]))
    for what in ("修路", "修桥", "修灯"):
        matter(office, what=what)
    made = reports.make(office, ReportRequest("matters.paper"), tmp_path)
    pdf = PdfDocument(next(path for path in made.paths if path.suffix == ".pdf"))
    assert len(pdf) == 3
    words = ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    assert all("事项公示" in page and "经办人" in page for page in words)
    assert ["修桥" in page for page in words] == [False, True, False]
    book = openpyxl.load_workbook(next(path for path in made.paths if path.suffix == ".xlsx"))
    assert book.sheetnames == ["MATTERS-2026-001", "MATTERS-2026-002", "MATTERS-2026-003"]
    [word] = reports.make(office, ReportRequest("matters.paper"), tmp_path, formats=["docx"]).paths
    cells = {cell.text for table in docx.Document(str(word)).tables for row in table.rows for cell in row.cells}
    assert {"修路", "修桥", "修灯"} <= cells


def test_letters_of_many_entries_are_a_folder_of_files(office: Office, tmp_path: Path) -> None:
    put_template(office, tmp_path, own(form="letter", text=["请办理{事项}，负责人{负责人}。"], addressee="各支部"))
    with pytest.raises(UserError):
        reports.make(office, ReportRequest("matters.paper"), tmp_path)
    for what in ("修路", "修桥"):
        matter(office, what=what)
    made = reports.make(office, ReportRequest("matters.paper"), tmp_path, formats=["docx"])
    assert len({path.name for path in made.paths}) == 2
    assert made.to_fill == 2
    told = ["\n".join(part.text for part in docx.Document(str(path)).paragraphs) for path in made.paths]
    assert any("请办理修路，负责人〔请填写〕。" in text for text in told)
    with pytest.raises(UsageError):
        previewing.preview(office, ReportRequest("matters.paper"))


def test_a_list_groups_orders_and_adds_up(office: Office, tmp_path: Path) -> None:
    put_template(office, tmp_path, own(form="list", columns=["what", "marks"], order="marks", totals=True))
    for what, marks in (("乙", "10"), ("甲", "9")):
        matter(office, what=what, marks=marks)
    document = reports.prepare(office, ReportRequest("matters.paper")).document
    assert isinstance(document, Document)
    [table] = document.tables()
    assert [list(row) for row in table.rows] == [[1, "甲", 9], [2, "乙", 10]]
    assert list(table.totals[0]) == ["合计", None, 19]


def test_a_form_says_which_entries_it_is_of(office: Office) -> None:
    made = ledgers.add(office, "rectification", {"source": "自查", "problem": "台账不全"})
    with pytest.raises(UserError) as fault:
        reports.prepare(office, ReportRequest("rectification.closing", record=made.id))
    assert fault.value.code == "not_on_form"
    assert "已销号" in fault.value.message


@given(st.text(alphabet="0123456789０１２３-. \n证件号电话", max_size=60))
def test_no_text_on_a_wall_holds_seven_digits(text: str) -> None:
    assert SEVEN.findall(public_text(text)) == []


def test_dates_and_numbers_of_entries_stay_on_a_wall() -> None:
    assert public_text("ZG-2026-001，2026-09-02，321000元") == "ZG-2026-001，2026-09-02，321000元"


def test_counts_by_another_entry_name_it(office: Office) -> None:
    team = ledgers.add(office, "service-teams", {"name": "红马甲", "kind": "志愿服务队", "number": "队一"})
    given = {"volunteer": "李大壮", "activity": "清扫", "served_on": "2026-09-01", "hours": "3"}
    for values in (given | {"team": team.id}, given):
        ledgers.add(office, "volunteer-hours", values)
    document = reports.prepare(office, ReportRequest("volunteer-hours.by-team", period="2026")).document
    assert isinstance(document, Document)
    [table] = document.tables()
    assert [row[0] for row in table.rows] == ["队一 红马甲", "未填"]
    assert [row[2] for row in (*table.rows, *table.totals)] == ["3小时", "3小时", "6小时"]


def test_shares_of_a_summary_tell_what_they_are_of(office: Office) -> None:
    for _ in range(2):
        ledgers.add(office, "orders", {"task": "修灯", "ordered_on": "2026-09-01", "organisation": BRANCH})
    document = reports.prepare(office, ReportRequest("orders.by-unit", period="2026")).document
    assert isinstance(document, Document)
    [table] = document.tables()
    labels = [column.label for column in table.columns]
    share = next(label for label in labels if label.endswith("率"))
    assert table.rows[0][labels.index(share)] == "0.0%（0/2）"
    assert list(table.totals[0])[labels.index(share)] == "0.0%（0/2）"
