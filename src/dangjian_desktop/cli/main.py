"""Entry of the command line: read, run, answer, and never show a traceback."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dangjian_desktop import __version__
from dangjian_desktop.base import fault_report, given_password
from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.base.files import fault_of
from dangjian_desktop.base.progress import Cancelled

from . import grammar, output, parser
from .output import Reply
from .parser import given_account

if TYPE_CHECKING:
    from dangjian_desktop.services.office.head_start import DerivedAhead


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (0 done, 1 refused or in part, 2 usage, 3 file, 4 environment).

    With `--json` standard output holds exactly one JSON object, whatever happens.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = parser.wants_json(words)
    output.prepare_streams()
    try:
        reply = _run(words)
        output.say(reply, as_json=as_json)
        return reply.exit_code
    except BrokenPipeError:
        # Whoever reads us (head, a closed window) has enough; a second complaint at exit helps nobody.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return 0
    except (KeyboardInterrupt, Cancelled):
        stopped = UserError("cancelled", "已停止，没有完成。", effect="没有完成的一步不会留下任何内容。")
        return _refuse(stopped, as_json=as_json)
    except UserError as error:
        return _refuse(error, as_json=as_json)
    except Exception as error:
        return _refuse(_unexpected(error, words), as_json=as_json)


def _refuse(error: UserError, *, as_json: bool) -> int:
    """Tell a failure and return its exit code; where the answer's own file takes no more, on standard error alone."""
    try:
        output.fail(error, as_json=as_json, data=_more(error))
    except (BrokenPipeError, EnvironmentFault):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        if as_json:
            output.fail(error, as_json=False)
    return error.exit_code


def _run(words: Sequence[str]) -> Reply:
    args = parser.read(words)
    if args.command == "version" or getattr(args, "version", False):
        return Reply({"version": __version__}, [__version__])
    if args.command == "help":
        return Reply({"help": args.text}, [args.text])
    # Only now: `--version` and a wrong command load neither the database nor the file formats.
    ahead = _begin_opening(args)
    from .commands import run

    return run(args, ahead)


def _begin_opening(args: Namespace) -> DerivedAhead | None:
    """The slow part of opening, begun where file and password are known already."""
    password = given_password.given()
    if args.file is None or args.password_file is not None or args.recovery_key_file is not None or not password:
        return None
    from dangjian_desktop.services.office import head_start

    return head_start.begin(Path(args.file), given_account(args), password)


def _more(error: UserError) -> Mapping[str, Any]:
    """What a refused undo kept, beside its sentence."""
    kept = getattr(error, "kept_fields", None)
    return {} if kept is None else {"undone": [], "kept": kept, "kept_labels": getattr(error, "kept", [])}


def _unexpected(error: Exception, words: Sequence[str]) -> UserError:
    fault = _environment(error) if isinstance(error, OSError) else None
    if fault is None:
        place = fault_report.write(fault_report.describe(error, _command(words)))
        said = f"故障报告在“{place}”，里面没有姓名和证件号码。" if place else ""
        advice = "请把故障报告交给维护人员。" if place else "请再试一次；仍不行时，请告诉维护人员。"
        fault = UserError("internal", f"程序出错，这一步没有完成。{said}", advice=advice)
    return fault


def _command(words: Sequence[str]) -> str:
    """The first word that is a command of ours: anything else that was typed may hold a name."""
    known = {name.split()[0] for name in grammar.COMMANDS}
    return next((word for word in words if word in known), "")


def _environment(error: OSError) -> UserError | None:
    """The words for a fault of disk or system on a file; None where no file is named: that is our own error."""
    if not isinstance(error.filename, str | bytes):
        return None
    path = Path(os.fsdecode(error.filename))
    if isinstance(error, FileNotFoundError):
        return UserError("no_such_file", f"找不到“{path.name}”。", effect="什么也没有做。")
    fault = fault_of(error, path)
    if isinstance(fault, UserError):
        return fault
    advice = "请检查磁盘或U盘，或者换一个文件名再试。"
    return EnvironmentFault("no_permission", f"读写“{path.name}”时出错，没有完成。", advice=advice)
