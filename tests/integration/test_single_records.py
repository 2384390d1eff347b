"""Single records are SQLModel objects, many are Core rows: both roads leave the same, and reading needs no models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cli_kit import id_number
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.reading import read_records
from dangjian_desktop.storage.shape import SHAPES
from office_kit import PASSWORD, add_branch, add_member, new_office

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def office(tmp_path: Path) -> Any:
    made = new_office(tmp_path)
    yield made
    made.close()


def _rows(branch: str) -> dict[str, dict[str, Any]]:
    return {
        "organisation": {"name": "乙支部", "kind": "631", "parent": branch, "stage": "actual", "grids": 3},
        "member": {
            "name": "王五",
            "id_number": id_number(9),
            "member_class": "1",
            "joined_on": "2001-07",
            "confirmed_on": "2002-07",
            "migrant_worker": False,
            "originals": {"education": "大本"},
            "memberships": {"s1": {"organisation": branch, "from_on": "2026-01-01", "in_kind": "opening"}},
            "categories": {"c1": {"category": "difficulty", "from_on": "2026-02"}},
        },
        "post": {"organisation": branch, "person_name": "王五", "post": "书记", "from_on": "2026-01"},
        "meeting": {
            "meeting_kind": "DYDH",
            "organisation": branch,
            "started_at": "2026-03-01T09:00",
            "attendance": {"m1": {"presence": "present"}, "m2": {"presence": "excused", "reason": "出差"}},
        },
        "ledger_entry": {"template": "rectification", "number": "ZG-2026-900", "state": "open", "values": {"x": 1}},
    }


def _read(office: Office, kind: str, record: str) -> dict[str, Any]:
    with office.database.read() as connection:
        row = read_records(connection, SHAPES[kind], [record])[record]
    return {name: value for name, value in row.items() if name not in ("rid", "id", "op")}


def test_one_record_and_many_are_stored_alike(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    for kind, row in _rows(branch).items():
        with office.operation("一条") as work:
            one = work.create(kind, row)
        with office.operation("多条", nature="import") as work:
            (many,) = work.create_many(kind, [row])
        assert _read(office, kind, one) == _read(office, kind, many), kind


def test_one_edit_and_many_are_stored_alike(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    first, second, third = (
        add_member(office, name, branch, serial) for name, serial in (("赵", 1), ("钱", 3), ("孙", 5))
    )
    edit = {
        "phone": "13900000000",
        "originals.education": "大本",
        "categories.c1": {"category": "difficulty", "from_on": "2026-02"},
    }
    with office.operation("一条") as work:
        work.change("member", first, edit)
    with office.operation("多条") as work:
        work.change_many("member", {second: edit, third: edit})
    told = {"name", "name_key", "id_number", "sex", "birth_on", "memberships"}
    one, many = ({k: v for k, v in _read(office, "member", m).items() if k not in told} for m in (first, second))
    assert one == many


def test_a_value_of_another_type_never_reaches_the_file(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    member = add_member(office, "赵", branch, 1)
    with pytest.raises(ValidationError), office.operation("坏值") as work:
        work.change("member", member, {"phone": ["不是文本"]})
    with pytest.raises(ValidationError), office.operation("坏值") as work:
        work.create("post", {"organisation": branch, "post": {"不是": "文本"}})
    assert _read(office, "member", member)["phone"] is None


def test_opening_and_reading_load_no_models(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    add_branch(office, "甲支部")
    path = office.path
    office.close()
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from dangjian_desktop.services.office import opening\n"
        "from dangjian_desktop.services.records import records, search\n"
        "from dangjian_desktop.services.reports import figures\n"
        f"office = opening.open_office(Path({str(path)!r}), password={PASSWORD!r})\n"
        "unit = records.query(office, 'organisation')[-1]\n"
        "records.get(office, 'organisation', unit), search.find(office, '甲'), figures.compute(office)\n"
        "assert not {'sqlmodel', 'pydantic'} & set(sys.modules), 'reading loads models'\n"
        "records.edit(office, 'organisation', unit, {'contact': '王五'})\n"
        "assert 'sqlmodel' in sys.modules, 'an edit goes another way'\n"
        "office.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
