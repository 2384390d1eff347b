"""What each command does; every one takes a `Request` and returns a `Reply`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..output import Reply
from ..session import Request
from . import accounts, files, fill, imports, ledgers, log, records, reports

_COMMANDS: dict[str, Callable[[Request], Reply]] = {
    "new": files.new,
    "info": files.info,
    "check": files.check,
    "backup": files.backup,
    "restore": files.restore,
    "selfcheck": files.selfcheck,
    "fields": records.fields,
    "list": records.list_records,
    "find": records.find,
    "add": records.add,
    "set": records.change,
    "remove": records.remove,
    "import": imports.import_file,
    "export": reports.export,
    "figures": reports.figures,
    "report": reports.report,
    "fill": fill.fill,
    "ledger list": ledgers.list_ledgers,
    "ledger show": ledgers.show,
    "ledger add": ledgers.add,
    "ledger move": ledgers.move,
    "undo": log.undo,
    "operations": log.operations,
    "audit": log.audit,
    "history": log.history,
    "account list": accounts.list_accounts,
    "account add": accounts.add,
    "account passwd": accounts.passwd,
    "account disable": accounts.disable,
    "account role": accounts.role,
    "account reset": accounts.reset,
    "recovery-key rotate": accounts.rotate,
}


def run(args: argparse.Namespace) -> Reply:
    """Run the command that was read."""
    return _COMMANDS[args.command](Request.of(args))
