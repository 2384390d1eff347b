"""A file that has part of an operation: bare nodes stand for the leaves it may not have, and all still verifies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.storage import log_check
from dangjian_desktop.storage.database import Connection
from dangjian_desktop.storage.log_writer import first_nodes
from dangjian_desktop.sync import leaves
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


def withhold(connection: Connection, operation: int, wanted: set[int]) -> int:
    """Take all changes but the `wanted` ordinals out of an operation and leave bare branches; returns how many."""
    rows = connection.execute(text("SELECT * FROM change WHERE operation = :o"), {"o": operation}).all()
    head = connection.execute(text("SELECT * FROM operation WHERE id = :o"), {"o": operation}).one()
    nodes = dict(enumerate(first_nodes(head.seal, head.label, head.account)))
    nodes |= log_check._nodes(connection, rows, log_check.names(connection))
    spans = leaves.spans(len(nodes), wanted)
    for first, width in spans:
        node = leaves.root([nodes[first + at] for at in range(width)])
        connection.execute(
            text("INSERT INTO bare(operation, ordinal, width, node) VALUES(:o, :f, :w, :n)"),
            {"o": operation, "f": first, "w": width, "n": node},
        )
        connection.execute(
            text("DELETE FROM change WHERE operation = :o AND ordinal BETWEEN :f AND :l"),
            {"o": operation, "f": first, "l": first + width - 1},
        )
    return len(spans)


def found(connection: Connection) -> list[str]:
    return [code for code, _ in log_check.problems(connection, log_check.names(connection))]


def test_an_operation_in_part_still_has_its_root_and_signature(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    fields = {"contact": "王五", "phone": "13900001234", "note": "一", "postcode": "430000", "short_name": "甲"}
    saved = records.edit(office, "organisation", branch, fields)
    assert saved.change_set is not None
    operation = saved.change_set.operation
    with office.database.write() as connection:
        assert found(connection) == []
        assert withhold(connection, operation, {0, 1, 2}) >= 1
        assert found(connection) == []
        connection.execute(text("UPDATE bare SET node = zeroblob(32)"))
        assert found(connection) == ["content"]


def test_an_operation_without_a_leaf_and_without_its_node_is_noticed(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    records.edit(office, "organisation", branch, {"contact": "王五", "note": "一"})
    with office.database.write() as connection:
        connection.execute(text("DELETE FROM change WHERE operation = 3 AND ordinal = 3"))
        assert found(connection) == ["content"]


def test_what_shares_a_leaf_with_a_cleared_value_is_committed_to_anew(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"), sponsors="赵六、钱七", reported_to="某社区")
    for field in ("sponsors", "reported_to"):
        assert history.clear(office, "member", [member], [field], "保存期满") is not None
        assert integrity.check(office) == []
    with office.database.read() as connection:
        salts = connection.execute(text("SELECT salt FROM remainder ORDER BY operation")).scalars().all()
    assert len(salts) == 2
    assert salts[0] is None and salts[1] is not None, "the first remainder held what the second clearing took"
    with office.database.write() as connection:
        connection.execute(text("UPDATE member SET joined_on = '1990-07-01'"))
    assert [problem.code for problem in integrity.check(office)] == ["record"]
