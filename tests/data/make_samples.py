"""Makes the sample rosters: invented people, real untidiness (`office-habits` §1–5). Run it to write them anew.

Every fault in them has a row of its own, and `tests/unit/test_samples.py` says what becomes of it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from openpyxl.styles import Alignment, Border, Font, Side

from dangjian_desktop.domain.values.id_numbers import check_character
from dangjian_desktop.domain.values.partial_dates import add_months

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "resources" / "samples"
TESTED = Path(__file__).parent / "samples"
BRANCHES = ("九十墩社区党支部", "春天社区党支部", "刘口社区党支部")

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "建国志强秀英桂兰玉珍德明海燕文静晓东春梅立新长江红霞永生淑芳国庆雪松家和书琴大勇小平"
JOBS = (
    "社区居委会委员",
    "沙嘴街道办事处科员",
    "退休",
    "某建材商行店员",
    "某物业公司保安",
    "务农",
    "市第三小学教师",
    "自由职业",
)
EDUCATION = ("本科", "大学", "大专", "高中", "中专", "初中", "大学本科", "高中文化", "小学", "研究生")


@dataclass
class Person:
    """One invented person, written the tidy way."""

    name: str
    sex: str
    id_number: str
    born: date
    joined: date
    confirmed: date
    education: str
    employer: str
    phone: str
    branch: str


def people(seed: int, count: int, branches: Sequence[str]) -> list[Person]:
    """`count` invented people, spread over the branches in order."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        male = chance.random() < 0.6
        born = date(1945, 1, 1) + timedelta(chance.randrange(20000))
        order = f"{chance.randrange(10, 90)}{chance.choice((1, 3, 5, 7, 9) if male else (0, 2, 4, 6, 8))}"
        first = f"429900{born:%Y%m%d}{order}"
        joined = add_months(born, 12 * chance.randrange(20, 30)) + timedelta(chance.randrange(300))
        joined = min(joined, date(2023, 3, 1))
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
        made.append(
            Person(
                name,
                "男" if male else "女",
                first + check_character(first),
                born,
                joined,
                add_months(joined, 12),
                chance.choice(EDUCATION),
                chance.choice(JOBS),
                f"139{chance.randrange(10**8):08d}",
                branches[number * len(branches) // count],
            )
        )
    return made


HEADERS = (
    "序号", "姓名", "性别", "民族", "出生年月", "身份证号", "学历", "党员类别", "入党时间", "转正时间",
    "所在党支部", "工作单位及职务", "联系电话", "家庭住址", "备注",
)  # fmt: skip


def tidy_row(number: int, person: Person) -> list[Any]:
    """The cells of one person as a careful clerk writes them."""
    return [
        number,
        person.name,
        person.sex,
        "汉族",
        f"{person.born:%Y.%m}",
        person.id_number,
        person.education,
        "正式党员",
        f"{person.joined:%Y.%m}",
        f"{person.confirmed:%Y.%m}",
        person.branch,
        person.employer,
        person.phone,
        f"沙嘴街道{person.branch[:-3]}{number}号",
        "",
    ]


def column(header: str) -> int:
    """0-based column of a header in `HEADERS`."""
    return HEADERS.index(header)


def untidy(rows: list[list[Any]]) -> None:
    """Put every usual fault into one row each; the place in the list decides which."""

    def put(place: int, **cells: Any) -> None:
        for header, value in cells.items():
            rows[place][column(header)] = value

    put(0, 姓名="张　伟", 性别="男性", 民族="汉", 入党时间="一九九八年七月", 转正时间="一九九九年七月")
    put(1, 姓名="阿依努尔•吐尔逊", 民族="维吾尔", 学历="大学", 党员类别="中共党员")
    put(2, 姓名="周𬭎", 民族="土家", 党员类别="正式")
    put(3, 姓名="李㛃", 身份证号=f"'{rows[3][5]}", 联系电话=f"{rows[3][12][:3]} {rows[3][12][3:7]} {rows[3][12][7:]}")
    put(4, 姓名="王䶮", 身份证号=f"{rows[4][5][:6]} {rows[4][5][6:14]} {rows[4][5][14:]}", 联系电话=float(rows[4][12]))
    put(5, 入党时间="2021.6.31")
    put(6, 身份证号=float(rows[6][5][:15] + "000"))
    put(7, 身份证号=rows[7][5][:17] + ("1" if rows[7][5][17] != "1" else "2"))
    put(8, 性别="女" if rows[8][2] == "男" else "男", 备注="性别与证号不符")
    put(9, 入党时间="98.7", 转正时间="99.7")
    put(10, 入党时间="1978年底", 转正时间="不详")
    put(11, 入党时间=44393, 转正时间=44758)
    put(12, 党员类别="预备", 入党时间=date(2025, 11, 3), 转正时间="/")
    put(13, 入党时间=2021.1, 转正时间="2022.10")
    put(14, 入党时间=2021.1, 转正时间=date(2022, 10, 1))
    put(15, 联系电话="1391234567", 民族="苗")
    put(16, 工作单位及职务="#REF!")
    put(17, 所在党支部="九十敦社区党支部")
    put(18, 身份证号="")
    put(20, 姓名="")
    put(22, 学历="飞行学院", 党员类别="中共正式党员")
    put(24, 性别=1 if rows[24][2] == "男" else 2, 民族="回族", 学历="省委党校大学")
    put(26, 入党时间="2001/7/1", 转正时间="2002年7月1日")
    put(28, 入党时间="20010701", 转正时间="200207", 联系电话=f"{rows[28][12]}/{rows[29][12]}")
    put(30, 身份证号=_with_x(rows[30]).lower(), 出生年月="")
    put(31, 身份证号=_with_x(rows[31]).replace("X", "Ｘ"), 出生年月="")
    put(32, 身份证号=rows[33][5], 备注="与下一行证号相同")


def _with_x(row: list[Any]) -> str:
    """Another number for the same birthday and sex whose last character is X."""
    odd = row[2] == "男"
    for order in range(101 if odd else 100, 999, 2):
        first = f"{row[5][:14]}{order:03d}"
        if check_character(first) == "X":
            return first + "X"
    raise AssertionError("every birthday has such a number")


def shipped_roster(path: Path) -> None:
    """The street's roster of last year: one big sheet with a two-row header, one sheet of a branch of its own."""
    staff = people(2025, 52, BRANCHES)
    rows = [tidy_row(number, person) for number, person in enumerate(staff, start=1)]
    untidy(rows)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "花名册"
    sheet.append(["沙嘴街道党员花名册"])
    sheet.append(["填报单位：沙嘴街道党工委", *[None] * 9, "填报时间：2025年12月31日"])
    sheet.append(
        ["序号", "姓名", "性别", "民族", "出生年月", "身份证号", "学历", "党员类别", "入党情况", None, *HEADERS[10:]]
    )
    sheet.append([None] * 8 + ["入党时间", "转正时间"])
    _merge_header(sheet)
    for place, row in enumerate(rows):
        if place in (18, 36):
            sheet.append([])
        sheet.append([None if cell == "" else cell for cell in row])
    _mark_cells(sheet, rows)
    _frame(sheet)
    sheet.append([None, "合计", None, None, None, None, None, f"{len(rows)}人"])
    sheet.append([])
    sheet.append(["填表人：何某某", None, None, None, "审核人：吕某某", None, None, None, None, None, "单位（盖章）："])
    sheet.append(["说明：1.本表一式两份。2.出生年月、入党时间以档案为准。"])
    sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=15)
    _branch_sheet(book.create_sheet("刘口社区党支部"), people(2026, 8, BRANCHES[2:]))
    book.create_sheet("Sheet3")
    book.save(path)


