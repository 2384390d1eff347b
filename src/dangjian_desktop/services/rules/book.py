"""The rule book of this file: the shipped rules, the checks of its ledgers, and what the street sets otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.checks.catalogue import checks_of
from dangjian_desktop.domain.ledgers.checks.declared import declares
from dangjian_desktop.domain.ledgers.checks.spec import MadeCheck
from dangjian_desktop.domain.ledgers.faults import FaultError
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE
from dangjian_desktop.domain.rules.overrides import Override, overridden, read_override
from dangjian_desktop.domain.rules.rulebook import Rule, RuleBook
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

_EFFECT = "没有保存，规则没有改动。"


def book(office: Office) -> RuleBook:
    """All rules as they hold in this file; made once until something that all share is written."""
    kept: RuleBook | None = office.cache.get("rule_book")
    if kept is None:
        whole = _all_rules(office)
        kept = office.cache["rule_book"] = overridden(whole, overrides(office, whole).values())
    return kept


def ledger_checks(office: Office) -> Mapping[str, Sequence[MadeCheck]]:
    """The checks of every ledger that has some, by its key."""
    found = {key: checks_for(office, key) for key in office.templates}
    return {key: checks for key, checks in found.items() if checks}


def checks_for(office: Office, key: str) -> Sequence[MadeCheck]:
    """The checks of one ledger; only its own template is read. Kept until something that all share is written."""
    kept: dict[str, Sequence[MadeCheck]] = office.cache.setdefault("ledger_checks", {})
    if key not in kept:
        kept[key] = _checks(office.templates[key])
    return kept[key]


def _checks(template: LedgerTemplate) -> Sequence[MadeCheck]:
    if not declares(template):
        return ()
    # A template is checked when it is read; one that was changed by another version is told by its own fault.
    try:
        return checks_of(template)
    except FaultError:
        return ()


class LedgerRules(Mapping[str, Rule]):
    """The shipped rules and those of all ledgers: a ledger's template is read when one of its rules is asked for."""

    def __init__(self, office: Office) -> None:
        self._office, self._shipped = office, rules().rules

    def __getitem__(self, code: str) -> Rule:
        """A rule by its code, `KEY.check` for a ledger's; raises `KeyError`."""
        if code in self._shipped:
            return self._shipped[code]
        key, dot, _ = code.partition(".")
        if not dot or key not in self._office.templates:
            raise KeyError(code)
        for check in checks_for(self._office, key):
            if check.rule.code == code:
                return check.rule
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        """All codes: this reads every template."""
        yield from self._shipped
        for checks in ledger_checks(self._office).values():
            yield from (check.rule.code for check in checks)

    def __len__(self) -> int:
        """How many rules there are: this reads every template."""
        return sum(1 for _ in self)


def _all_rules(office: Office) -> RuleBook:
    return RuleBook(LedgerRules(office))


def overrides(office: Office, whole: RuleBook | None = None) -> dict[str, Override]:
    """What the street sets otherwise, by code; what no longer fits its rule is left out."""
    known = whole or _all_rules(office)
    found = {}
    for code, table in shared.items(office, shared.RULE_OVERRIDE).items():
        try:
            found[code] = read_override(known, code, table)
        except (ValueError, AttributeError):
            continue
    return found


def unfit(office: Office) -> dict[str, str]:
    """What the street once set otherwise and that no longer fits its rule, by code, with the reason."""
    known, found = _all_rules(office), {}
    for code, table in shared.items(office, shared.RULE_OVERRIDE).items():
        try:
            read_override(known, code, table)
        except (ValueError, AttributeError) as fault:
            found[code] = str(fault)
    return found


def code_of(office: Office, typed: str) -> str:
    """The code that a person means, whichever way it is spelled; raises `UserError` (`not_found`)."""
    known = book(office).rules
    for code in known:
        if code.casefold() == typed.strip().casefold():
            return code
    raise UserError("not_found", f"没有“{typed}”这条规则。", advice="用 rules list 可列出全部规则。")


def put_override(office: Office, code: str, table: Mapping[str, Any]) -> Override:
    """Set a rule otherwise from now on: `parameters`, `lead_days`, `severity`; `reason` and `document` are asked for.

    Raises `UserError`: `not_found`, `bad_override`.
    """
    office.actor.require(WRITE, TEMPLATES)
    found = code_of(office, code)
    try:
        made = read_override(_all_rules(office), found, table)
    except ValueError as fault:
        raise UserError("bad_override", f"{fault}。", effect=_EFFECT) from None
    shared.put(office, shared.RULE_OVERRIDE, found, dict(table))
    return made


def drop_override(office: Office, code: str) -> None:
    """Let a rule hold as it comes; raises `UserError` (`not_found`) where it was never set otherwise."""
    office.actor.require(WRITE, TEMPLATES)
    found = code_of(office, code)
    if shared.get(office, shared.RULE_OVERRIDE, found) is None:
        raise UserError("not_found", f"规则“{found}”没有另定过。", effect=_EFFECT)
    shared.put(office, shared.RULE_OVERRIDE, found, None)
