"""The rule book: dated editions, lead times, refusal of a file that does not read."""

from __future__ import annotations

from datetime import date

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.rules.rulebook import read_rules
from dangjian_desktop.domain.rules.shipped import rules

GOOD = """
[[rule]]
code = "ADM"
title = "预备期"
applies_to = "member"
severity = "warning"
late_severity = "error"
lead_days = [60, 0]
sentence = "{due} 期满。"
late_sentence = "{due} 已满。"
[[rule.edition]]
edition = "2014"
article = "旧"
parameters = { months = 12, kinds = ["631"], from = "1982-09" }
[[rule.edition]]
edition = "2026"
effective_from = "2026-05-11"
article = "新 第31条"
parameters = { months = 18 }
"""


def test_each_step_is_judged_by_the_edition_in_force_on_its_own_day() -> None:
    rule = read_rules({"a.toml": GOOD})["ADM"]
    assert rule.on(date(2026, 5, 10)).article == "旧"
    assert rule.on(date(2026, 5, 11)).number("months") == 18
    assert rule.on(date(1950, 1, 1)).texts("kinds") == ("631",)
    assert rule.editions[0].text("from") == "1982-09"
    assert (rule.said(due="6月1日"), rule.said(late=True, due="6月1日")) == ("6月1日 期满。", "6月1日 已满。")
    assert (rule.weight(), rule.weight(late=True)) == ("warning", "error")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "预备期"', "title = ", "line 4"),
        ('"warning"', '"loud"', "severity"),
        ("lead_days = [60, 0]", "lead_days = [-1]", "天数"),
        ('"2026-05-11"', '"2026-13-01"', "日期"),
        ("months = 18", "months = 1.5", "months"),
        ('article = "旧"', 'artikel = "旧"', "artikel"),
        ('code = "ADM"\n', "", "code"),
        ('edition = "2014"', 'edition = "2014"\neffective_from = "2026-05-11"', "从早到晚"),
    ],
)
def test_a_file_that_does_not_read_is_refused_whole_with_its_name(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(UserError) as refused:
        read_rules({"good.toml": GOOD.replace('"ADM"', '"GOOD"'), "bad.toml": GOOD.replace(old, new, 1)})
    assert refused.value.code == "bad_rules"
    assert "bad.toml" in refused.value.message and told in refused.value.message


def test_a_rule_is_written_once() -> None:
    with pytest.raises(UserError, match="两次"):
        read_rules({"a.toml": GOOD, "b.toml": GOOD})


def test_the_shipped_rules_name_article_and_kind() -> None:
    known = {"organisation", "member", "post", "meeting", "ledger_entry", "file", "dues_payment"}
    assert {rule.applies_to for rule in rules()} == known
    assert all(edition.article or rule.code == "BACKUP" for rule in rules() for edition in rule.editions)
    assert rules()["TERM"].lead_days == (180, 120, 90, 30, 0)
    assert rules()["TERM"].repeat_days == 30
