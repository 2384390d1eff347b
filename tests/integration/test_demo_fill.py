"""The sample street in a data file: one operation, figures that agree, refused in a file with members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.units import organisations
from office_kit import new_office

ON = date(2026, 9, 15)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path, today=ON, base=opening_day(ON))
    yield opened
    opened.close()


def test_the_street_stands_and_its_figures_agree(office: Office) -> None:
    counts = fill(office)
    assert counts["member"] > 2126 and counts["ledger_entry"] == 300
    assert records.counts(office)["organisation"] == counts["organisation"] + 1
    assert organisations.tree(office)[0].members_total == 2126
    found = {f.key: f for f in figures.compute(office, period="2026Q2")}
    assert (found["organisations_street"].value, found["organisations_statistical"].value) == (73, 83)
    assert found["imbalance"].value == 0
    assert ledgers.overdue(office)
    assert integrity.check(office) == []
    assert [o.label for o in history.operations(office)][0] == "建立示例街道"


def test_a_file_with_members_is_refused(office: Office) -> None:
    fill(office, members=120, meetings=False)
    before = records.counts(office)
    with pytest.raises(UserError) as refused:
        fill(office, members=120)
    assert refused.value.code == "not_empty"
    assert records.counts(office) == before


def test_too_small_a_street_is_refused_in_words(office: Office) -> None:
    with pytest.raises(UserError) as refused:
        fill(office, members=5)
    assert refused.value.code == "demo_size"
    assert "10名" in refused.value.message


def test_cancelling_leaves_nothing(office: Office) -> None:
    before = records.counts(office)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        fill(office, members=200, progress=progress)
    assert records.counts(office) == before
