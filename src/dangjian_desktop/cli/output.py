"""What reaches the person or the script: one JSON object, or short aligned Chinese."""

from __future__ import annotations

import errno
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.domain.values.masking import mask_numbers

_WIDEST = 40


@dataclass(slots=True)
class Reply:
    """What a command answers: keys for scripts beside `ok`, lines for people.

    With `error` the answer is a failure that still tells its keys (something was done in part).
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[str] = ()
    error: str = ""
    message: str = ""
    notices: Sequence[str] = ()
    """What opening the file brought up, for scripts; people were told on standard error."""

    @property
    def exit_code(self) -> int:
        """0 for done, 1 for refused or done in part."""
        return 1 if self.error else 0


def prepare_streams() -> None:
    """Make Chinese readable in pipes and files of every system; a window program may have no streams at all."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
        if stream is not None and encoding != "utf8" and hasattr(stream, "reconfigure"):
            # A console of Windows takes Unicode whatever its code page is; only pipes and files are told otherwise.
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(reply: Reply, *, as_json: bool) -> None:
    """Print an answer."""
    if as_json:
        failed = {"error": reply.error, "message": reply.message} if reply.error else {}
        noticed = {"notices": list(reply.notices)} if reply.notices else {}
        _print_json({"ok": not reply.error} | failed | noticed | dict(reply.data))
        return
    _write(sys.stdout, "\n".join(reply.lines))
    if reply.error:
        _write(sys.stderr, reply.message)


def fail(error: UserError, *, as_json: bool, data: Mapping[str, Any] | None = None) -> None:
    """Print a refusal: the object for a script, up to three lines for a person."""
    message = mask_numbers(error.message)
    if as_json:
        _print_json({"ok": False, "error": error.code, "message": message} | dict(data or {}))
        return
    _write(sys.stderr, "\n".join(line for line in (message, error.effect, error.advice) if line))


def log(text: str) -> None:
    """Progress and remarks: to standard error, never among the answer."""
    _write(sys.stderr, text)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Aligned lines; Chinese characters are two columns wide."""
    cells = [list(headers)] + [["" if c is None else _short(str(c)) for c in row] for row in rows]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(headers))]
    return [
        "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _print_json(answer: Mapping[str, Any]) -> None:
    _write(sys.stdout, json.dumps(answer, ensure_ascii=False, default=str))


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None or not text:
        return
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError:
        # A file name that is no valid text must not end a command.
        print(text.encode("utf-8", "replace").decode(), file=stream, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        if stream is sys.stdout:
            raise _unwritable(error) from error


def _unwritable(error: OSError) -> EnvironmentFault:
    """The answer is written to a file that takes no more; remarks on standard error are only remarks."""
    if error.errno == errno.ENOSPC:
        return EnvironmentFault("disk_full", "磁盘空间不够，结果没有写出来。", advice="请清理出一些空间再试。")
    return EnvironmentFault("no_permission", "结果没有写出来。", advice="请换一个地方写结果再试。")
