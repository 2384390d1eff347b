"""Stored values as people read them: codes by name, units by full name, money in yuan, masked by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dangjian_desktop.domain.ledgers.columns import SEVERAL, LedgerColumn, RowList
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, is_sensitive
from dangjian_desktop.domain.records.permissions import REVEAL
from dangjian_desktop.domain.values.masking import mask_address, mask_id, mask_numbers, mask_phone
from dangjian_desktop.domain.values.partial_dates import full_years
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

CATEGORY_JOINER = "；"
BIRTH = "birth_on"
CODE = "code"
"""The code of an organisation, which is long and nobody's; a column of a ledger that is called so may hold anything."""
MONTH = len("1970-01")
_TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT)
HELD = "有"
"""What stands for a picture where only words can stand."""


class Printer:
    """Prints values of one list; names of units and members are looked up once, years counted up to `on` or today."""

    def __init__(
        self,
        office: Office,
        *,
        masked: bool,
        named: Mapping[str, str] | None = None,
        on: date | None = None,
        raw_texts: bool = False,
    ) -> None:
        """Masked, numbers inside texts are hidden as well, unless `raw_texts`: for the form of who may reveal them.

        `named` tells what ids of members, entries and files are called. To who may not reveal, a birthday is shown
        to the month: with it the ID number would be known.
        """
        self._codes = office.codes
        self._units = organisations.names(office)
        if on is not None:
            # A branch that has since been renamed is called what it was called then.
            self._units |= {node.id: node.name for node in organisations.whole_tree(office, on)}
        self._named = named or {}
        self._masked = masked
        self._day = on or office.today()
        self._hide_texts = masked and not raw_texts
        self._hide_birthdays = masked and not office.actor.may(REVEAL, "member")

    def add_units(self, names: Mapping[str, str]) -> None:
        """Know units that are only planned yet (an import that makes them)."""
        self._units |= names

    def text(self, spec: FieldSpec, value: Any) -> str:
        """One stored value as text; nothing is an empty text."""
        if value is None or value == "":
            return ""
        if isinstance(spec, LedgerColumn) and spec.result is not None:
            spec = replace(spec, type=spec.result, result=None)
        if spec.name == "categories" and isinstance(value, str):
            return CATEGORY_JOINER.join(self._codes.name("category", c) for c in value.split(CATEGORY_JOINER))
        if self._masked and is_sensitive(spec):
            return self._mask(spec, str(value))
        if self._hide_texts and spec.type in _TEXTS and (spec.name != CODE or isinstance(spec, LedgerColumn)):
            return mask_numbers(str(value))
        if self._hide_birthdays and spec.name == BIRTH:
            return str(value)[:MONTH]
        return self._plain(spec, value)

    def child_row(self, rows: RowList, kept: Mapping[str, Any]) -> str:
        """One child row as a sentence: 日期：2026-03-01，方式：电话."""
        told = [f"{spec.label}：{text}" for spec in rows.columns if (text := self.text(spec, kept.get(spec.name)))]
        return "，".join(told)

    def years(self, value: str | None) -> int | None:
        """The full years of a field that counts them."""
        return full_years(value, self._day) if value else None

    def row(self, specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, str]:
        """A record's printed values by field, with its id."""
        printed = {spec.name: self.text(spec, values.get(spec.name)) for spec in specs}
        return {"id": str(values["id"])} | printed

    def _plain(self, spec: FieldSpec, value: Any) -> str:
        match spec.type:
            case FieldType.CODE:
                inline = (spec.codes or "").startswith("choices:")
                return str(value) if inline or not spec.codes else self._codes.name(spec.codes, str(value))
            case FieldType.ORGANISATION:
                return self._units.get(str(value), str(value))
            case FieldType.MEMBER:
                return self._named.get(str(value), str(value))
            case FieldType.ENTRY:
                return self._named.get(str(value), str(value))
            case FieldType.CODES | FieldType.MEMBERS | FieldType.ATTACHMENT:
                several = value if isinstance(value, list) else [value]
                return SEVERAL.join(self._named.get(str(each), str(each)) for each in several)
            case FieldType.YEARS:
                years = self.years(value)
                return "" if years is None else f"{years}年"
            case FieldType.PICTURE:
                return HELD
            case FieldType.BOOLEAN:
                return "是" if value else "否"
            case FieldType.MONEY:
                return f"{int(value) // 100}.{int(value) % 100:02d}"
            case FieldType.MOMENT:
                return str(value).replace("T", " ")
        return str(value)

    @staticmethod
    def _mask(spec: FieldSpec, value: str) -> str:
        if spec.type is FieldType.ID_NUMBER:
            return mask_id(value)
        if spec.type is FieldType.PHONE or spec.name == "landline":
            return mask_phone(value)
        return mask_address(value)