def _merge_header(sheet: Any) -> None:
    sheet.merge_cells("A1:O1")
    sheet.merge_cells("I3:J3")
    for letter in "ABCDEFGHKLMNO":
        sheet.merge_cells(f"{letter}3:{letter}4")
    thin = Side(style="thin")
    for row in sheet["A3:O4"]:
        for cell in row:
            cell.font = Font(bold=True)
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["A1"].font = Font(name="宋体", size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for letter, width in zip("ABCDEFGHIJKLMNO", (6, 16, 6, 9, 11, 22, 12, 12, 15, 15, 20, 24, 15, 28, 18), strict=True):
        sheet.column_dimensions[letter].width = width


def _frame(sheet: Any) -> None:
    """Lines around the records and one page in width, as the file lies on the office's disk."""
    thin = Side(style="thin")
    for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row, max_col=15):
        if isinstance(row[0].value, int):
            for cell in row:
                cell.border = Border(thin, thin, thin, thin)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _mark_cells(sheet: Any, rows: list[list[Any]]) -> None:
    """Looks that change what a cell means: formats, a broken formula, hidden rows, a block merged downwards."""
    by_number = {row[0].value: row for row in sheet.iter_rows(min_row=5) if isinstance(row[0].value, int)}
    by_number[14][column("入党时间")].number_format = "General"
    by_number[15][column("入党时间")].number_format = "0.00"
    by_number[15][column("转正时间")].number_format = 'yyyy"年"m"月"'
    by_number[13][column("入党时间")].number_format = "yyyy-mm-dd"
    by_number[17][column("工作单位及职务")].data_type = "e"
    for number in (40, 41):
        sheet.row_dimensions[by_number[number][0].row].hidden = True
    top, bottom = by_number[45][0].row, by_number[47][0].row
    sheet.merge_cells(start_row=top, start_column=11, end_row=bottom, end_column=11)


