"""A ledger that is a view of the roster, of posts or of the tree: nobody is copied, own columns hang on the people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers, views
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from ledger_kit import put_template
from office_kit import add_branch, add_member, new_office

MOBILE: dict[str, Any] = {
    "key": "mobile",
    "title": "流动党员台账",
    "ledger_class": "党员教育管理",
    "columns": [
        {"name": "member", "label": "党员", "type": "member", "required": True},
        {"name": "place", "label": "流入地"},
    ],
    "view": {"each": "category:流动党员", "by": "member", "shows": ["sex", "phone"]},
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    put_template(made, tmp_path, MOBILE)
    yield made
    made.close()


def lines(office: Office, key: str = "mobile", **more: Any) -> list[tuple[str, bool, bool]]:
    return [(one.name, one.entry is not None, one.there) for one in views.people(office, key, **more)]


def test_people_come_from_the_category_and_keep_their_own_columns(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    away = add_member(office, "张三", first, 1, categories="流动党员", phone="13900138000")
    add_member(office, "李四", second, 2, categories="流动党员")
    home = add_member(office, "王五", first, 3)
    assert lines(office) == [("张三", False, True), ("李四", False, True)]
    assert lines(office, scope=first) == [("张三", False, True)]
    assert records.query(office, "ledger_entry") == []  # nobody was copied
    made = views.write(office, "mobile", away, {"place": "深圳"})
    assert views.write(office, "mobile", away, {"place": "东莞"}).id == made.id
    (one, other) = views.people(office, "mobile")
    assert (one.entry, other.entry) == (made.id, None)
    assert one.shown["phone"] == "139****8000"
    assert records.get(office, "ledger_entry", made.id).values["place"] == "东莞"
    with pytest.raises(UserError, match="没有这个人"):
        views.write(office, "mobile", home, {"place": "北京"})


def test_a_second_entry_for_somebody_is_refused_and_undo_is_no_way_around(office: Office) -> None:
    away = add_member(office, "张三", add_branch(office, "甲支部"), 1, categories="流动党员")
    made = views.write(office, "mobile", away, {"place": "深圳"}).id
    with pytest.raises(UserError) as refused:
        ledgers.add(office, "mobile", {"member": "张三", "place": "北京"})
    assert refused.value.code == "second_entry"
    records.remove(office, "ledger_entry", made)
    ledgers.add(office, "mobile", {"member": "张三", "place": "北京"})
    assert lines(office) == [("张三", True, True)]
    with pytest.raises(UserError):
        records.restore(office, "ledger_entry", made)
    assert lines(office) == [("张三", True, True)]


def test_who_leaves_the_category_is_shown_as_gone_with_what_was_written(office: Office) -> None:
    away = add_member(office, "张三", add_branch(office, "甲支部"), 1, categories="流动党员")
    views.write(office, "mobile", away, {"place": "深圳"})
    records.edit(office, "member", away, {"categories": ""})
    assert lines(office) == [("张三", True, False)]
    history.undo(office)
    assert lines(office) == [("张三", True, True)]


def test_a_view_of_posts_and_one_of_branches(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "甲支部")
    head = add_member(office, "张三", branch, 1)
    posts = {"each": ["post:书记", "post:副书记"], "by": "member"}
    records.add(office, "post", {"organisation": branch, "member": head, "post": "书记", "from_on": "2025-01-10"})
    put_template(
        office,
        tmp_path,
        MOBILE | {"key": "team", "title": "班子", "view": posts},
    )
    assert lines(office, "team") == [("张三", False, True)]
    columns = [{"name": "yearly", "label": "等次"}]
    put_template(office, tmp_path, MOBILE | {"key": "grades", "columns": columns, "view": {"each": "branch"}})
    assert lines(office, "grades") == [("甲支部", False, True)]
    views.write(office, "grades", branch, {"yearly": "好"})
    assert lines(office, "grades") == [("甲支部", True, True)]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"each": "everybody", "by": "member"}, "要从党员、任职或党组织里来"),
        ({"each": "ledger:x", "by": "member"}, "要从党员、任职或党组织里来"),
        ({"each": ["branch", "member"], "by": "member"}, "不能混写"),
        ({"each": "member"}, "by 要写一个党员列"),
        ({"each": "member", "by": "place"}, "by 要写一个党员列"),
        ({"each": "member", "by": "member", "shows": ["colour"]}, "没有“colour”这一项"),
        ({"each": "member", "by": "member", "colour": 1}, "不认识“colour”"),
    ],
)
def test_a_view_that_means_nothing_is_refused(office: Office, tmp_path: Path, view: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        put_template(office, tmp_path, MOBILE | {"key": "wrong", "view": view})
