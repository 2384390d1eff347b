"""Field descriptions: one place that forms, imports, exports, lists and `fields KIND` are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .ownership import Ownership


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
    DECIMAL = "decimal"  # a decimal number as text without exponent: `12.50`; the log keeps no fractions
    CODES = "codes"  # several answers of a list, as a list in its order
    MEMBERS = "members"  # several references by id, as a list
    ENTRY = "entry"  # reference by id to an entry of a ledger, typed by its number
    ATTACHMENT = "attachment"  # keys of the record's attachments, as a list; typed as the path of a file
    COMPUTED = "computed"  # stored nowhere: a formula over the other values


TYPE_NAMES = {
    FieldType.TEXT: "文字",
    FieldType.LONG_TEXT: "长文字",
    FieldType.CODE: "选项",
    FieldType.DATE: "日期",
    FieldType.MOMENT: "时间",
    FieldType.INTEGER: "整数",
    FieldType.MONEY: "金额",
    FieldType.BOOLEAN: "是否",
    FieldType.ID_NUMBER: "公民身份号码",
    FieldType.PHONE: "电话",
    FieldType.ORGANISATION: "党组织",
    FieldType.MEMBER: "党员",
    FieldType.PICTURE: "照片文件",
    FieldType.YEARS: "年数",
    FieldType.DECIMAL: "小数",
    FieldType.CODES: "多选",
    FieldType.MEMBERS: "几名党员",
    FieldType.ENTRY: "台账条目",
    FieldType.ATTACHMENT: "附件",
    FieldType.COMPUTED: "计算",
}
"""The types as people call them."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind: its key, Chinese label, aliases of its column header, and how it is read.

    `codes` names a code list (`domain.codes`), which for a text is only suggested; `required` refuses an imported row
    without it; `asked` is required of one that is typed in, and asked once in the review of an import; `sensitive`
    masks it by default; `dated` keeps ended values with their last day; `table` = shown in lists by default; `rule` is
    the sentence shown under the field, with its article. What is not `editable` follows
    from other data; where it is `importable` all the same, an import only compares it. What is `derived` is computed
    by `storage.derive` and never logged: a form may offer it all the same, its edit goes to the set it comes from.
    `among` narrows a code list to the codes that a form offers. `units` tells which units are meant by a reference to
    one: all but 党小组 unless it says `ANY_UNIT`, `GROUPS`, or `HOMES` for those in which people have 组织关系.
    `people` are names as free text, of members or of others.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    aliases: tuple[str, ...] = ()
    codes: str | None = None
    required: bool = False
    asked: bool = False
    sensitive: bool = False
    dated: bool = False
    importable: bool = True
    editable: bool = True
    table: bool = False
    derived: bool = False
    group: str = ""
    rule: str = ""
    among: tuple[str, ...] = ()
    units: str = ""
    people: bool = False


ANY_UNIT, GROUPS, HOMES = "any", "groups", "homes"


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
    """What a table of something holds: key, Chinese name, and its fields in the order people expect them."""

    name: str
    label: str
    fields: tuple[FieldSpec, ...]

    def field(self, name: str) -> FieldSpec:
        """The field called `name`; raises `KeyError` for an unknown one."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)

    def names(self) -> Sequence[str]:
        """All field names in order."""
        return [spec.name for spec in self.fields]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind(KindSpec):
    """One kind of record that a file keeps: a new one is one of these and one policy (`services/records/policies`).

    `measure` is its Chinese counter (名, 个); `owner` decides edit or request (`ownership`); `unit` is the column that
    tells the unit a record belongs to, `id` of a unit itself, or the set whose newest member tells it. `clearable`
    fields may be blanked for privacy, `restricted` ones travel only to who may see them; both have a leaf of their
    own in the log. `hidden` are derived columns that no form, list or sheet shows. `sets` are keyed sets and `maps`
    JSON columns whose keys the log follows one by one.
    """

    measure: str
    owner: Ownership
    unit: str
    clearable: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    sets: tuple[SetSpec, ...] = ()
    maps: tuple[str, ...] = ()
    hidden: tuple[FieldSpec, ...] = ()

    def references(self) -> Iterator[Reference]:
        """Where a record of this kind refers to another, by the types of its fields."""
        for spec in self.fields:
            if spec.type in REFERRING and not spec.derived:
                yield Reference(self.name, None, spec.name, spec.type.value)
            if spec.type in REFERRING and spec.dated:
                yield Reference(self.name, FORMER, spec.name, spec.type.value)
        for each in self.sets:
            if each.key in REFERRING:
                yield Reference(self.name, each.name, None, each.key.value)
            for spec in each.fields:
                if spec.type in REFERRING:
                    yield Reference(self.name, each.name, spec.name, spec.type.value)


REFERRING = (FieldType.ORGANISATION, FieldType.MEMBER)
"""Types whose value is the id of a record, of the kind that the type is called."""

FORMER = "former"
"""The set that keeps what dated fields were."""

VALUES = "values"
"""The map of a ledger's columns: any of them may name a record, also of a template that is no longer here."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where records of `holder` refer to records of `target`: a column, or a set and its column.

    In a set `column` is None where the key refers; in the set of former values it names the dated field.
    """

    holder: str
    set: str | None
    column: str | None
    target: str
