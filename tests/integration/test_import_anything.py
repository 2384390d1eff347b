"""Whatever lies in the cells: an import ends in a plan or a plain sentence, and a second one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from import_kit import block, workbook
from office_kit import STREET, add_branch, add_member, id_number, new_office

KINDS = ("roster", "organisations", "posts", "meetings", "ledger:rectification", "ledger:care-visits",
         "ledger:unit-registration")  # fmt: skip
TEXTS = (
    "", "　", "无", "/", "—", "#REF!", "#N/A", "2021.1", "2021.6.31", "98.7", "2021年7月16日前", "二〇二一年七月",
    "2026-09-03 14:30", "1:2:3", "一党支部", "没有的支部", "甲党总支", "第一党小组", "王小明", "张三", "x" * 5_000,
    "=1+1", "\u200b", "🚩", "\x07铃", "合计", "填表人：某", "示例", "正式", "男", "女", "1", "2", "0", "是", "否",
    "13800001234", "书记", "党员大会", "巡察", "自查", "已销号", "ZG-1", "'", '"', "甲\n乙", "1}个",
    "困难党员；流动党员", "１２３", "²", "½", "Ⅷ", "①", "٣", "9" * 400, "-" * 300, "99999999999", "4.29E+17",
    id_number(serial=1), id_number(serial=9), id_number(serial=11),
)  # fmt: skip
VALUES = (2021.1, 44393, 0, -1, 1e300, True, False, date(2021, 7, 1), datetime(2021, 7, 1, 14, 30), None, 10**30)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    general = add_branch(made, "甲党总支", kind="621")
    for serial, name in enumerate(("一党支部", "二党支部", "一党支部"), start=1):
        add_member(made, "王小明", add_branch(made, name, parent=general), serial)
    yield made
    made.close()


def sheet(office: Office, kind: str, random: Random, *, texts_only: bool) -> list[list[object]]:
    """A title now and then, all required columns with some others in any order, and rows of anything."""
    fields = [f for f in importing.fields(office, kind).fields if f.importable]
    further = random.sample(fields, min(len(fields), random.randint(2, 9)))
    headers = list(dict.fromkeys(f.label for f in fields if f.required or f in further))
    random.shuffle(headers)
    choice: tuple[object, ...] = TEXTS if texts_only else TEXTS + VALUES
    rows: list[list[object]] = [[random.choice(("一党支部党员花名册", f"{STREET}名册", "乱七八糟"))]]
    rows = rows if random.random() < 0.5 else []
    return [*rows, [*headers], *([random.choice(choice) for _ in headers] for _ in range(random.randint(0, 12)))]


@pytest.mark.parametrize("kind", KINDS)
def test_anything_may_lie_in_the_cells(office: Office, tmp_path: Path, kind: str) -> None:
    random = Random(kind)
    for turn in range(14):
        rows = sheet(office, kind, random, texts_only=turn % 2 == 0)
        plain = [
            ["".join(c for c in cell if c != "\x07") if isinstance(cell, str) else cell for cell in r] for r in rows
        ]
        source = block(rows) if turn % 2 == 0 else workbook(tmp_path / f"{turn}.xlsx", {"表": plain})
        options: dict[str, Any] = {
            "scope": random.choice((None, None, "甲党总支", "二党支部")),
            "create_orgs_under": random.choice((None, STREET)),
            "allow_no_id": random.random() < 0.5,
        }
        try:
            plan = importing.prepare(office, kind, source, **options)
        except UserError as refused:
            assert refused.code == "no_header"
            continue
        assert sum(plan.counts.values()) == len(plan.rows)
        importing.write_rejects(plan, tmp_path / "退回.xlsx")
        importing.apply(office, plan)
        second = importing.prepare(office, kind, source, **options)
        assert (second.counts["new"], second.counts["updated"]) == (0, 0), rows
    assert integrity.check(office) == []
