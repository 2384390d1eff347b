"""Synthetic rosters for the measurements: a workbook of 30 columns, and a table of 12 for paper."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from dangjian_desktop.domain.values.id_numbers import check_character

SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳", "司马")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志红文玉兰海燕春雪晨"
RARE = "𠅤𬸚𪨶龑喆䶮"

FIELDS = (
    ("name", "姓名"),
    ("sex", "性别"),
    ("ethnic_group", "民族"),
    ("id_number", "公民身份号码"),
    ("birth_on", "出生日期"),
    ("native_place", "籍贯"),
    ("education", "学历"),
    ("school", "毕业院校系及专业"),
    ("graduated_on", "毕业时间"),
    ("member_class", "人员类别"),
    ("joined_on", "入党日期"),
    ("confirmed_on", "转正日期"),
    ("sponsors", "入党介绍人"),
    ("organisation", "所在党支部"),
    ("employer", "工作单位及职务"),
    ("occupation", "工作岗位"),
    ("marital", "婚姻状况"),
    ("health", "健康状况"),
    ("phone", "手机号码"),
    ("landline", "固定电话"),
    ("address", "现居住地"),
    ("registered_address", "户籍所在地"),
    ("archive_holder", "党员档案所在单位"),
    ("degree", "学位"),
    ("social_stratum", "新社会阶层类型"),
    ("front_line", "一线情况"),
    ("migrant_worker", "是否农民工"),
    ("taiwan_origin", "是否台湾省籍"),
    ("note", "备注"),
)
"""Fields of a member and the headers of the roster; with the running number there are 30 columns."""


def person(random: Random, number: int) -> dict[str, Any]:
    """One row of the roster by header; no two numbers give the same ID number below ten million."""
    born = date(1940, 1, 1) + timedelta(days=number // 1000 + 9_000 * (number % 2))
    first = f"429900{born:%Y%m%d}{number % 1000:03d}"
    name = random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))
    # On the first of a month, so that whoever was confirmed a year later had the full year.
    joined = (date(1985, 7, 1) + timedelta(days=random.randrange(14_000))).replace(day=1)
    return {
        "序号": number + 1,
        "姓名": name + (random.choice(RARE) if number % 500 == 0 else ""),
        "性别": "男" if number % 2 else "女",
        "民族": "汉" if number % 20 else "土家族",
        "公民身份号码": first + check_character(first),
        "出生日期": f"{born:%Y.%m}",
        "籍贯": "湖北某县",
        "学历": random.choice(("本科", "大专", "高中", "初中", "中专")),
        "毕业院校系及专业": "某某大学 行政管理",
        "毕业时间": "2001.07",
        "人员类别": "正式党员",
        "入党日期": f"{joined:%Y-%m-%d}",
        "转正日期": f"{joined.replace(year=joined.year + 1):%Y-%m-%d}",
        "入党介绍人": "王某、李某",
        "所在党支部": f"第{number % 200 + 1}党支部",
        "工作单位及职务": "某某街道某某社区居委会",
        "工作岗位": "社区工作人员",
        "婚姻状况": "已婚",
        "健康状况": "健康",
        "手机号码": f"138{number:08d}",
        "固定电话": "",
        "现居住地": f"某某路{number}号某某小区",
        "户籍所在地": "湖北省某县某某街道某某社区",
        "党员档案所在单位": "某某街道",
        "学位": "",
        "新社会阶层类型": "",
        "一线情况": "",
        "是否农民工": "否",
        "是否台湾省籍": "否",
        "备注": "",
    }


def write_roster(path: Path, people: int) -> None:
    """The workbook, unless it is there already."""
    if path.exists():
        return
    from rustpy_xlsxwriter import write_worksheet

    random = Random(1)
    beside = path.with_name("beside.xlsx")
    write_worksheet([person(random, number) for number in range(people)], str(beside))
    beside.replace(path)


PAPER_COLUMNS = ("序号", "姓名", "性别", "民族", "出生日期", "学历", "公民身份号码", "入党时间", "党员类别")
PAPER_WIDE = ("所在党支部", "家庭住址", "联系电话")
_UNITS = (
    "沙湾社区党总支第一党支部",
    "河东社区党委第三网格党支部",
    "某某新材料有限公司党支部",
    "街道机关第二党支部",
    "滨江花园小区党支部",
)
_ADDRESSES = (
    "河东路18号滨江花园小区7栋2单元1203室",
    "青年路36号",
    "工业园区B区创业大厦11楼（某某新材料有限公司）",
    "沙湾老街106号附3号",
)


def paper_rows(people: int) -> list[tuple[Any, ...]]:
    """Rows of 12 columns, some of which wrap, with rare characters in some names."""
    random, rows = Random(1), []
    for number in range(people):
        given = "".join(random.choice(GIVEN + RARE) for _ in range(random.choice((1, 2, 2))))
        name = "阿卜杜热西提·麦麦提依明" if number % 97 == 0 else random.choice(SURNAMES) + given
        born, joined = date(1940, 1, 1) + timedelta(random.randrange(23_000)), random.randrange(1960, 2025)
        rows.append(
            (
                number + 1,
                name,
                random.choice("男女"),
                random.choice(("汉族", "汉族", "汉族", "土家族")),
                born.isoformat(),
                random.choice(("大学本科", "大学专科", "普通高中", "研究生", "初级中学")),
                f"429***********{random.randrange(10_000):04d}",
                f"{joined}-{random.randrange(1, 13):02d}",
                random.choice(("正式", "正式", "预备")),
                random.choice(_UNITS),
                random.choice(_ADDRESSES),
                f"138****{random.randrange(10_000):04d}",
            )
        )
    return rows
