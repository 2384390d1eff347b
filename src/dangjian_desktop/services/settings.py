"""Settings of this file on this PC, for windows and commands."""

from __future__ import annotations

from typing import Any

from .office import Office


def get(office: Office, key: str, default: Any = None) -> Any:
    """A local setting."""
    return office.setting(key, default)


def put(office: Office, key: str, value: Any) -> None:
    """Change a local setting."""
    office.put_setting(key, value)
