"""Ledger templates beside the shipped ones: the file's own, and stand-ins for what nobody can read here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.fields import FieldType

from .columns import LedgerColumn
from .ledger_templates import load_templates, read_template
from .ledgers import LEDGER_CLASSES, LedgerTemplate, State

_STAND_IN_READERS = frozenset({"administrator", "clerk"})
_NOTHING_KNOWN = "unknown"


@lru_cache(maxsize=1)
def shipped_templates() -> dict[str, LedgerTemplate]:
    """The templates that come with the program, by key, read once."""
    return load_templates(resource("ledgers"))


@dataclass(frozen=True, slots=True)
class OwnTemplates:
    """The file's own templates by key, and by key what is wrong with those that cannot be used."""

    found: dict[str, LedgerTemplate] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def own_templates(texts: Mapping[str, str]) -> OwnTemplates:
    """Read the file's own templates; a faulty one is told and never raised: the file must open all the same."""
    read = OwnTemplates()
    for key, text in texts.items():
        try:
            # The content of a shared item is JSON: a text within a text.
            template = read_template(str(json.loads(text)))
            if template.key != key:
                raise ValueError(f"模板的键“{template.key}”与登记的“{key}”不一致")
        except ValueError as fault:
            read.faults[key] = str(fault)
        else:
            read.found[key] = template
    return read


def all_templates(
    own: OwnTemplates, strangers: Mapping[str, tuple[Sequence[str], Sequence[str]]]
) -> dict[str, LedgerTemplate]:
    """Every ledger of a file: shipped, its own over them, stand-ins for entries (`strangers`) without a template."""
    known = {**shipped_templates(), **own.found}
    for key, (columns, states) in strangers.items():
        if key not in known:
            why = own.faults.get(key)
            known[key] = stand_in(key, columns, states, f"模板有误：{why}" if why else "本机没有这本台账的模板")
    return known


def stand_in(key: str, columns: Sequence[str], states: Sequence[str], fault: str) -> LedgerTemplate:
    """A ledger whose template is not known here: its entries are shown plainly with their keys, and not changed.

    Nobody knows who may read it, so only those do who may read everything that is not an account.
    """
    names = list(columns) or [_NOTHING_KNOWN]
    said = list(states) or [_NOTHING_KNOWN]
    return LedgerTemplate(
        key=key,
        title=key,
        ledger_class=LEDGER_CLASSES[-1],
        columns=tuple(LedgerColumn(name, name, FieldType.LONG_TEXT, table=True) for name in names),
        states=tuple(State(state, state) for state in said),
        initial=said[0],
        transitions=(),
        title_column=names[0],
        number_rule=f"{key}-{{year}}-{{serial}}",
        restricted=True,
        readers=_STAND_IN_READERS,
        notes=f"▲ {fault}，条目照原样显示，不能修改。请放入正确的模板，或升级本软件。",
        fault=fault,
    )
