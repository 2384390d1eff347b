"""Beginning to open a file before the program is whole: what a command does first."""

from __future__ import annotations

from pathlib import Path

from dangjian_desktop.base.files import is_file
from dangjian_desktop.storage.derived_ahead import DerivedAhead
from dangjian_desktop.storage.keys import keys_path

__all__ = ["DerivedAhead", "begin"]


def begin(path: Path, account: str, password: str) -> DerivedAhead | None:
    """Start working out what the password derives, while the rest loads; None where there is nothing to open."""
    return DerivedAhead(path, account, password) if is_file(keys_path(path)) else None
