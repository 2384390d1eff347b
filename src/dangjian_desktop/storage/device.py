"""What this PC remembers of the files it has opened, outside the files: tells a copy from the original."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from dangjian_desktop.base.errors import EnvironmentFault
from dangjian_desktop.base.files import replace_file

_REMEMBERED = 200


def device_nonce(file_id: str, place: Path) -> str | None:
    """The nonce that this PC last remembered for this file at this place; None if never, or if it cannot be read."""
    return _read().get(_key(file_id, place))


def remember_nonce(file_id: str, nonce: str, place: Path) -> None:
    """Remember a nonce for next time; a PC that cannot only starts one more incarnation, so failure is silent."""
    nonces = _read()
    nonces.pop(_key(file_id, place), None)
    nonces[_key(file_id, place)] = nonce
    newest = dict(list(nonces.items())[-_REMEMBERED:])

    def write(target: Path) -> None:
        target.write_text(json.dumps({"nonces": newest}, ensure_ascii=False), "utf-8")

    with suppress(OSError, EnvironmentFault):
        replace_file(_store(), write)


def _key(file_id: str, place: Path) -> str:
    return f"{file_id}@{os.path.normcase(place.absolute())}"


def _store() -> Path:
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_DATA_HOME")
    return (Path(local) if local else Path.home() / ".local" / "share") / "dangjian-desktop" / "device.json"


def _read() -> dict[str, str]:
    with suppress(OSError, ValueError, AttributeError, TypeError, KeyError, RuntimeError):
        nonces = json.loads(_store().read_text("utf-8"))["nonces"]
        return {str(key): str(value) for key, value in nonces.items()}
    return {}
