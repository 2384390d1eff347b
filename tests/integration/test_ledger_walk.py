"""Every shipped ledger from the empty sheet to the paper: taken in, counted, printed, exported, taken in again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.columns import LedgerColumn, choices
from dangjian_desktop.domain.ledgers.ledgers import LedgerFigure, LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import files, importing
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office, default_templates
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import exporting, figures, reports
from dangjian_desktop.services.reports.request import ReportRequest
from import_kit import again, block, counts, take
from office_kit import TODAY, add_branch, add_member, id_number, new_office

KEYS = sorted(path.stem for path in resource("ledgers").glob("*.json"))
BRANCH, PERSON = "第一党支部", "王小明"
LATE = date(2026, 9, 20)
DAYS = ("2026-02-03", "2026-04-05", "2026-06-07", "2026-08-09")


class Made(NamedTuple):
    """One made-up entry: the cells of its row by header, what is stored of them, and its state."""

    cells: Mapping[str, object]
    values: Mapping[str, Any]
    state: str


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_member(made, PERSON, add_branch(made, BRANCH))
    yield made
    made.close()


def size(template: LedgerTemplate) -> int:
    """As many entries as there are states, and answers of any choice."""
    return max(2, len(template.states), *(len(choices(column)) for column in template.columns))


def cell(template: LedgerTemplate, column: FieldSpec, place: int) -> tuple[object, Any]:
    """A value of a column as it is written and as it is stored; different entries add up to different sums."""
    answers = choices(column)
    if column.name in (template.opened, template.done):
        day = DAYS[0 if column.name == template.opened else 3]
        return day, day
    if column.name == template.due:
        return LATE.isoformat(), LATE.isoformat()
    match column.type:
        case FieldType.CODE if answers:
            return answers[place % len(answers)], answers[place % len(answers)]
        case FieldType.CODES:
            return answers[place % len(answers)], [answers[place % len(answers)]]
        case FieldType.DATE:
            return DAYS[1], DAYS[1]
        case FieldType.INTEGER:
            least, most = (column.least, column.most) if isinstance(column, LedgerColumn) else (None, None)
            number = 2**place if most is None else min((least or 0) + 2**place, most)
            return number, number
        case FieldType.DECIMAL:
            return 2**place, str(2**place)
        case FieldType.MONEY:
            return f"{2**place}.00", 2**place
        case FieldType.BOOLEAN:
            return "是", True
        case FieldType.PHONE:
            return "13900000000", "13900000000"
        case FieldType.MEMBER | FieldType.MEMBERS:
            return PERSON, PERSON
        case FieldType.MOMENT:
            return f"2026-05-01 {8 + place:02}:00", f"2026-05-01T{8 + place:02}:00"
        case FieldType.ID_NUMBER:
            number_said = id_number(serial=500 + place)
            return number_said, number_said
        case FieldType.ENTRY if isinstance(column, LedgerColumn) and column.ledger:
            return referred(column.ledger), referred(column.ledger)
        case FieldType.ORGANISATION:
            return BRANCH, BRANCH
        case FieldType.TEXT | FieldType.LONG_TEXT:
            return f"{column.label}{'甲乙丙丁戊己庚辛壬癸'[place % 10]}", f"{column.label}{place % 10}"
        case _:
            return "", None


def referred(ledger: str) -> str:
    """The number of the one entry that others refer to."""
    return f"引-{ledger}"


def refer(office: Office, template: LedgerTemplate) -> None:
    """Make the entries that the columns of a ledger refer to, in other ledgers."""
    wanted = {c.ledger for c in template.columns if isinstance(c, LedgerColumn) and c.ledger}
    for key in sorted(wanted - {template.key}):
        found = default_templates()[key]
        values = {c.name: cell(found, c, 0)[0] for c in found.columns if c.required}
        ledgers.add(office, key, {"number": referred(key)} | values)


def made_up(template: LedgerTemplate) -> list[Made]:
    """Entries in every state, with every answer, all columns filled."""
    found = []
    for place in range(size(template)):
        state = template.states[place % len(template.states)]
        pairs = {c.name: cell(template, c, place) for c in template.columns if getattr(c, "ledger", "") != template.key}
        cells = {
            c.label: pairs[c.name][0] for c in template.columns if c.name in pairs and pairs[c.name][1] is not None
        }
        head = {"编号": f"样-{template.key}-{place}", "党组织": BRANCH, "状态": state.label}
        values = {name: stored for name, (_, stored) in pairs.items() if stored is not None}
        found.append(Made(head | cells, values, state.key))
    return found


@pytest.mark.parametrize("key", KEYS)
def test_a_ledger_is_taken_in_counted_printed_and_taken_in_again(office: Office, key: str, tmp_path: Path) -> None:
    template = default_templates()[key]
    refer(office, template)
    entries = made_up(template)
    rows: list[list[object]] = [list(entries[0].cells), *(list(made.cells.values()) for made in entries)]
    plan = take(office, f"ledger:{key}", block(rows))
    assert [(p.row, p.column, p.reason) for p in plan.problems] == []
    assert counts(plan) == [len(entries), 0, 0, 0, 0]
    check_figures(office, template, entries)
    check_paper(office, template, entries, tmp_path)
    path = tmp_path / "出.xlsx"
    done = exporting.export(office, "ledger_entry", path, template=key, masked=False, reason="核对")
    assert done.rows == len(entries)
    again(office, f"ledger:{key}", path)


@pytest.mark.parametrize("key", KEYS)
def test_an_entry_typed_by_hand_begins_as_it_should_and_is_undone(office: Office, key: str) -> None:
    template = default_templates()[key]
    refer(office, template)
    made = ledgers.add(office, key, {c.name: cell(template, c, 0)[0] for c in template.columns if c.required})
    view = records.get(office, "ledger_entry", made.id)
    assert view.printed["state"] == template.state(template.initial).label
    assert str(view.printed["number"]).startswith(template.number_rule.partition("-")[0])
    history.undo(office)
    assert records.query(office, "ledger_entry", template=key) == []


def test_every_empty_sheet_is_taken_in_as_its_ledger(office: Office, tmp_path: Path) -> None:
    for key in KEYS:
        path = tmp_path / f"{key}.xlsx"
        files.write_empty_sheet(f"ledger:{key}", path)
        plan = importing.prepare(office, f"ledger:{key}", path)
        assert plan.rows == []
        wanted = {c.name for c in default_templates()[key].columns if c.importable and c.type is not FieldType.COMPUTED}
        assert wanted - set(plan.sheets[0].columns.values()) == set(), key


def check_figures(office: Office, template: LedgerTemplate, entries: list[Made]) -> None:
    told = figures.values_of(office, period="2026", on=TODAY)
    expected: dict[str, Fraction | None] = {}
    for figure in template.figures:
        if figure.average:
            continue  # of computed columns, which the sheet does not hold: the tests of the seed figures tell them
        value = recount(template, figure, entries)
        if figure.share_of:
            parts = expected[figure.share_of]
            expected[figure.key] = value / parts if parts else None
        else:
            expected[figure.key] = value
        found = told[f"ledger_{template.key.replace('-', '_')}_{figure.key}"].value
        assert (None if found is None else Fraction(found).limit_denominator(10**6)) == expected[figure.key], figure.key
    assert all(value is not None for value in expected.values())
    assert any(expected.values())


def recount(template: LedgerTemplate, figure: LedgerFigure, entries: list[Made]) -> Fraction:
    """The numerator of a figure, counted by hand: all made-up entries lie in the year and are late unless settled."""
    settled = {state.key for state in template.states if state.terminal}
    chosen = [
        made
        for made in entries
        if (not figure.states or made.state in figure.states)
        and all(made.values.get(name) in wanted for name, wanted in figure.where.items())
        and not (figure.overdue and made.state in settled)
    ]
    if figure.sum:
        return Fraction(sum(made.values[figure.sum] for made in chosen))
    if figure.distinct:
        return Fraction(len({str(made.values[figure.distinct]) for made in chosen}))
    return Fraction(len(chosen))


def check_paper(office: Office, template: LedgerTemplate, entries: list[Made], folder: Path) -> None:
    [path] = reports.make(office, ReportRequest(template.key), folder, formats=["xlsx"]).paths
    sheets = openpyxl.load_workbook(path)
    printed = {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    title = template.column(template.title_column)
    names = ["编号"] if title.type is FieldType.ENTRY else ["编号", title.label]
    assert {str(made.cells[name]) for made in entries for name in names} <= printed


def test_numbers_of_different_ledgers_differ() -> None:
    heads = [template.number_rule for template in default_templates().values()]
    assert len(set(heads)) == len(heads)
