"""Large loads: rows go in through a thread of their own, in the one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import text

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records, search
from dangjian_desktop.storage import bulk, pump
from dangjian_desktop.storage.unit_of_work import UnitOfWork
from office_kit import add_branch, add_member, id_number, new_office

ROWS = 50


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(bulk, "LOAD_ROWS", ROWS)
    # A few rows a statement, so that a batch is several.
    monkeypatch.setattr(pump, "_BOUND", 100)
    opened = new_office(tmp_path)
    yield opened
    opened.close()


def rows_of(branch: str, first: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"王{chr(0x4E00 + number)}",
            "id_number": id_number(serial=number),
            "note": "补登" if number % 2 else None,
            "originals": {"joined_on": "七十年代"} if number % 3 == 0 else None,
            "memberships": {f"stay{number}": {"organisation": branch, "from_on": "2026-01-01", "in_kind": "opening"}},
        }
        for number in range(first, first + count)
    ]


def load(office: Office, branch: str, *batches: list[dict[str, Any]]) -> None:
    with office.operation("导入名册") as work, work.loading("member", sum(map(len, batches))):
        for batch in batches:
            work.create_many("member", batch)


def indexes(office: Office) -> set[str]:
    with office.database.read() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'")).scalars()
        return set(found)


def test_loaded_records_are_like_any_others(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    add_member(office, "李一", branch, serial=900)
    known = indexes(office)
    load(office, branch, rows_of(branch, 1, 30), rows_of(branch, 31, 30))
    assert records.counts(office)["member"] == 61
    assert indexes(office) == known
    found = search.find(office, f"王{chr(0x4E00 + 33)}")
    assert [hit.name for hit in found] == [f"王{chr(0x4E00 + 33)}"]
    view = records.get(office, "member", found[0].id, masked=False)
    assert (view.values["id_number"], view.values["note"]) == (id_number(serial=33), "补登")
    assert view.values["originals"] == {"joined_on": "七十年代"}
    assert integrity.check(office) == []
    history.undo(office)
    assert records.counts(office)["member"] == 1
    assert integrity.check(office) == []


def test_a_load_is_undone_and_done_again_whole(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    load(office, branch, rows_of(branch, 1, 30), rows_of(branch, 31, 30))
    (hit,) = search.find(office, f"王{chr(0x4E00 + 33)}")
    whole = records.get(office, "member", hit.id, masked=False).values
    history.undo(office)
    assert search.find(office, f"王{chr(0x4E00 + 33)}") == []
    history.redo(office)
    assert records.counts(office)["member"] == 60
    assert [found.id for found in search.find(office, f"王{chr(0x4E00 + 33)}")] == [hit.id]
    assert records.get(office, "member", hit.id, masked=False).values == whole
    history.undo(office)
    history.redo(office)
    assert records.counts(office)["member"] == 60
    assert integrity.check(office) == []


def test_people_come_back_by_redo_only_where_each_may_be(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    load(office, branch, rows_of(branch, 1, 60))
    history.undo(office)
    taken = add_member(office, "李一", branch, serial=44)
    imported = next(row.id for row in history.operations(office) if row.nature == "undo")
    with pytest.raises(UserError, match="公民身份号码与已有党员“李一”相同"):
        history.undo(office, operation=imported)
    records.remove(office, "member", taken)
    records.edit(office, "organisation", branch, {"dissolved_on": "2026-02-01"})
    with pytest.raises(UserError, match="撤销"):
        history.undo(office, operation=imported)
    assert records.counts(office)["member"] == 0
    assert integrity.check(office) == []


def test_a_fault_in_the_thread_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    # What would be refused beforehand must not pass the database either.
    monkeypatch.setattr(UnitOfWork, "_refuse_second", lambda *_: None)
    branch = add_branch(office, "第一党支部")
    known, before = indexes(office), len(history.operations(office))
    twice = [{**row, "id": "the same"} for row in rows_of(branch, 31, 30)]
    with pytest.raises(sqlcipher.IntegrityError):
        load(office, branch, rows_of(branch, 1, 30), twice, rows_of(branch, 61, 30))
    assert (records.counts(office)["member"], len(history.operations(office)), indexes(office)) == (0, before, known)
    load(office, branch, rows_of(branch, 1, 60))
    assert integrity.check(office) == []


def test_a_load_broken_off_leaves_nothing(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    with pytest.raises(KeyboardInterrupt), office.operation("导入名册") as work, work.loading("member", 60):
        work.create_many("member", rows_of(branch, 1, 60))
        raise KeyboardInterrupt
    assert records.counts(office)["member"] == 0
    add_member(office, "李一", branch, serial=900)
    assert integrity.check(office) == []
