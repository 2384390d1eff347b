"""Ledger templates: what ships is sound, what is amiss is refused, and who may close what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.columns import choices
from dangjian_desktop.domain.ledgers.ledger_templates import load_templates, read_template, template_keys
from dangjian_desktop.domain.ledgers.ledgers import (
    LEDGER_CLASSES,
    Entry,
    LedgerTemplate,
    count,
    is_overdue,
    may_move,
    next_number,
    number_for,
    transitions_from,
)
from dangjian_desktop.domain.ledgers.persons import people
from dangjian_desktop.domain.ledgers.print_forms import print_form_keys, print_forms_of
from dangjian_desktop.domain.ledgers.rows import rows_of
from dangjian_desktop.domain.records.fields import FieldType


@pytest.fixture(scope="module")
def templates() -> dict[str, LedgerTemplate]:
    return load_templates(resource("ledgers"))


@pytest.fixture
def rectification(templates: dict[str, LedgerTemplate]) -> LedgerTemplate:
    return templates["rectification"]


DONE = {
    "problem": "支部会议记录不完整",
    "owner": "张 三、李四",
    "measures": "补齐记录并每月抽查",
    "due_on": "2026-05",
    "progress": "已补齐",
    "evidence": "会议记录本第3册",
    "applicant": "张三",
    "acceptor": "王五",
    "opinion": "同意销号",
    "closed_on": "2026-05-20",
}


def test_what_ships_is_in_order(templates: dict[str, LedgerTemplate]) -> None:
    assert {"rectification", "unit-registration", "care-visits"} < set(templates)
    assert all(template.category and template.notes.endswith("。") for template in templates.values())
    assert [t.key for t in templates.values() if t.restricted and "reader" in t.readers] == []
    assert {t.ledger_class for t in templates.values()} <= set(LEDGER_CLASSES)
    assert all(figure.definition.endswith("。") for t in templates.values() for figure in t.figures)


def test_columns_named_in_the_practice_are_there(rectification: LedgerTemplate) -> None:
    labels = {column.label for column in rectification.columns}
    asked = "来源 问题表述 问题类型 责任领导 责任科室 责任人 整改措施 时间节点 佐证材料 进展 完成时限 销号申请人"
    assert {*asked.split(), "验收意见", "销号日期", "回头看结果"} <= labels
    assert choices(rectification.column("nature")) == ("共性", "个性")
    assert choices(rectification.column("owner")) == ()


def test_care_ledger_keeps_to_the_privacy_line(templates: dict[str, LedgerTemplate]) -> None:
    care = templates["care-visits"]
    assert care.restricted and "reader" not in care.readers
    assert care.column("amount").type is FieldType.MONEY
    values = {"member": "m1", "visited_on": "2026-02-01", "kind": "慰问金", "giver": "李四", "consent": False}
    refusal = may_move(care, values, "planned", "visited", role="clerk", person="李四")
    assert refusal is not None and refusal.columns == ("consent",)
    assert may_move(care, values | {"consent": True}, "planned", "visited", role="clerk", person="李四") is None


def test_closing_by_another_is_allowed(rectification: LedgerTemplate) -> None:
    assert may_move(rectification, DONE, "awaiting", "closed", role="clerk", person="王五") is None


@pytest.mark.parametrize("person", ["张三", "李四", "张　三"])
def test_owner_cannot_close(rectification: LedgerTemplate, person: str) -> None:
    refusal = may_move(rectification, DONE, "awaiting", "closed", role="administrator", person=person)
    assert refusal is not None and refusal.code == "own_matter"


def test_owner_cannot_be_named_acceptor_by_a_shared_account(rectification: LedgerTemplate) -> None:
    values = DONE | {"acceptor": "李 四"}
    refusal = may_move(rectification, values, "awaiting", "closed", role="clerk", person="党建办")
    assert refusal is not None and refusal.columns == ("acceptor", "owner")


@pytest.mark.parametrize("column", ["owner", "evidence", "acceptor", "opinion", "closed_on"])
def test_closing_needs(rectification: LedgerTemplate, column: str) -> None:
    refusal = may_move(rectification, DONE | {column: " "}, "awaiting", "closed", role="clerk", person="王五")
    assert refusal is not None and refusal.code == "missing" and refusal.columns == (column,)
    assert rectification.column(column).label in refusal.message


def test_role_and_path_are_refused(rectification: LedgerTemplate) -> None:
    refused = may_move(rectification, DONE, "awaiting", "closed", role="reader", person="王五")
    assert refused is not None and refused.code == "role"
    skipped = may_move(rectification, DONE, "drafting", "closed", role="clerk", person="王五")
    assert skipped is not None and skipped.code == "no_transition" and "整改中" in skipped.message


def test_moves_open_to_a_role(rectification: LedgerTemplate) -> None:
    assert {m.target for m in transitions_from(rectification, "awaiting")} == {"working", "closed"}
    assert transitions_from(rectification, "awaiting", role="secretary") == []


@pytest.mark.parametrize(
    ("due", "on", "overdue"),
    [
        ("2026-05-20", date(2026, 5, 20), False),
        ("2026-05-20", date(2026, 5, 21), True),
        ("2026-05", date(2026, 5, 31), False),
        ("2026-05", date(2026, 6, 1), True),
        ("2026", date(2026, 12, 31), False),
        (None, date(2026, 12, 31), False),
    ],
)
def test_overdue(rectification: LedgerTemplate, due: str | None, on: date, overdue: bool) -> None:
    assert is_overdue(rectification, {"due_on": due}, "working", on) is overdue
    assert is_overdue(rectification, {"due_on": due}, "closed", on) is False


def test_names_are_told_apart() -> None:
    assert people("张 三、李四，王和平") == {"张三", "李四", "王和平"}
    assert people(None) == frozenset()


def test_numbers(rectification: LedgerTemplate) -> None:
    assert number_for(rectification, 2026, 7) == "ZG-2026-007"
    taken = ["ZG-2026-009", "ZG-2025-120", None, "旧编号 77"]
    assert next_number(rectification, 2026, taken) == "ZG-2026-010"
    assert next_number(rectification, 2027, taken) == "ZG-2027-001"


def test_figures(rectification: LedgerTemplate) -> None:
    on = date(2026, 6, 10)
    entries = [
        Entry("a", "closed", {"due_on": "2026-05-20", "closed_on": "2026-05-20"}),
        Entry("b", "looked_back", {"due_on": "2026-05-20", "closed_on": "2026-05-21", "look_back": "反弹"}),
        Entry("c", "working", {"due_on": "2026-06-09"}),
        Entry("d", "long_term", {"due_on": "2026-12-31"}),
    ]
    counts = {c.figure.key: c for c in count(rectification, entries, on)}
    assert {key: c.numerator for key, c in counts.items()} == {
        "total": 4, "closed": 2, "working": 1, "long_term": 1, "overdue": 1,
        "on_time_rate": 1, "looked_back": 1, "relapse_rate": 1,
    }  # fmt: skip
    assert counts["on_time_rate"].value == 0.5 and counts["on_time_rate"].records == ("a",)
    assert counts["overdue"].records == ("c",)
    empty = {c.figure.key: c for c in count(rectification, [], on)}
    assert empty["on_time_rate"].value is None and empty["total"].value == 0


def test_sums_and_distinct(templates: dict[str, LedgerTemplate]) -> None:
    entries = [
        Entry("a", "visited", {"member": "m1", "amount": 50000}),
        Entry("b", "received", {"member": "m1", "amount": None}),
        Entry("c", "planned", {"member": "m2", "amount": 30000}),
    ]
    counts = {c.figure.key: c.numerator for c in count(templates["care-visits"], entries, date(2026, 3, 1))}
    assert counts["visits"] == 2 and counts["members"] == 1 and counts["amount"] == 50000


def _shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((resource("ledgers") / "rectification.json").read_text(encoding="utf-8"))
    return loaded


ROWS: dict[str, Any] = {
    "name": "steps",
    "label": "措施",
    "columns": [
        {"name": "what", "label": "内容", "required": True},
        {"name": "day", "label": "完成日", "type": "date"},
    ],
}
REFERENCE = {"name": "task", "label": "任务", "type": "entry", "ledger": "rectification"}

FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "不认识": lambda d: d.update(colour="red"),
    "缺少": lambda d: d.pop("title"),
    "四类": lambda d: d.update(ledger_class="其他"),
    "不存在": lambda d: d["columns"][0].update(type="number"),
    "自己的字段": lambda d: d["columns"][0].update(name="state"),
    "重复": lambda d: d["columns"].append(dict(d["columns"][0], label="别名")),
    "两个选项": lambda d: d["columns"][0].update(codes="choices:一"),
    "codes": lambda d: d["columns"][0].pop("codes"),
    "不是日期列": lambda d: d.update(due="owner"),
    "编号规则": lambda d: d.update(number_rule="ZG-{serial}"),
    "角色": lambda d: d["transitions"][0].update(roles=["boss"]),
    "哪些角色": lambda d: d["transitions"][0].update(roles=[]),
    "绕过回避": lambda d: d["transitions"][5]["needs"].remove("owner"),
    "到不了": lambda d: d["states"].append({"key": "lost", "label": "遗失"}),
    "要写在它前面": lambda d: d["figures"].reverse(),
    "不在列": lambda d: d["figures"][7]["where"].update(look_back=["不明"]),
    "写成了别的": lambda d: d.update(columns=[dict(d["columns"][0], name=5)]),
    "应是true 或 false": lambda d: d["columns"][0].update(required="是"),
    "只写一样": lambda d: d["columns"][0].update(choices=["甲", "乙"]),
    "是多选": lambda d: d["columns"][0].update(type="choices", codes="sex"),
    "要写 ledger": lambda d: d["columns"][7].update(type="entry"),
    "要写 formula": lambda d: d["columns"][7].update(type="computed"),
    "不引用条目": lambda d: d["columns"][7].update(follow={"closed": "done"}),
    "最多6位": lambda d: d["columns"][7].update(type="decimal", places=9),
    "不写 places": lambda d: d["columns"][7].update(places=2),
    "不写 least": lambda d: d["columns"][7].update(least=0),
    "不写 lead_days": lambda d: d["columns"][7].update(lead_days=[7]),
    "同意列": lambda d: d["columns"][7].update(consent="owner"),
    "没有这一列": lambda d: d.update(rows=[ROWS | {"order": "when"}]),
    "不能带动": lambda d: d.update(rows=[ROWS | {"columns": [REFERENCE | {"follow": {"closed": "done"}}]}]),
    "列键“owner”重复": lambda d: d.update(rows=[ROWS | {"name": "owner"}]),
    "终结状态": lambda d: d["states"][0].update(locked=True),
    "几天内办": lambda d: d["states"][4].update(days=3),
    "只能对金额列": lambda d: d["figures"][0].update(sum="owner"),
}


@pytest.mark.parametrize("phrase", FAULTS)
def test_faulty_template_is_refused(tmp_path: Any, phrase: str) -> None:
    data = _shipped()
    FAULTS[phrase](data)
    (tmp_path / "bad.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        load_templates(tmp_path)
    assert refused.value.code == "ledger_template"
    assert "bad.json" in refused.value.message and phrase in refused.value.message


def test_broken_and_doubled_text_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        read_template("{")
    with pytest.raises(ValueError, match="写了两次"):
        read_template('{"key": "a", "key": "b"}')


def test_two_templates_with_one_key(tmp_path: Any) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(_shipped()), encoding="utf-8")
    with pytest.raises(UserError, match="已被另一个模板使用"):
        load_templates(tmp_path)


def test_brackets_without_end_are_one_phrase() -> None:
    with pytest.raises(ValueError, match="套得太深"):
        read_template("[" * 100_000)


def test_every_type_of_column_and_child_rows_are_read() -> None:
    data = _shipped() | {"rows": [ROWS | {"order": "day", "columns": [*ROWS["columns"], REFERENCE]}]}
    data["columns"] += [
        {"name": "share", "label": "占比", "type": "decimal", "places": 2, "unit": "%", "least": 0, "most": 100},
        {"name": "tags", "label": "五联", "type": "choices", "choices": ["组织联建", "资源联享"]},
        {"name": "kind", "label": "类别", "type": "choice", "choices": ["甲", "乙"], "persons": False},
        {"name": "team", "label": "成员", "type": "members", "readers": ["clerk"]},
        {"name": "order", "label": "派单", "type": "entry", "ledger": "orders", "follow": {"closed": "done"}},
        {"name": "photos", "label": "照片", "type": "attachment"},
        {"name": "late", "label": "超期天数", "type": "computed", "formula": "days(closed_on, due_on)",
         "result": "integer"},
    ]  # fmt: skip
    data["transitions"][0]["needs"].append("steps")
    template = read_template(json.dumps(data))
    assert template.column("share").places == 2 and template.column("tags").type is FieldType.CODES
    assert choices(template.column("kind")) == ("甲", "乙") and template.column("kind").persons is False
    assert template.column("order").follow == (("closed", "done"),) and template.column("order").ledger == "orders"
    assert template.column("late").gives is FieldType.INTEGER and not template.column("late").editable
    steps = template.rows[0]
    kept = {
        "steps.b": {"what": "后", "day": "2026-03"},
        "steps.a": {"what": "无日期"},
        "steps.c": {"what": "先", "day": "2026"},
    }
    assert [row.key for row in rows_of(kept, steps)] == ["c", "b", "a"]
    refusal = may_move(template, DONE, "drafting", "working", role="clerk", person="王五")
    assert refusal is not None and refusal.columns == ("steps",) and "措施" in refusal.message
    assert may_move(template, DONE | kept, "drafting", "working", role="clerk", person="王五") is None


def test_a_plain_register_needs_columns_only() -> None:
    plain = {"key": "keys", "title": "钥匙台账", "ledger_class": "特色党建工作"}
    template = read_template(json.dumps(plain | {"columns": [{"name": "room", "label": "房间"}]}))
    assert template.title_column == "room" and template.initial == template.states[0].key
    assert number_for(template, 2026, 3) == "KEYS-2026-003"


def test_a_fault_names_its_line() -> None:
    lines = json.dumps(_shipped(), ensure_ascii=False, indent=1).split("\n")
    at = next(index for index, line in enumerate(lines) if '"name": "measures"' in line)
    lines[at] = lines[at].replace("measures", "Measures!")
    with pytest.raises(ValueError, match=rf"只能用小写字母、数字和下划线（第{at}行）"):
        read_template("\n".join(lines))
    with pytest.raises(ValueError, match="第2行"):
        read_template('{"key": "a",\n"colour": 1, "title": "甲", "ledger_class": "", "columns": []}')


def test_the_example_of_the_document_is_a_template() -> None:
    text = (Path(__file__).parents[2] / "docs/台账模板.md").read_text(encoding="utf-8")
    example = read_template(text.split("```json\n")[1].split("```")[0])
    assert example.rows[0].label == "共建事项" and example.column("need").follow == (("done", "met"),)


def test_the_document_tells_every_key_and_type() -> None:
    text = (Path(__file__).parents[2] / "docs/台账模板.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_]+)`", text))
    assert template_keys() | print_form_keys() <= told
    assert {t.value for t in FieldType} - {"picture", "years"} <= told


def test_the_print_forms_of_every_shipped_ledger_can_be_made() -> None:
    shipped = load_templates(resource("ledgers"))
    forms = {key: print_forms_of(template) for key, template in shipped.items()}
    assert {form.shape.value for made in forms.values() for form in made} == {
        "list", "sheet", "letter", "notice", "public", "summary", "diagram",
    }  # fmt: skip
    titles = [form.title for made in forms.values() for form in made] + [each.title for each in shipped.values()]
    assert len(set(titles)) == len(titles)
