"""The scoring schemes of a file: shipped ones and the street's own over them; a faulty one is told and never raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import fault_of, no_device
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.faults import FaultError
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import READ, TEMPLATES, WRITE
from dangjian_desktop.domain.schemes.reading import read_scheme
from dangjian_desktop.domain.schemes.schemes import Scheme
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

OWN = "数据文件里的方案"
LARGEST = 1_000_000
_CACHE = "schemes"
_EFFECT = "方案和打分都没有改动。"


class SchemeFault(NamedTuple):
    """One scheme that cannot be used: its key, where it lies, what is wrong and in which line."""

    key: str
    file: str
    message: str


class _Shelf(NamedTuple):
    schemes: dict[str, Scheme]
    faults: list[SchemeFault]


def schemes(office: Office) -> list[Scheme]:
    """The schemes that this account may see: those whose ledger it may open, with every column that they need."""
    office.actor.require(READ, "ledger_entry")
    return [found for found in _shelf(office).schemes.values() if _open_to(office, found)]


def scheme(office: Office, key: str) -> Scheme:
    """One scheme by key or title; raises `UserError`: `scheme_unknown`, `scheme_fault`, `not_allowed`."""
    office.actor.require(READ, "ledger_entry")
    shelf = _shelf(office)
    for found in shelf.schemes.values():
        if key in (found.key, found.title):
            if not _open_to(office, found):
                raise UserError("not_allowed", f"您的账户不能打开考评方案“{found.title}”。")
            return found
    for fault in shelf.faults:
        if fault.key == key:
            raise UserError(
                "scheme_fault",
                f"考评方案“{key}”有误：{fault.message}。",
                effect="打分记录没有改动，仍在台账里。",
                advice=f"请改正{fault.file}。",
            )
    known = "、".join(found.title for found in schemes(office))
    raise UserError("scheme_unknown", f"没有名为“{key}”的考评方案。现有：{known}。")


def faults(office: Office) -> list[SchemeFault]:
    """What is wrong with schemes that cannot be used."""
    return list(_shelf(office).faults)


def _shelf(office: Office) -> _Shelf:
    kept: _Shelf | None = office.cache.get(_CACHE)
    if kept is None:
        found: dict[str, Scheme] = {}
        wrong: list[SchemeFault] = []
        own = {key: str(text) for key, text in shared.items(office, shared.SCHEME).items()}
        for key, (file, text) in _texts(own).items():
            try:
                made = read_scheme(text, office.templates, origin=OWN if key in own else "本软件")
                if made.key != key:
                    raise FaultError(f"键是“{made.key}”，应是“{key}”")
            except FaultError as fault:
                wrong.append(SchemeFault(key, file, str(fault)))
            else:
                found[key] = made
        kept = office.cache[_CACHE] = _Shelf(found, wrong)
    return kept


def _texts(own: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """By key the file and the text of every scheme: a file's own one stands in place of a shipped one."""
    found = {key: (f"schemes/{key}.json", text) for key, text in shipped_texts().items()}
    return found | {key: (OWN, text) for key, text in own.items()}


@lru_cache(maxsize=1)
def shipped_texts() -> Mapping[str, str]:
    """The texts of the shipped schemes by key, in the order in which they are told."""
    paths = {path.stem: path for path in resource("schemes").glob("*.json")}
    return {key: paths[key].read_text("utf-8") for key in sorted(paths)}


def _open_to(office: Office, found: Scheme) -> bool:
    if found.template.key in ledger_templates.closed_to(office):
        return False
    seen = ledger_templates.seen_by(office, found.template)
    if seen is found.template:
        return True
    # With a column less a mark would be wrong: such a scheme is not for this role.
    text = _texts({key: str(value) for key, value in shared.items(office, shared.SCHEME).items()})[found.key][1]
    try:
        read_scheme(text, _Over(seen, office.templates))
    except FaultError:
        return False
    return True


class _Over(Mapping[str, LedgerTemplate]):
    """The templates of a file with one of them as a role sees it."""

    def __init__(self, seen: LedgerTemplate, under: Mapping[str, LedgerTemplate]) -> None:
        self._seen, self._under = seen, under

    def __getitem__(self, key: str) -> LedgerTemplate:
        return self._seen if key == self._seen.key else self._under[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._under)

    def __len__(self) -> int:
        return len(self._under)


class SchemeChange(NamedTuple):
    """What a scheme would do: `status` is new, changed or unchanged."""

    scheme: Scheme
    text: str
    status: str


def look(office: Office, path: Path) -> SchemeChange:
    """Read a scheme from a file; nothing is written. Raises `UserError` (`no_such_file`, `scheme_fault`)."""
    try:
        if no_device(path).stat().st_size > LARGEST:
            raise UserError("scheme_fault", f"“{path.name}”太大，不是考评方案。", effect=_EFFECT)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("no_such_file", f"找不到文件“{path.name}”。", effect=_EFFECT) from None
    except UnicodeDecodeError:
        raise UserError("scheme_fault", f"“{path.name}”不是 UTF-8 文本，不是考评方案。", effect=_EFFECT) from None
    except OSError as error:
        raise fault_of(error, path) from error
    try:
        made = read_scheme(text, office.templates, origin=OWN)
    except FaultError as fault:
        raise UserError(
            "scheme_fault",
            f"考评方案“{path.name}”有误：{fault}。",
            effect=_EFFECT,
            advice="请改正文件，再放入一次。",
        ) from fault
    before = _shelf(office).schemes.get(made.key)
    return SchemeChange(made, text, "new" if before is None else "unchanged" if before == made else "changed")


def put(office: Office, change: SchemeChange) -> None:
    """Use a scheme in this file from now on, in place of a shipped one with its key; one undo takes it back."""
    office.actor.require(WRITE, TEMPLATES)
    shared.put(office, shared.SCHEME, change.scheme.key, change.text)


def drop(office: Office, key: str) -> None:
    """Take the street's own scheme away: a shipped one holds again. Raises `UserError` (`scheme_unknown`)."""
    office.actor.require(WRITE, TEMPLATES)
    if shared.get(office, shared.SCHEME, key) is None:
        raise UserError("scheme_unknown", f"本单位没有另定考评方案“{key}”。", effect=_EFFECT)
    shared.put(office, shared.SCHEME, key, None)
