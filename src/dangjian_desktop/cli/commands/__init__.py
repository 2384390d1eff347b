"""What each command does; every one takes a `Request` and returns a `Reply`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from dangjian_desktop.services.office.head_start import DerivedAhead

from ..output import Reply
from ..session import Request

# By name, so that a report does not wait for what imports and forms bring along.
_COMMANDS = {
    "new": "files.new",
    "info": "files.info",
    "check": "files.check",
    "backup": "files.backup",
    "restore": "files.restore",
    "selfcheck": "files.selfcheck",
    "votes check": "votes.check",
    "dues compute": "dues.compute",
    "fields": "records.fields",
    "list": "records.list_records",
    "find": "records.find",
    "add": "records.add",
    "set": "records.change",
    "remove": "records.remove",
    "import": "imports.import_file",
    "export": "reports.export",
    "figures": "reports.figures",
    "findings": "rules.findings",
    "rules list": "rules.list_rules",
    "rules set": "rules.set_rule",
    "rules reset": "rules.reset_rule",
    "holidays list": "rules.list_holidays",
    "holidays set": "rules.set_holidays",
    "practices": "practices.list_practices",
    "report": "reports.report",
    "fill": "fill.fill",
    "ledger clear": "ledgers.clear",
    "ledger expected": "ledgers.expected",
    "scheme list": "schemes.list_schemes",
    "scheme show": "schemes.show",
    "scheme score": "schemes.score",
    "scheme put": "schemes.put",
    "scheme drop": "schemes.drop",
    "ledger figures": "ledgers.ledger_figures",
    "ledger list": "ledgers.list_ledgers",
    "ledger show": "ledgers.show",
    "ledger add": "ledgers.add",
    "ledger set": "ledgers.change",
    "ledger rows": "ledgers.rows",
    "ledger move": "ledgers.move",
    "ledger template": "ledgers.put_template",
    "undo": "log.undo",
    "operations": "log.operations",
    "audit": "log.audit",
    "history": "log.history",
    "versions": "log.versions",
    "account list": "accounts.list_accounts",
    "account add": "accounts.add",
    "account passwd": "accounts.passwd",
    "account disable": "accounts.disable",
    "account role": "accounts.role",
    "account reset": "accounts.reset",
    "recovery-key rotate": "accounts.rotate",
}


def command(name: str) -> Callable[[Request], Reply]:
    """What a command of the grammar does; only its own module is loaded."""
    module, _, function = _COMMANDS[name].partition(".")
    found: Callable[[Request], Reply] = getattr(import_module(f"{__name__}.{module}"), function)
    return found


def run(args: argparse.Namespace, ahead: DerivedAhead | None = None) -> Reply:
    """Run the command that was read."""
    request = Request.of(args, ahead)
    reply = command(args.command)(request)
    reply.notices = request.notices
    return reply
