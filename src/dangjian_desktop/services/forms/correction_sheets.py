"""更正表: a branch's members on a sheet that its secretary corrects without this program, and sends back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import EXPORT, READ
from dangjian_desktop.exchange.excel.form_return import FormColumn, ReturnedForm, write_form
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.units import organisations

CORRECTION, SAYS = "roster-correction", "says"
"""The kind of form, and the column in which a secretary says what the fields cannot."""

FIELDS = ("ethnic_group", "education", "phone", "employer", "occupation", "address", "note")
"""What a secretary may correct; who somebody is and when they joined is changed by the office, with papers."""

_ADVICE = (
    "请核对浅黄色的格子：有变化的直接改，没有变化的不动，不用清空。号码中间几位已隐去，有变的请写完整的新号码。"
    "有人去世、转走或新来的，写在“其他情况”里。填好后交回这个文件。"
)
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
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


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit that a sheet can be sent to: its own members' number, and its name with what tells it from its like."""

    id: str
    name: str
    above: str
    members: int


def addressees(office: Office, scope: str | None = None) -> list[Addressee]:
    """The units of a scope that have members of their own, in the order of the tree; for a 党小组 its branch."""
    office.actor.require(READ, "member")
    branch, group = organisations.unit_and_group(office, scope)
    scope = branch.id if group is not None and branch is not None else scope
    below = organisations.scope_ids(office, scope or office.scope)
    nodes = {node.id: node for node in organisations.tree(office)}
    return [
        Addressee(n.id, n.name, nodes[n.parent_id].short_name if n.parent_id in nodes else "", n.members)
        for n in nodes.values()
        if n.members and n.kind != GROUP_KIND and (below is None or n.id in below)
    ]


def send_out(
    office: Office, units: Sequence[Addressee], folder: Path, progress: Progress | None = None
) -> list[CorrectionSheet]:
    """Write one sheet for each unit into a folder; a file that is there already, perhaps filled in, is never replaced.

    Cancelled midway, the sheets written so far stay and are good. Raises what `correction_sheet` raises, `Cancelled`.
    """
    told = progress or Progress()
    names = Counter(unit.name for unit in units)
    made = []
    for number, unit in enumerate(units):
        told.report(number, len(units), f"正在生成 {unit.name}")
        name = unit.name if names[unit.name] == 1 else f"{unit.above}{unit.name}"
        path = _free(folder, f"{_NOT_IN_FILE_NAMES.sub('', name)}党员信息更正表{office.today():%Y%m%d}")
        made.append(correction_sheet(office, unit.id, path, own=True))
    return made


def _free(folder: Path, stem: str) -> Path:
    """A name in the folder that nothing has yet."""
    path, number = folder / f"{stem}.xlsx", 2
    while path.exists():
        path, number = folder / f"{stem}（{number}）.xlsx", number + 1
    return path


def correction_sheet(office: Office, scope: str | None, path: Path, *, own: bool = False) -> CorrectionSheet:
    """Write the members of a unit (id; None: all that this account sees) as a sheet to correct and send back.

    `own` leaves out those of the units below it. ID numbers and phones are masked; the id of each member is hidden in
    the row, so that no number is needed to know it again. Import the returned file as a roster. Raises `UserError`
    (`no_members`) and `EnvironmentFault`.
    """
    office.actor.require(EXPORT, "member")
    scope = scope or office.scope
    ids = records.query(office, "member", scope=scope, on=office.today())
    printed = listings.records_on(office, "member", ids)
    if own:
        printed = [row for row in printed if row["organisation_id"] == scope]
    if not printed:
        raise UserError("no_members", "这个党组织没有在册党员，不用核对。", effect="没有生成文件。")
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
    write_form(ReturnedForm(f"{unit}党员信息更正表", notes, columns, rows, about), path)
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
