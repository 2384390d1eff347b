"""What runs in a reader's process: one task for one file, answered in frames, and then the end.

Started as the program itself with the one word `parent.READER`. Only what the task needs is loaded.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from dangjian_desktop.base.errors import EnvironmentFault, UserError

from . import wire
from .limits import Limits, hold_self

TASKS = {
    "workbook": "dangjian_desktop.exchange.excel.read_file:read_file",
    "form": "dangjian_desktop.exchange.excel.form_read:read_in_child",
    "form looks": "dangjian_desktop.exchange.excel.form_looks:looks_in_child",
    "form filled": "dangjian_desktop.exchange.excel.form_write:filled_in_child",
    "refused rows": "dangjian_desktop.exchange.excel.reject_copy:copied_in_child",
    "portrait": "dangjian_desktop.exchange.photo_drawn:drawn",
    "pdf pages": "dangjian_desktop.exchange.pdf_drawn:drawn",
}
"""By name, the function that does it: called as `f(arguments, content, emit)`, it returns plain values."""

Emit = Callable[[Any], None]
NO_MEMORY, BROKEN = 77, 78
"""With what a reader ends that has no answer: memory ran out, or the file made it fail."""


def run() -> int:
    """Do the one task that the parent asks for on standard input."""
    # It ends before garbage could matter, and looking for it among three million cells takes longer than reading them.
    gc.disable()
    asked, answered = _pipes()
    kind, request = _read_frame(asked)
    content = _read_frame(asked)[1]
    told = wire.load(request)
    hold_self(Limits(told["memory"], told["seconds"]))

    def send(what: bytes, value: Any) -> None:
        body = wire.dump(value)
        answered.write(wire.HEAD.pack(what, len(body)))
        answered.write(body)
        answered.flush()

    try:
        result = _task(told["task"])(told["arguments"], content, lambda part: send(wire.PART, part))
        send(wire.RESULT, result)
    except UserError as error:
        fault = isinstance(error, EnvironmentFault)
        send(wire.FAILURE, [error.code, error.message, error.effect, error.advice, fault])
    except MemoryError:
        # Saying so would take memory.
        os._exit(NO_MEMORY)
    except BaseException:
        # A damaged file makes readers fail in any way, panics of native ones included.
        os._exit(BROKEN)
    # Nothing is tidied up: there is nothing to keep, and a huge heap takes long to take apart.
    answered.flush()
    os._exit(0)


def _pipes() -> tuple[Any, Any]:
    """Standard input and output as bytes; whatever else a library may print goes nowhere."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    answered = os.fdopen(os.dup(1), "wb")
    asked = os.fdopen(os.dup(0), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return asked, answered


def _read_frame(stream: Any) -> tuple[bytes, bytes]:
    head = stream.read(wire.HEAD.size)
    if len(head) < wire.HEAD.size:
        os._exit(1)
    kind, length = wire.HEAD.unpack(head)
    return kind, stream.read(length)


def _task(name: str) -> Callable[[Mapping[str, Any], bytes, Emit], Any]:
    module, _, function = TASKS[name].partition(":")
    found: Callable[[Mapping[str, Any], bytes, Emit], Any] = getattr(import_module(module), function)
    return found
