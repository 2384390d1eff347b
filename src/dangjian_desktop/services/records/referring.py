"""Typed references: the member, the ledger entry or the file that somebody means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.domain.values.several import words_of
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import matching, people

from . import attached

TYPES = (FieldType.MEMBER, FieldType.MEMBERS, FieldType.ENTRY)


def resolve(office: Office, spec: FieldSpec, raw: Any) -> Any:
    """The stored value of a typed reference to one or several records; raises `UserError` where one is not known."""
    if spec.type is FieldType.MEMBERS:
        return list(dict.fromkeys(resolve_member(office, word) for word in words_of(raw))) or None
    if spec.type is FieldType.ENTRY and isinstance(spec, LedgerColumn):
        return resolve_entry(office, spec, str(raw))
    return resolve_member(office, str(raw))


def resolve_member(office: Office, text: str) -> str:
    """The id of the member meant by id, ID number or a name that only one member has of those this account sees."""
    with office.database.read() as connection:
        found = people.candidates(connection, text.strip(), office.actor.scope)
    if len(found) == 1:
        return found[0][0]
    shown = mask_numbers(text)
    if not found:
        raise UserError("member_unknown", f"没有找到党员“{shown}”。", advice="请核对姓名，或填公民身份号码。")
    if shown != text:
        raise UserError(
            "member_ambiguous", f"有{len(found)}名党员的公民身份号码都是“{shown}”。", advice="请先核对名册。"
        )
    raise UserError("member_ambiguous", f"有{len(found)}名党员叫“{text}”。", advice="请改填公民身份号码。")


def resolve_entry(office: Office, spec: LedgerColumn, text: str) -> str:
    """The id of the entry of the column's ledger that is meant by id, by number, or by number with its title.

    Raises `UserError` (`entry_unknown`, `entry_ambiguous`, and as `ledger_templates.template`).
    """
    ledger = ledger_templates.template(office, spec.ledger)
    text = text.strip()
    words = dict.fromkeys([text, *text.split(" ", 1)[:1]])
    with office.database.read() as connection:
        for word in words:
            found = matching.meant(connection, ledger.key, word, office.actor.scope)
            if len(found) == 1:
                return found[0]
            if found:
                raise UserError("entry_ambiguous", f"“{ledger.title}”里有{len(found)}条编号都是“{word}”。")
    raise UserError(
        "entry_unknown", f"“{ledger.title}”里没有“{mask_numbers(text)}”这一条。", advice="请填那一条的编号。"
    )


def take_files(office: Office, spec: FieldSpec, raw: Any, held: dict[str, Any]) -> list[str] | None:
    """The keys of the files that a column names: of those already attached (`held`) by key or name, else by path.

    What is taken in anew is put into `held` by its path in the record.
    """
    keys = []
    head = f"{ATTACHMENTS.name}."
    names = {path: path.removeprefix(head) for path in held}
    if raw is None:
        return None
    for word in words_of(raw):
        known = next((key for path, key in names.items() if word in (key, held[path].get("title"))), None)
        if known is None:
            known, kept = attached.take_file(office, Path(word))
            held[head + known] = kept
        keys.append(known)
    if len(keys) > _MOST_FILES:
        raise UserError("too_many_files", f"“{spec.label}”最多放{_MOST_FILES}个文件。", effect="数据没有改动。")
    return list(dict.fromkeys(keys)) or None


_MOST_FILES = 50