def _branch_sheet(sheet: Any, staff: list[Person]) -> None:
    sheet.append(["党 员 名 册"])
    sheet.merge_cells("A1:H1")
    sheet.append(["序号", "姓  名", "性别", "身份证\n号码", "文化程度", "入党\n年月", "转正年月", "手机"])
    for number, person in enumerate(staff, start=1):
        sheet.append(
            [
                number,
                person.name if len(person.name) > 2 else "　".join(person.name),
                person.sex,
                person.id_number,
                person.education,
                date(person.joined.year, person.joined.month, 1),
                f"{person.confirmed.year}年{person.confirmed.month}月",
                person.phone,
            ]
        )
        sheet.cell(sheet.max_row, 6).number_format = 'yyyy"年"m"月"'
    sheet.append(["合计", None, f"{len(staff)}人"])


def old_workbook(path: Path) -> None:
    """An .xls with one sheet for each of two branches, months typed into date cells, one row hidden."""
    book = xlwt.Workbook(encoding="utf-8")
    month = xlwt.easyxf(num_format_str='yyyy"年"m"月"')
    for seed, branch in enumerate(BRANCHES[:2], start=11):
        sheet = book.add_sheet(branch)
        sheet.write_merge(0, 0, 0, 6, f"{branch}党员花名册")
        for place, text in enumerate(("序号", "姓名", "性别", "公民身份号码", "民族", "入党日期", "联系电话")):
            sheet.write(1, place, text)
        staff = people(seed, 10, [branch])
        for number, person in enumerate(staff, start=1):
            cells = [number, person.name, person.sex, person.id_number, "汉", None, person.phone]
            for place, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(number + 1, place, cell)
            sheet.write(number + 1, 5, person.joined.replace(day=1), month)
        sheet.row(4).hidden = True
        sheet.write(len(staff) + 2, 1, "合计")
        sheet.write(len(staff) + 2, 2, f"{len(staff)}人")
        sheet.write(len(staff) + 3, 0, "填表人：")
    book.save(str(path))


def old_text(path: Path) -> None:
    """A CSV in GB18030 with a title, Chinese numerals, a two-row header without merges, and a total."""
    staff = people(21, 9, [BRANCHES[1]])
    lines = [
        "春天社区党支部党员名册,,,,,,",
        "序号,姓名,性别,身份证号码,入党情况,,电话",
        ",,,,入党时间,转正时间,",
    ]
    for number, person in enumerate(staff, start=1):
        joined = f"{person.joined.year}年{person.joined.month}月"
        if number == 2:
            joined = "一九八五年十二月三十一日"
        if number == 3:
            joined = "1949.10（约）"
        identity = f"{float(person.id_number[:17] + '0'):.5E}" if number == 4 else f'="{person.id_number}"'
        lines.append(f"{number},{person.name},{person.sex},{identity},{joined},{person.confirmed:%Y.%m},{person.phone}")
    lines += [f"合计,{len(staff)}人,,,,,", "注：以上含预备党员,,,,,,"]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def web_page(path: Path) -> None:
    """What an old system calls an Excel export: a web page named .xls."""
    staff = people(31, 7, [BRANCHES[2]])
    rows = "".join(
        f"<tr><td>{number}</td><td>{person.name}</td><td>{person.sex}</td><td style='vnd.ms-excel.numberformat:@'>"
        f"{person.id_number}</td><td>中共党员</td><td>{person.joined:%Y-%m-%d}</td><td>{person.phone}&nbsp;</td></tr>\n"
        for number, person in enumerate(staff, start=1)
    )
    heads = "".join(
        f"<th>{text}</th>" for text in ("序号", "党员姓名", "性别", "证件号码", "党员类别", "入党日期", "联系<br>方式")
    )
    page = (
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><meta http-equiv='Content-Type' "
        "content='text/html; charset=gb2312'><style>td{mso-number-format:General}</style></head><body>\n"
        "<table border=1><tr><td colspan=7>刘口社区党支部党员信息表</td></tr>\n"
        f"<tr>{heads}</tr>\n{rows}<tr><td colspan=2>合计</td><td colspan=5>{len(staff)}人</td></tr>"
        "</table></body></html>"
    )
    path.write_bytes(page.encode("gb18030"))


def main() -> None:
    """Write all samples."""
    SHIPPED.mkdir(parents=True, exist_ok=True)
    TESTED.mkdir(parents=True, exist_ok=True)
    shipped_roster(SHIPPED / "党员花名册（去年）.xlsx")
    old_workbook(TESTED / "两个支部.xls")
    old_text(TESTED / "春天社区党支部党员名册.csv")
    web_page(TESTED / "刘口社区党支部党员信息表.xls")


if __name__ == "__main__":
    main()
