"""核对表: a branch's members on a sheet that its secretary corrects without this program, and sends back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.fields import FieldSpec, FieldType
from dangjian_desktop.domain.kinds import KINDS
from dangjian_desktop.domain.permissions import EXPORT
from dangjian_desktop.exchange.excel.form_return import FormColumn, ReturnedForm, write_form

from . import listings, organisations, records
from .office import Office

CORRECTION, SAYS = "roster-correction", "says"
"""The kind of form, and the column in which a secretary says what the fields cannot."""

FIELDS = ("ethnic_group", "education", "phone", "employer", "occupation", "address", "note")
"""What a secretary may correct; who somebody is and when they joined is changed by the office, with papers."""

_ADVICE = (
    "请核对浅黄色的格子：有变化的直接改，没有变化的不动，不用清空。号码中间几位已隐去，有变的请写完整的新号码。"
    "有人去世、转走或新来的，写在“其他情况”里。填好后交回这个文件。"
)
_SHOWN = ("name", "id_number", "sex", "birth_on", "joined_on", "member_class")
_WIDTHS = {
    "name": 11.0,
    "id_number": 21.0,
    "employer": 26.0,
    "address": 22.0,
    "note": 16.0,
    "phone": 14.0,
    "occupation": 20.0,
    "sex": 6.0,
}


@dataclass(frozen=True, slots=True)
class CorrectionSheet:
    """What was written: where, under which form id, for how many members."""

    path: Path
    form_id: str
    rows: int


def correction_sheet(office: Office, scope: str | None, path: Path) -> CorrectionSheet:
    """Write the members of a unit (id; None: all that this account sees) as a sheet to correct and send back.

    ID numbers and phones are masked; the id of each member is hidden in the row, so that no number is needed to know
    it again. Import the returned file as a roster. Raises `UserError` (`no_members`) and `EnvironmentFault`.
    """
    office.actor.require(EXPORT, "member")
    scope = scope or office.scope
    ids = records.query(office, "member", scope=scope, on=office.today())
    if not ids:
        raise UserError("no_members", "这个党组织没有在册党员，不用核对。", effect="没有生成文件。")
    printed = listings.records_on(office, "member", ids)
    several = len({row["organisation_id"] for row in printed}) > 1
    columns = _columns(office, several=several)
    printed.sort(key=lambda row: str(row["organisation"]))
    rows = [
        (str(row["id"]), {c.key: str(number if c.key == "number" else row.get(c.key) or "") for c in columns})
        for number, row in enumerate(printed, 1)
    ]
    form_id = new_id()
    unit = organisations.names(office).get(scope or organisations.root_id(office) or "", office.name)
    about = {
        "form": form_id,
        "kind": CORRECTION,
        "office": organisations.root_id(office) or "",
        "scope": scope or "",
        "on": office.today().isoformat(),
    }
    notes = (
        f"{office.name}　{office.today():%Y年}{office.today().month}月{office.today().day}日发出",
        _ADVICE,
    )
    write_form(ReturnedForm(f"{unit}党员信息核对表", notes, columns, rows, about), path)
    office.audit("export", {"report": CORRECTION, "scope": scope, "rows": len(rows), "masked": True, "form": form_id})
    return CorrectionSheet(path, form_id, len(rows))


def _columns(office: Office, *, several: bool) -> list[FormColumn]:
    kind = KINDS["member"]
    columns = [FormColumn("number", "序号", width=6)]
    columns += [FormColumn("organisation", kind.field("organisation").label, width=24)] if several else []
    columns += [FormColumn(n, kind.field(n).label, width=_WIDTHS.get(n, 12.0)) for n in _SHOWN]
    columns += [
        FormColumn(n, kind.field(n).label, True, _choices(office, kind.field(n)), _WIDTHS.get(n, 12.0)) for n in FIELDS
    ]
    return [*columns, FormColumn(SAYS, "其他情况", fillable=True, width=20)]


def _choices(office: Office, spec: FieldSpec) -> list[str]:
    if spec.type is not FieldType.CODE or not spec.codes:
        return []
    return [name for _, name in office.codes.choices(spec.codes)]
