"""Whoever has the password changes rows of the file by hand: the check tells each, without a name and without dying."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.services.history import history
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import integrity as checking
from dangjian_desktop.services.office import opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.storage import identity, integrity, keys, log_whole
from dangjian_desktop.storage.keys import Effort
from office_kit import PASSWORD, TODAY, add_branch, add_member, new_office

MARK = "极"
"""Stands in every name and value here, and in no sentence of a check."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A little of everything: edits, an undo, a meeting, clearings of a value, of a shared leaf, of a label."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("改动")
        for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(folder / "本机"))
        patch.setattr(keys, "PASSWORD_EFFORT", Effort(64, 1, 1))
        made = new_office(folder)
        first, second = add_branch(made, f"{MARK}甲支部"), add_branch(made, f"{MARK}乙支部")
        told = {"address": f"{MARK}某路", "sponsors": f"{MARK}介绍人", "reported_to": f"{MARK}社区"}
        people = [add_member(made, f"{MARK}某{n}", first, 2 * n + 1, **told) for n in range(3)]
        records.edit(made, "member", people[0], {"address": f"{MARK}二路", "employer": f"{MARK}厂"})
        records.edit(made, "member", people[0], {"employer": f"{MARK}二厂"})
        history.undo(made)
        records.edit(made, "member", people[1], {"organisation": second})
        held = {"meeting_kind": "党员大会", "organisation": first, "started_at": "2026-08-03 14:30"}
        meetings.record_meeting(made, held, {person: {"presence": "present"} for person in people[:2]})
        assert history.clear(made, "member", [people[0]], ["address", "sponsors"], "保存期满") is not None
        made.identity.renew = True
        records.edit(made, "organisation", second, {"contact": f"{MARK}联系人"})
        records.edit(made, "organisation", second, {"contact": f"{MARK}新联系人"})
        path = made.path
        made.close()
        opened = opening.open_office(path, password=PASSWORD, clock=Clock(TODAY))
        assert told_of(opened) == []
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _same_pc(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(office.path.parent / "本机"))


class Back(Exception):
    """Takes a change back again."""


def told_of(office: Office, *statements: str) -> list[tuple[str, str]]:
    """What the check tells after these statements; nothing of them stays."""
    found: list[tuple[str, str]] = []

    def change(connection: Connection) -> None:
        touched = sum(connection.exec_driver_sql(statement).rowcount for statement in statements)
        assert touched or not statements, "nothing was changed"
        found.extend(integrity.problems(connection, office.identity.profile))

    with pytest.raises(Back), office.database.write() as connection:
        change(connection)
        raise Back
    assert not any(MARK in sentence or "\n" in sentence for _, sentence in found), found
    return found


LAST = "(SELECT max(id) FROM operation)"
CLEARED = "(SELECT record FROM change WHERE path = 'address' AND cleared LIMIT 1)"
SWAP = (
    "UPDATE {table} SET {column} = CASE {column} WHEN 3 THEN -4 WHEN 4 THEN -3 END WHERE {column} IN (3, 4)",
    "UPDATE {table} SET {column} = -{column} WHERE {column} < 0",
)

TAMPERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "a record is gone": ("record", ("DELETE FROM member WHERE name LIKE '%某2'", "DELETE FROM member_find")),
    "a meeting is gone": ("record", ("DELETE FROM meeting",)),
    "a member of a set is gone": ("record", ("DELETE FROM attendance WHERE rid = 1",)),
    "a member of a set twice": (
        "record",
        ('INSERT INTO attendance(record, "key", presence) SELECT record, "key", presence FROM attendance LIMIT 1',),
    ),
    "a member of a set for nobody": (
        "record",
        ("INSERT INTO attendance(record, \"key\", presence) VALUES('x', 'y', 'present')",),
    ),
    "a value beside a clearing": ("record", (f"UPDATE member SET note = 'x' WHERE id = {CLEARED}",)),
    "a value in place of a cleared one": ("record", (f"UPDATE member SET address = 'x' WHERE id = {CLEARED}",)),
    "a value in a meeting with leaves of its own": ("record", ("UPDATE meeting SET minutes = 'x'",)),
    "in the bin": ("record", ("UPDATE member SET binned = 1 WHERE name LIKE '%某2'",)),
    "a creation under another kind": ("record", ("UPDATE change SET kind = 'meeting' WHERE path IS NULL",)),
    "a change without its operation": (
        "content",
        ("INSERT INTO change(operation, ordinal, kind, record, cleared) VALUES(999, 9, 'member', 'x', 0)",),
    ),
    "values that no clearing took": (
        "content",
        ('UPDATE change SET "before" = NULL, "after" = NULL, cleared = 1 WHERE path = \'contact\'',),
    ),
    "a bare commitment beside another value": (
        "content",
        (
            (
                'UPDATE change SET "after" = \'"x"\', seal = (SELECT seal FROM change WHERE length(seal) = 50 LIMIT 1)'
                " WHERE path = 'contact'"
            ),
        ),
    ),
    "a label away without a clearing": ("content", ("UPDATE operation SET label = '说明已按期清除' WHERE id = 3",)),
    "values in a creation": ("content", ('UPDATE change SET "after" = \'"x"\' WHERE path IS NULL',)),
    "undoes what is not there": ("chain", ("UPDATE operation SET undoes = 999 WHERE id = 3",)),
    "the device of an incarnation": ("chain", ("UPDATE origin SET device = 'x'",)),
    "an incarnation is gone": ("chain", ("DELETE FROM origin WHERE id = 1",)),
    "the tail of another incarnation": (
        "chain",
        ("DELETE FROM operation WHERE id = (SELECT max(id) FROM operation WHERE origin = 1)",),
    ),
    "the tail of this one": ("behind", (f"DELETE FROM operation WHERE id = {LAST}",)),
    "the tail with its changes": (
        "behind",
        (f"DELETE FROM change WHERE operation = {LAST}", f"DELETE FROM operation WHERE id = {LAST}"),
    ),
    "two operations in the other order": (
        "chain",
        tuple(
            statement.format(table=table, column=column)
            for table, column in (("operation", "id"), ("change", "operation"), ("organisation", "op"))
            for statement in SWAP
        ),
    ),
    "headers exchanged": (
        "chain",
        (
            "UPDATE operation SET header = (SELECT header FROM operation WHERE id = 4) WHERE id = 3",
            "UPDATE operation SET hash = (SELECT hash FROM operation WHERE id = 4) WHERE id = 3",
        ),
    ),
    "another version stands": ("derived", ("UPDATE head SET operation = 2 WHERE path = 'contact'",)),
    "no version stands": ("derived", ("DELETE FROM head WHERE path = 'contact'",)),
    "a version of nothing": ("derived", ("INSERT INTO head(record, path, operation) VALUES('x', 'name', 2)",)),
    "another count of records": ("derived", ("UPDATE operation SET touched = '{\"member\":9}' WHERE id = 2",)),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_by_hand_is_told(office: Office, what: str) -> None:
    code, statements = TAMPERED[what]
    assert code in {found for found, _ in told_of(office, *statements)}


NONSENSE = ("NULL", "'x'", "7", "x'ff'", "'[[1'")
TOLD_BY_NOBODY = {
    ("origin", "name"),  # for people only, and of this file alone
    ("change", "leaves"),  # nonsense where it is not read is stray, where NULL stands already nothing is changed
}


@pytest.mark.parametrize("table", ["origin", "operation", "change", "head", "remainder"])
def test_nonsense_in_any_column_of_the_log_is_told(office: Office, table: str) -> None:
    with office.database.read() as connection:
        columns = [str(row[1]) for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    silent = []
    for column in columns:
        if (table, column) in TOLD_BY_NOBODY:
            continue
        for value in NONSENSE:
            chosen = f"rowid = (SELECT max(rowid) FROM {table})" if table in ("origin", "operation") else None
            chosen = chosen or f'("operation") IN (SELECT max(operation) FROM {table})'
            statement = (
                f'UPDATE OR IGNORE {table} SET "{column}" = {value} WHERE "{column}" IS NOT {value} AND {chosen}'
            )
            if not _takes(office, statement):
                continue
            if not told_of(office, statement):
                silent.append((column, value))
    assert silent == []


def _takes(office: Office, statement: str) -> bool:
    """Whether the database lets it be written and something changes."""
    changed = 0
    with suppress(Back, IntegrityError), office.database.write() as connection:
        changed = connection.exec_driver_sql(statement).rowcount
        raise Back
    return bool(changed)


def test_a_value_that_cannot_be_read_at_all_names_its_record_alone(office: Office) -> None:
    for value in ("x'ff'", "'[[1'"):
        found = told_of(office, f"UPDATE member SET originals = {value} WHERE name LIKE '%某2'")
        assert [code for code, _ in found if code == "record"] == ["record"]


def test_what_the_log_keeps_beside_itself_is_made_anew(office: Office) -> None:
    with pytest.raises(Back), office.database.write() as connection:
        connection.exec_driver_sql("UPDATE head SET operation = 2 WHERE path = 'contact'")
        connection.exec_driver_sql("UPDATE operation SET touched = '{}'")
        log_whole.rebuild(connection)
        assert list(integrity.problems(connection, office.identity.profile)) == []
        raise Back


def test_an_odd_number_in_the_log_does_not_keep_the_file_shut(office: Office) -> None:
    with pytest.raises(Back), office.database.write() as connection:
        newest = identity.newest_moment(connection)
        connection.exec_driver_sql(f"UPDATE operation SET seq = 'x', at = '无' WHERE id = {LAST}")
        assert identity.lost(connection, office.identity.profile) is not None
        assert "2020" < str(identity.newest_moment(connection)) <= str(newest)
        raise Back
    assert checking.check(office) == []
