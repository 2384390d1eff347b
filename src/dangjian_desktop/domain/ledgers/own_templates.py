"""The ledgers of a file: shipped templates, its own over them, and stand-ins for what nobody can read here.

A template is read when somebody asks for it: ninety of them cost a start nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.fields import FieldType

from .columns import LedgerColumn
from .ledger_templates import read_template
from .ledgers import LEDGER_CLASSES, LedgerTemplate, State

_STAND_IN_READERS = frozenset({"administrator", "clerk"})
_NOTHING_KNOWN = "unknown"

InUse = Callable[[str], tuple[Sequence[str], Sequence[str]]]
"""The columns that entries of a ledger fill and the states that they were in."""


class TemplateFault(NamedTuple):
    """One template that cannot be used: its key, where it lies, what is wrong and in which line."""

    key: str
    file: str
    message: str


class Shelf(Mapping[str, LedgerTemplate]):
    """Every ledger of a file by key; a faulty template is told and never raised: the file must open all the same."""

    def __init__(self, own: Mapping[str, str], strangers: Collection[str], in_use: InUse) -> None:
        """`own` are the texts of the file's own templates as they lie there, `strangers` ledgers without a template."""
        self._own, self._in_use = own, in_use
        self._keys = tuple(dict.fromkeys([*_shipped_paths(), *own, *strangers]))
        self._read: dict[str, LedgerTemplate] = {}

    def __iter__(self) -> Iterator[str]:
        """Keys: shipped ones, the file's own, those of entries without a template."""
        return iter(self._keys)

    def __len__(self) -> int:
        """How many ledgers there are."""
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        """Whether there is a ledger with this key; reads none."""
        return key in self._keys

    def __getitem__(self, key: str) -> LedgerTemplate:
        """The ledger with this key; raises `KeyError` for an unknown one."""
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._made(key)
        return found

    def _made(self, key: str) -> LedgerTemplate:
        if key not in self._keys:
            raise KeyError(key)
        found = self._find(key)
        if isinstance(found, LedgerTemplate):
            return found
        columns, states = self._in_use(key)
        why = f"模板有误：{found.message}" if found else "本机没有这本台账的模板"
        return stand_in(key, columns, states, why)

    def _find(self, key: str) -> LedgerTemplate | TemplateFault | None:
        if key in self._own:
            try:
                return _read_own(key, self._own[key])
            except ValueError as fault:
                return TemplateFault(key, "数据文件里的模板", str(fault))
        return _shipped(key)

    def text(self, key: str) -> str | None:
        """The text of a template as it was written, faulty or not; None where there is none."""
        try:
            if key in self._own:
                return str(json.loads(self._own[key]))
            path = _shipped_paths().get(key)
            return path.read_text("utf-8") if path else None
        except (ValueError, OSError):
            return None

    def is_own(self, key: str) -> bool:
        """Whether the file has a template of its own for this ledger; reads none."""
        return key in self._own

    def readers(self, key: str) -> frozenset[str]:
        """The roles that may open a ledger (none named: all), without reading the whole of its template."""
        if key in self._read:
            return self._read[key].readers
        try:
            text = json.loads(self._own[key]) if key in self._own else _shipped_paths()[key].read_text("utf-8")
            return frozenset(json.loads(text).get("readers", ()))
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
            return self[key].readers

    def faults(self) -> list[TemplateFault]:
        """What is wrong with templates that cannot be used; reads all of them."""
        found = (self._find(key) for key in self._keys)
        return [each for each in found if isinstance(each, TemplateFault)]


@lru_cache(maxsize=1)
def _shipped_paths() -> dict[str, Path]:
    """Where the shipped templates lie, by key: a file is called like its ledger."""
    return {path.stem: path for path in sorted(resource("ledgers").glob("*.json"))}


@lru_cache(maxsize=256)
def _shipped(key: str) -> LedgerTemplate | TemplateFault | None:
    path = _shipped_paths().get(key)
    if path is None:
        return None
    try:
        return _keyed(key, path.read_text("utf-8"), shipped=True)
    except (ValueError, OSError) as fault:
        return TemplateFault(key, path.name, str(fault))


@lru_cache(maxsize=64)
def _read_own(key: str, content: str) -> LedgerTemplate:
    # The content of a shared item is JSON: a text within a text.
    return _keyed(key, str(json.loads(content)))


def _keyed(key: str, text: str, *, shipped: bool = False) -> LedgerTemplate:
    template = read_template(text, shipped=shipped)
    if template.key != key:
        raise ValueError(f"模板的键“{template.key}”与登记的“{key}”不一致")
    return template


def nothing_in_use(_key: str) -> tuple[Sequence[str], Sequence[str]]:
    """Of a ledger without entries."""
    return (), ()


def shipped_templates() -> Mapping[str, LedgerTemplate]:
    """The templates that come with the program, by key, each read when it is asked for."""
    return Shelf({}, (), nothing_in_use)


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
