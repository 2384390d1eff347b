"""Templates of papers made of words and figures: the shipped text, and a street's own in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.figure_words import template_faults
from dangjian_desktop.documents.quarterly import TABLES
from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

from .figures import values_of

_TABLES: Mapping[str, Mapping[str, str]] = {"quarterly": TABLES, "work-summary": {}}
NAMES = tuple(_TABLES)


def shipped(name: str) -> str:
    """The text that comes with the program; raises `UsageError` (`template_unknown`)."""
    _known(name)
    return resource("documents", f"{name}.md").read_text(encoding="utf-8")


def tables(name: str) -> Mapping[str, str]:
    """The tables that this paper has places for, and what each shows."""
    _known(name)
    return _TABLES[name]


def get(office: Office, name: str) -> str:
    """The text that is used: the street's own, else the shipped one."""
    _known(name)
    own = shared.get(office, shared.WORDS, name)
    return own if isinstance(own, str) and own.strip() else shipped(name)


def is_own(office: Office, name: str) -> bool:
    """Whether the street has a text of its own."""
    return bool(shared.get(office, shared.WORDS, name))


def put(office: Office, name: str, text: str | None) -> None:
    """Use `text` from now on (None: the shipped one again).

    Raises `UserError` (`template_faults`) naming line and fault: unknown figures, bare percentages, planned as done.
    """
    _known(name)
    office.actor.require(WRITE, TEMPLATES)
    if text is not None:
        require_faultless(faults(office, name, text))
    shared.put(office, shared.WORDS, name, text)


def faults(office: Office, name: str, text: str) -> list[str]:
    """Why `text` cannot be the template of this paper, each sentence beginning 第几行."""
    return template_faults(text, with_lists(values_of(office)), tables(name))


def require_faultless(wrong: Sequence[str]) -> None:
    """Refuse where there are faults."""
    if wrong:
        raise UserError("template_faults", "".join(wrong), effect="没有保存，也没有生成文件。", advice="请改正后再试。")


def _known(name: str) -> None:
    if name not in NAMES:
        raise UsageError("template_unknown", f"没有名为“{name}”的文稿模板。", advice=f"现有：{'、'.join(NAMES)}。")
