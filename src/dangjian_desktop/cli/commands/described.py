"""Kinds and ledgers by the words that people use for them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office, default_templates

from ..session import Request


@lru_cache(maxsize=1)
def _aliases() -> header_aliases.Aliases:
    return header_aliases.load(resource("codes"))


def specs(kind: str, template: LedgerTemplate | None = None) -> list[FieldSpec]:
    """The fields of a kind with the headers that imports know for them; a ledger's columns follow."""
    own = list(header_aliases.with_aliases(KINDS[kind], _aliases()).fields)
    if template is None:
        return own
    known = _aliases().get("ledger_entry", {})
    columns = [replace(c, aliases=tuple(dict.fromkeys(c.aliases + known.get(c.name, ())))) for c in template.columns]
    return own + columns


def by_label(office: Office, kind: str, ledger: str | None) -> dict[str, FieldSpec]:
    """The fields of a kind by key and by Chinese label, with the columns of a ledger of this file."""
    columns = ledgers.template(office, ledger).columns if ledger else ()
    found = [*specs(kind), *columns]
    return {s.label: s for s in found} | {s.name: s for s in found} | {f"values.{s.name}": s for s in found}


def ledger(request: Request, text: str) -> LedgerTemplate:
    """A ledger by key or title: a shipped one without opening a file, else one of the file's own.

    Raises `UsageError` (`ledger_unknown`) where no file is named, and what opening a file raises.
    """
    for template in default_templates().values():
        if text in (template.key, template.title):
            return template
    if request.args.file is None:
        known = "、".join(default_templates())
        raise UsageError("ledger_unknown", f"没有“{text}”这个台账。可用：{known}。", effect="什么也没有做。")
    with request.office() as office:
        return known_ledger(office, text)


def known_ledger(office: Office, text: str) -> LedgerTemplate:
    """A ledger of this file that this account may open; raises `UsageError` (`ledger_unknown`) for another."""
    try:
        return ledgers.template(office, text)
    except UserError as error:
        if error.code != "ledger_unknown":
            raise
        raise UsageError("ledger_unknown", error.message, effect="什么也没有做。") from error


def template_key(office: Office, text: str) -> str:
    """The key of a ledger of this file that this account may open."""
    return ledgers.template(office, text).key


def state_key(office: Office, template: str | None, text: str) -> str:
    """The key of a state given by key or label; with several ledgers the first that knows it."""
    known = [ledgers.template(office, template)] if template else ledgers.templates(office)
    for found in known:
        state = found.state_of(text)
        if state is not None:
            return state.key
    raise UserError("bad_value", f"没有“{text}”这个状态。", effect="什么也没有做。")
