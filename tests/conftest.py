"""Surroundings of every test: no display unless asked for, and a home of its own that is thrown away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt. `DANGJIAN_TEST_DISPLAY=1` shows the windows on the display of the caller.
if not os.environ.get("DANGJIAN_TEST_DISPLAY"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop("WAYLAND_DISPLAY", None)

import pytest
from hypothesis import HealthCheck, settings

# Tests assert behaviour, never time: on a loaded machine a slow example is no failure.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _quick_keys() -> None:
    """Passwords of tests are printed here: the effort against guessing is spent in `test_vault` only."""
    # Imported here, since coverage of a worker begins after this file was read.
    from dangjian_desktop.storage import keys
    from office_template import QUICK_EFFORT

    keys.PASSWORD_EFFORT = QUICK_EFFORT


_HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
    "XDG_DOCUMENTS_DIR": "Documents",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
}


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home with Chinese and a space in its path; no test sees another's settings, or the user's."""
    folder = tmp_path_factory.mktemp("用户 目录")
    (folder / "run").mkdir(mode=0o700)
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(folder / below))
    for name in [name for name in os.environ if name.startswith("DANGJIAN_") and name != "DANGJIAN_TEST_DISPLAY"]:
        monkeypatch.delenv(name)
    yield folder
