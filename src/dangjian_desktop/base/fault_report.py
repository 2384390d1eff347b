"""The report of a fault of the program: where in the code it happened, and nothing that anybody entered."""

from __future__ import annotations

import platform
import re
import sys
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PureWindowsPath

from .. import __version__
from .errors import UserError
from .userdirs import data_dir

PREFIX = "故障报告-"
KEPT = 20

_HEAD = f"党建工作台 {__version__}"
_NATIVE_PLACE = re.compile(r'(?<=File ")[^"]+(?=")')


def reports_dir() -> Path:
    """Where report files lie; not created here."""
    return data_dir() / "reports"


def describe(error: BaseException, command: str = "") -> str:
    """The report of an error: kinds of errors, files of the program, lines and functions; never a message or a value.

    Messages, values and folders could hold a person's data, so only the code of our own errors is written.
    `command` is the word of the command line that was asked for, which must be one of ours.
    """
    lines = [
        _HEAD,
        f"{platform.platform()} Python {platform.python_version()} frozen={hasattr(sys, 'frozen')}",
        datetime.now().astimezone().isoformat(timespec="seconds"),
        *([f"command: {command}"] if command else []),
        "",
    ]
    seen: set[int] = set()
    link: BaseException | None = error
    # Causes can be tied into a ring.
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        code = f" [{link.code}]" if isinstance(link, UserError) else ""
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}{code}")
        lines += [f"  {_place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(link.__traceback__)]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def of_native_crash(dump: str) -> str:
    """The report of a crash below Python, from the dump that the interpreter left."""
    return f"{_HEAD}\n上次运行意外中断\n" + _NATIVE_PLACE.sub(lambda place: _place(place[0]), dump)


def _place(filename: str) -> str:
    """A file of the program without the folders above it, which can hold a person's name."""
    parts = PureWindowsPath(filename).parts if "\\" in filename else Path(filename).parts
    for anchor in ("dangjian_desktop", "site-packages"):
        if anchor in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(anchor) - 1 :])
    return parts[-1] if parts else ""


def write(text: str) -> Path | None:
    """Keep a report, and only the newest `KEPT`; None where this PC cannot keep one."""
    folder = reports_dir()
    target = folder / f"{PREFIX}{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    except (OSError, UnicodeError):  # the system's own encoding may not even have the file's name
        return None
    for old in sorted(folder.glob(f"{PREFIX}*.txt"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return target
