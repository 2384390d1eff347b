"""Field descriptions: one place that forms, imports, exports, lists and `fields KIND` are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """How a value is typed, read from a cell, stored and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    DATE = "date"  # partial: `2021-07-16`, `2021-07` or `1998`; precision is the length
    MOMENT = "moment"  # local `2026-09-03T14:30`
    INTEGER = "integer"
    MONEY = "money"  # integer fen
    BOOLEAN = "boolean"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ORGANISATION = "organisation"  # reference by id, typed by name
    MEMBER = "member"  # reference by id, typed by name
    YEARS = "years"  # a day, read as the full years since then
    PICTURE = "picture"  # the key of an attachment, typed as the path of a file


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind: its key, Chinese label, aliases of its column header, and how it is read.

    `codes` names a code list (`domain.codes`), which for a text is only suggested; `required` refuses an imported row
    without it; `sensitive` masks it by default; `dated` keeps ended values with their last day; `table` = shown in
    lists by default; `rule` is the sentence shown under the field, with its article. What is not `editable` follows
    from other data; where it is `importable` all the same, an import only compares it. What is `derived` is computed
    by `storage.derive` and never logged: a form may offer it all the same, its edit goes to the set it comes from.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    aliases: tuple[str, ...] = ()
    codes: str | None = None
    required: bool = False
    sensitive: bool = False
    dated: bool = False
    importable: bool = True
    editable: bool = True
    table: bool = False
    derived: bool = False
    group: str = ""
    rule: str = ""


def is_sensitive(spec: FieldSpec) -> bool:
    """Whether a field is masked by default."""
    return spec.sensitive or spec.type in (FieldType.ID_NUMBER, FieldType.PHONE)


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One keyed set of a kind (its child rows): what a member of it holds, and the table that keeps them.

    `key` tells what the key itself refers to, where it is a reference (the member of an attendance).
    """

    name: str
    label: str
    table: str
    fields: tuple[FieldSpec, ...]
    key: FieldType | None = None


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of record: key, Chinese name, and its fields in the order people expect them.

    `hidden` are derived columns that no form, list or sheet shows. `sets` are keyed sets and `maps` JSON columns whose
    keys the log follows one by one.
    """

    name: str
    label: str
    fields: tuple[FieldSpec, ...]
    sets: tuple[SetSpec, ...] = ()
    maps: tuple[str, ...] = ()
    hidden: tuple[FieldSpec, ...] = ()
    title: Callable[[Mapping[str, object]], str] | None = None

    def field(self, name: str) -> FieldSpec:
        """The field called `name`; raises `KeyError` for an unknown one."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)

    def names(self) -> Sequence[str]:
        """All field names in order."""
        return [spec.name for spec in self.fields]
