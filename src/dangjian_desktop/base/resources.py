"""Where the shipped files lie: beside the source tree or inside a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Path of a shipped resource, e.g. `resource("codes", "sex.csv")`."""
    root = Path(getattr(sys, "_MEIPASS", "")) if hasattr(sys, "_MEIPASS") else Path(__file__).resolve().parents[3]
    return root.joinpath("resources", *parts)
