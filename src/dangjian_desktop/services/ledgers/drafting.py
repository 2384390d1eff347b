"""A ledger made in the window: proposed from a table, its key found, looked at before it is put into the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.own_templates import TemplateFault
from dangjian_desktop.domain.ledgers.proposals import Proposal, propose
from dangjian_desktop.exchange.excel.read_workbook import read_workbook
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.pinyin import letters

from .own_templates import TemplateChange, look_text, text_of


def from_table(path: Path) -> Proposal:
    """What a table proposes: its fullest visible sheet counts.

    Raises `UserError` (`no_header`, and those of a file that cannot be read) and `EnvironmentFault`.
    """
    sheets = [sheet for sheet in read_workbook(path) if sheet.visible]
    told = [
        propose(path.stem, sheet.rows, [(m.top, m.left, m.bottom, m.right) for m in sheet.merged]) for sheet in sheets
    ]
    found = [each for each in told if each is not None]
    if not found:
        raise UserError(
            "no_header",
            f"“{path.name}”里没有找到表头。",
            effect="没有建立台账。",
            advice="请确认表里有一行列名（至少两列），或从空白开始建。",
        )
    return max(found, key=lambda each: (each.rows, len(each.columns)))


def free_key(office: Office, title: str) -> str:
    """A key for a new ledger of this name that none has yet."""
    stem = "own_" + (re.sub("[^a-z0-9]", "", letters(title).partition(" ")[0].lower())[:24] or "ledger")
    key, number = stem, 2
    while key in office.templates:
        key, number = f"{stem}_{number}", number + 1
    return key


def looked_at(office: Office, data: Mapping[str, Any]) -> TemplateChange:
    """What a template made in the window would do; raises `UserError` (`ledger_template`)."""
    title = str(data.get("title", ""))
    if not title:
        raise UserError("ledger_template", "台账还没有名称。", effect="台账和条目都没有改动。", advice="请写上名称。")
    same = next((each for each in office.templates.values() if each.title == title and each.key != data["key"]), None)
    if same is not None:
        raise UserError(
            "ledger_template",
            f"已经有一本“{title}”。",
            effect="台账和条目都没有改动。",
            advice="请换一个名称，或者改那一本。",
        )
    return look_text(office, json.dumps(data, ensure_ascii=False, indent=1), title)


def data_of(office: Office, key: str) -> dict[str, Any]:
    """A template as data, to be changed; raises `UserError` as `text_of`, `ledger_template` for one with a fault."""
    try:
        return dict(json.loads(text_of(office, key)))
    except (ValueError, TypeError) as fault:
        raise UserError("ledger_template", "这本台账的模板有误，不能在这里改。", advice="请放入正确的模板。") from fault


def listed(office: Office) -> list[tuple[LedgerTemplate, bool, int]]:
    """Every ledger that this account may open: whether the file has a template of its own for it, its columns."""
    from .ledger_templates import templates

    return [(each, office.templates.is_own(each.key), len(each.columns)) for each in templates(office)]


def faults(office: Office) -> list[TemplateFault]:
    """The templates that cannot be used: where they lie, what is wrong and in which line."""
    return list(office.templates.faults())


def as_shipped(office: Office, key: str) -> None:
    """Take the file's own template of a ledger away: a shipped one holds again; one undo brings it back."""
    shared.put(office, shared.LEDGER_TEMPLATE, key, None)
