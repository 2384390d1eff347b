"""A monkey of a few seconds as each role, so that what it breaks is seen at once; `benchmarks/monkey.py` takes longer.

It asserts that nothing is wrong, never how long anything took.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dangjian_desktop.base.resources import resource
from dangjian_desktop.ui import theme
from ui.monkey_kit import ACCOUNTS, Monkey, make_street

SECONDS = 3
MEMBERS = 60


@pytest.mark.filterwarnings("ignore:Can't find type resolver:RuntimeWarning")
@pytest.mark.qt_no_exception_capture
@pytest.mark.parametrize("account", ACCOUNTS)
def test_nothing_breaks_under_a_monkey(qapp: QApplication, tmp_path: Path, account: str) -> None:
    path = tmp_path / "街道" / "临江街道.djd"
    make_street(path, MEMBERS)
    files = tuple(resource("samples").glob("*.xlsx"))
    try:
        found = Monkey(qapp, path, account, 1, files=files).run(SECONDS)
    finally:
        theme.apply(qapp, scale=100, dark=False)
    assert not found.faults, found.told()
    assert found.actions
