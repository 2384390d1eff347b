"""`practices`: every place it names exists, and nothing is called done that lacks an owed part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_kit import Cli
from dangjian_desktop.cli import grammar
from dangjian_desktop.domain.ledgers.practices import PARTS, STATUSES, WEIGHTS, Practice, practices
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures, reports
from dangjian_desktop.services.rules import book
from dangjian_desktop.services.schemes import schemes
from office_kit import new_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("profile")))
        made = new_office(tmp_path_factory.mktemp("office"))
        yield made
        made.close()


@pytest.fixture(scope="module")
def known(office: Office) -> frozenset[str]:
    """Every reference that means something in an empty office."""
    checks = book.ledger_checks(office)
    found = {f"command:{name}" for name in grammar.COMMANDS}
    found |= {f"figure:{figure.key}" for figure in figures.compute(office)}
    found |= {f"finding:{rule.code}" for rule in rules()}
    found |= {f"report:{spec.name}" for spec in reports.catalogue(office)}
    for kind in KINDS.values():
        fields = {spec.name for spec in kind.fields} | {each.name for each in kind.sets}
        found |= {f"kind:{kind.name}"} | {f"kind:{kind.name}.{name}" for name in fields}
    for ledger in ledgers.templates(office):
        columns = {column.name for column in ledger.columns} | {rows.name for rows in ledger.rows}
        found |= {f"ledger:{ledger.key}"} | {f"ledger:{ledger.key}.{name}" for name in columns}
        found |= {f"check:{c.rule.code}" for c in checks.get(ledger.key, ())}
    found |= {f"scheme:{scheme.key}" for scheme in schemes.schemes(office)}
    return frozenset(found)


def references(practice: Practice) -> tuple[str, ...]:
    return (*practice.recorded, *practice.computed, *practice.printed)


def test_the_checklist_is_whole() -> None:
    found = practices()
    assert len(found) == 175
    assert len({each.id for each in found}) == 175
    assert {each.weight for each in found} == set(WEIGHTS)
    assert all(each.title and set(each.not_owed) <= set(PARTS) for each in found)
    assert {each.status for each in found} <= set(STATUSES)


def test_every_place_that_is_named_exists(known: frozenset[str]) -> None:
    assert {each.id: stray for each in practices() if (stray := set(references(each)) - known)} == {}


@pytest.mark.parametrize("practice", [p for p in practices() if p.status == "full"], ids=lambda p: p.id)
def test_what_is_called_full_has_every_owed_part(practice: Practice) -> None:
    owed = [part for part in PARTS if part not in practice.not_owed]
    assert all(getattr(practice, part) for part in owed)
    assert not practice.missing


def test_what_is_not_full_says_what_is_missing() -> None:
    assert [each.id for each in practices() if each.status != "full" and not each.missing] == []


def test_the_command_needs_no_file_and_tells_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(tmp_path / "没有.djd", capsys)
    rows = cli.ok("practices")["practices"]
    assert [row["id"] for row in rows] == [each.id for each in practices()]
    keys = {"id", "weight", "title", "recorded", "computed", "printed", "not_owed", "status"}
    assert all(keys <= set(row) for row in rows)
    said = cli.plain("practices")
    assert said.code == 0
    assert "共175项：" in said.out


def test_only_rows_of_later_issues_are_pending() -> None:
    """Admission (3), meetings (4, 11.10), dues (5) and documents (12) wait for their issues; no ledger row does."""
    pending = {each.id for each in practices() if each.status == "pending"}
    ledger_rows = {"4.8", "4.13", "4.14", "4.16", "5.6", "12.4", "12.10"}
    assert {row for row in pending if row.partition(".")[0] not in ("3", "4", "5", "12") and row != "11.10"} == set()
    assert pending & ledger_rows == set()
