"""Every file that a released version left behind opens in this one, is upgraded, and has lost nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office import backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attachments, records
from dangjian_desktop.services.reports import report_templates
from dangjian_desktop.storage import migrations
from dangjian_desktop.storage.log_outgoing import operations_since, origins
from dangjian_desktop.sync.log import LogState
from data.make_released import CLERK, FOLDER, PASSWORD, TODAY

VERSIONS = sorted(p.name for p in FOLDER.iterdir() if p.is_dir())


def test_there_are_released_files() -> None:
    assert "0.1.0" in VERSIONS


@pytest.fixture(params=VERSIONS)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the folder of one version."""
    folder = tmp_path / "旧 版本"
    shutil.copytree(FOLDER / request.param, folder)
    return folder


@pytest.fixture
def office(released: Path) -> Iterator[Office]:
    opened = opened_from(released)
    yield opened
    opened.close()


def opened_from(folder: Path, **how: Any) -> Office:
    given = how or {"account": "张三", "password": PASSWORD}
    return opening.open_office(folder / "street.djd", clock=Clock(TODAY), **given)


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return found


def test_it_opens_upgraded_and_sound_with_everything_in_it(office: Office, released: Path) -> None:
    told = expected(released)
    with office.database.read() as connection:
        assert migrations.version(connection) == migrations.CURRENT
    assert integrity.check(office) == []
    counts = records.counts(office)
    assert {kind: counts[kind] for kind in told["counts"]} == told["counts"]
    assert all(told["counts"].values()), "rows in every table, or the upgrade is not tried"
    assert [o.label for o in history.operations(office)] == told["operations"]
    view = records.get(office, "member", told["member"], masked=False).values
    assert [view[name] for name in ("name", "phone", "note")] == [told[name] for name in ("name", "phone", "note")]


def test_what_came_with_format_1_is_all_there(office: Office) -> None:
    held = {
        (kind, each.title): attachments.content(office, kind, record, each.key, reason="核对")
        for kind in ("member", "ledger_entry")
        for record in records.query(office, kind)
        for each in attachments.listed(office, kind, record)
    }
    assert set(held.values()) == {b"%PDF-1.4 synthetic"}
    assert {kind for kind, _ in held} == {"member", "ledger_entry"}
    assert "own-list" in {template.key for template in ledger_templates.templates(office)}
    assert report_templates.is_own(office, "work-summary")


def test_its_log_is_read_and_continued(office: Office, released: Path) -> None:
    told = expected(released)
    # This PC is not the one that made it: its Ctrl+Z takes nothing back, but any operation can be undone by name.
    history.undo(office, operation=history.operations(office)[0].id)
    assert records.get(office, "member", told["member"]).values["note"] != told["note"]
    with office.database.read() as connection:
        incarnations = origins(connection)
        state = LogState().adding(o for name in incarnations for o in operations_since(connection, name, 0))
    assert len(incarnations) > 1
    assert len(state.operations) == len(told["operations"]) + 1
    assert not list(state.conflicts())
    assert integrity.check(office) == []


def test_every_key_opens_it_and_a_wrong_one_does_not(released: Path) -> None:
    opened_from(released, account=CLERK, password=PASSWORD).close()
    opened_from(released, recovery_key=expected(released)["recovery_key"]).close()
    with pytest.raises(VaultError, match="密码"):
        opened_from(released, account=CLERK, password=PASSWORD + "1")


def test_its_backup_is_restored(released: Path, tmp_path: Path) -> None:
    restored = tmp_path / "恢复" / "street.djd"
    backups.restore(released / "street.djb", restored)
    office = opened_from(restored.parent)
    try:
        assert integrity.check(office) == []
        assert records.counts(office)["member"] > 100
    finally:
        office.close()
