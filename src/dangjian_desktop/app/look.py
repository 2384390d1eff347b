"""How a person wants everything to look on this PC: size and colours, kept beside the other local settings."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

SCALE = 100
MODE = "system"
_MODES = ("system", "light", "dark")


def remembered_scale() -> int:
    """The size of everything in percent."""
    with suppress(OSError, ValueError):
        return int(_file("scale").read_text("ascii"))
    return SCALE


def remembered_mode() -> str:
    """`system`, `light` or `dark`."""
    with suppress(OSError, ValueError):
        mode = _file("colours").read_text("ascii").strip()
        return mode if mode in _MODES else MODE
    return MODE


def remember(scale: int, mode: str) -> None:
    """Keep both for the next start; a PC that lets nothing be written there starts as before."""
    with suppress(OSError):
        _file("scale").parent.mkdir(parents=True, exist_ok=True)
        _file("scale").write_text(str(scale), "ascii")
        _file("colours").write_text(mode, "ascii")


def _file(name: str) -> Path:
    from ..base.userdirs import data_dir

    return data_dir() / name
