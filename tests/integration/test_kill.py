"""The process dies in the middle of its work: what was reported done is there, nothing is half in.

A dozen kills here; the two hundred of the measurements are run by `benchmarks/kill.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.services.office import backups, integrity, opening
from dangjian_desktop.services.records import records
from kill_kit import PASSWORD, TODAY, WORK, new_file, rounds


def test_killed_at_random_moments_nothing_reported_is_lost_and_nothing_is_half_in(tmp_path: Path) -> None:
    outcome = rounds(tmp_path, 12, seed=20260930)
    assert outcome.problems == []
    assert outcome.kills == 12
    assert {met.split()[0] for met in outcome.met} & set(WORK), "no kill met any work"


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be cut short there")
def test_half_a_backup_is_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "街道.djd"
    new_file(path, seed=1)
    office = opening.open_office(path, password=PASSWORD, clock=Clock(TODAY))
    try:
        made = backups.backup(office, backups.folder(office) / "街道.djb")
        (made.path.parent / ".街道-0011aabb.djb").write_bytes(made.path.read_bytes()[:1000])
        assert [b.path for b in backups.listing(office)] == [made.path]
        assert integrity.check(office) == []
        assert records.counts(office)["member"] >= 120
    finally:
        office.close()
