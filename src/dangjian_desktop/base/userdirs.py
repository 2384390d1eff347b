"""Where this person's own files of the program lie: settings and notes, never records."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "dangjian-desktop"


def data_dir() -> Path:
    """The folder for what this PC remembers; not created here."""
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_DATA_HOME")
    return (Path(local) if local else Path.home() / ".local" / "share") / FOLDER
