"""Small offices for tests: made fast, thrown away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.documents.model import Document
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.values.id_numbers import check_character
from dangjian_desktop.services import home
from dangjian_desktop.services.office import opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.storage.vault import open_vault
from office_template import Start, new_file

TODAY = date(2026, 9, 30)
BASE = date(2026, 1, 1)
STREET = "测试街道党工委"
PASSWORD = "合适的密码一二三"


def new_office(folder: Path, *, today: date = TODAY, base: date = BASE, account: str = "张三") -> Office:
    """A street with its root only."""
    path = folder / "测试 街道.djd"
    new_file(path, Start(STREET, account, PASSWORD, base))
    # As its maker has it in hand: nobody has signed in yet, so no act of that kind is on record.
    clock = Clock(today)
    return opening._office(
        open_vault(path, account=account, password=PASSWORD, clock=clock), account, clock, backed_up=False
    )


def id_number(birth: str = "19700101", serial: int = 1) -> str:
    """A valid number of the unassigned county 429900; an odd serial is a man's."""
    first = f"429900{birth}{serial:03d}"
    return first + check_character(first)


def add_branch(office: Office, name: str, **values: str) -> str:
    """A branch below the root."""
    return records.add(office, "organisation", {"name": name, "kind": "631", **values}).id


def add_member(office: Office, name: str, branch: str, serial: int = 1, **values: str) -> str:
    """A full member in a branch since 建账日."""
    typed = {
        "name": name,
        "id_number": id_number(serial=serial),
        "organisation": branch,
        "joined_on": "1995-07-01",
        "confirmed_on": "1996-07-01",
        "entered_kind": "opening",
        "entered_on": office.base_date.isoformat(),
        "member_class": "正式党员",
        **values,
    }
    return records.add(office, "member", typed).id


def scanned(office: Office, scope: str | None = None) -> list[Finding]:
    """What the home page says of the members of a scope, all its pieces read."""
    scan = home.FindingScan(office, scope)
    while scan.step():
        pass
    return scan.found


def table_paper(office: Office, request: ReportRequest) -> Document:
    """A report of paragraphs and tables, as it is prepared."""
    found = reports.prepare(office, request).document
    assert isinstance(found, Document)
    return found
