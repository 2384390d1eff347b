"""The single measurements. Each runs in a fresh process: `python benchmarks/steps.py STEP FOLDER [NUMBER]`.

Prints one JSON object. `run.py` calls them and puts ours and the peer's together.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import ledgers
import papers
import rosters
from kit import (
    STREET,
    Found,
    create,
    open_office,
    pages,
    paper_document,
    peak_megabytes,
    timed,
    typst_source,
)

# -- the roster: in and out ------------------------------------------------------------------------------


def roster(folder: Path, people: int) -> Found:
    """Make the workbook."""
    rosters.write_roster(folder / f"roster{people}.xlsx", people)
    return {}


def import_ours(folder: Path, people: int) -> Found:
    """The whole import: read, matched, planned, backed up, written with its log and derived data."""
    from dangjian_desktop.services.imports import importing

    path = folder / f"import{people}.djd"
    for old in (path, path.with_name(f"{path.name}.keys")):
        old.unlink(missing_ok=True)
    office, found = create(path), Found()
    with timed(found, "seconds"):
        with timed(found, "prepare"):
            plan = importing.prepare(office, "roster", folder / f"roster{people}.xlsx", create_orgs_under=STREET)
        with timed(found, "apply"):
            done = importing.apply(office, plan)
    assert done.counts["new"] == people, done.counts
    found["peak"] = peak_megabytes()
    office.close()
    return found | {"bytes": path.stat().st_size}


def import_floor(folder: Path, people: int) -> Found:
    """calamine parse and raw executemany into an encrypted table."""
    import sqlcipher3.dbapi2 as sqlcipher
    from python_calamine import CalamineWorkbook

    target, found = folder / "floor.db", Found()
    target.unlink(missing_ok=True)
    with timed(found, "seconds"):
        book = CalamineWorkbook.from_path(str(folder / f"roster{people}.xlsx"))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        connection = sqlcipher.connect(str(target))
        connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
        _insert(connection, rows)
    found["peak"] = peak_megabytes()
    return found


def plain_size(folder: Path, people: int) -> Found:
    """The same rows in a plain table of plain SQLite."""
    import sqlite3

    from python_calamine import CalamineWorkbook

    target = folder / "plain.db"
    target.unlink(missing_ok=True)
    rows = CalamineWorkbook.from_path(str(folder / f"roster{people}.xlsx")).get_sheet_by_index(0).to_python()
    connection = sqlite3.connect(target)
    _insert(connection, rows)
    connection.close()
    return {"bytes": target.stat().st_size}


def _insert(connection: Any, rows: list[list[Any]]) -> None:
    width = len(rows[0])
    connection.execute(f"CREATE TABLE t ({', '.join(f'c{i}' for i in range(width))})")
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * width)})", rows[1:])
    connection.commit()


def export_ours(folder: Path, people: int) -> Found:
    """The imported roster written as a workbook: 30 columns, masked as by default."""
    from dangjian_desktop.services.reports import exporting

    office, found = open_office(folder / f"import{people}.djd"), Found()
    fields = [name for name, _ in rosters.FIELDS] + ["entered_on"]
    with timed(found, "seconds"):
        done = exporting.export(office, "member", folder / "ours.xlsx", fields=fields)
    assert done.rows == people
    office.close()
    return found | {"bytes": (folder / "ours.xlsx").stat().st_size}


def export_peer(folder: Path, people: int) -> Found:
    """The same cells by openpyxl's write-only mode; reading them is not counted."""
    import openpyxl
    from python_calamine import CalamineWorkbook

    rows, found = CalamineWorkbook.from_path(str(folder / "ours.xlsx")).get_sheet_by_index(0).to_python(), Found()
    assert len(rows) == people + 1
    with timed(found, "seconds"):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("党员")
        for row in rows:
            sheet.append(row)
        book.save(folder / "peer.xlsx")
    return found


# -- paper -----------------------------------------------------------------------------------------------


def paper_ours(folder: Path, people: int) -> Found:
    """The roster of 12 columns as PDF by our renderer."""
    from dangjian_desktop.exchange.pdf.render import render_pdf

    document, found = paper_document(people), Found()
    with timed(found, "seconds"):
        render_pdf(document, folder / "ours.pdf")
    return found | pages(folder / "ours.pdf")


def paper_peer(folder: Path, people: int) -> Found:
    """The equal table by typst: our fonts, our widths, size and spacing; writing its source text is not counted."""
    try:
        import typst
    except ImportError:
        return {"skipped": "本机没有装 typst"}
    from dangjian_desktop.base.resources import resource

    source = folder / "roster.typ"
    source.write_text(typst_source(paper_document(people)), "utf-8")
    found = Found()
    with timed(found, "seconds"):
        typst.compile(
            str(source), output=str(folder / "peer.pdf"), font_paths=[str(resource("fonts"))], ignore_system_fonts=True
        )
    return found | pages(folder / "peer.pdf")


# -- a filled street -------------------------------------------------------------------------------------


def street(folder: Path, people: int) -> Found:
    """Make a file with a sample street, unless it is there; meetings only in the small one."""
    from dangjian_desktop import demo

    path, found = folder / f"street{people}.djd", Found()
    if not path.exists():
        beside = folder / f"making{people}.djd"
        office = create(beside)
        with timed(found, "fill"):
            demo.fill(office, members=people, meetings=people < 10_000)
        office.close()
        beside.with_name(f"{beside.name}.keys").replace(path.with_name(f"{path.name}.keys"))
        beside.replace(path)
    return found | {"bytes": path.stat().st_size}


def find(folder: Path, people: int) -> Found:
    """Seconds of finding by part of a name, by initials and by reading, as a person types them."""
    from dangjian_desktop.services.records import search

    office = open_office(folder / f"street{people}.djd")
    asked = _questions(office)
    for text in asked[:10]:
        search.find(office, text)
    times = []
    for text in asked:
        begun = time.perf_counter()
        search.find(office, text)
        times.append(time.perf_counter() - begun)
    worst = sorted(zip(times, asked, strict=True), reverse=True)[:5]
    office.close()
    return {
        "p95": quantiles(times, n=100)[94],
        "median": median(times),
        "worst": [(text, round(seconds * 1000, 2)) for seconds, text in worst],
    }


def _questions(office: Any) -> list[str]:
    from dangjian_desktop.storage import pinyin

    with office.database.read() as connection:
        names = [
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT name FROM member WHERE rid IN (SELECT abs(random()) % (SELECT max(rid) FROM member) + 1"
                " FROM member LIMIT 120)"
            )
        ]
    chosen, asked = random.Random(1), []
    for name in names:
        readings = pinyin.sort_key(name).split()
        asked += [name, name[:2], name[-1:], name[1:], "".join(r[0] for r in readings)[:3]]
        asked += ["".join(readings), readings[0], "".join(readings)[: chosen.randrange(2, 8)]]
    return [text for text in asked if text]


def figures(folder: Path, people: int) -> Found:
    """All figures for a quarter, nothing remembered from before."""
    from dangjian_desktop.services.reports import figures as service

    office = open_office(folder / f"street{people}.djd")
    times = []
    for _ in range(5):
        office.cache.clear()
        begun = time.perf_counter()
        service.compute(office, period="2026Q3")
        times.append(time.perf_counter() - begun)
    office.close()
    return {"seconds": median(times), "first": times[0], "peak": peak_megabytes()}


def edit(folder: Path, people: int) -> Found:
    """One field of one member recorded: log, hash chain, derived data, search table, durable on the disk."""
    from dangjian_desktop.services.records import records

    office = open_office(folder / f"street{people}.djd")
    members, times = records.query(office, "member")[:60], []
    for number, member in enumerate(members):
        begun = time.perf_counter()
        records.edit(office, "member", member, {"phone": f"139{number:04d}{random.randrange(10_000):04d}"})
        times.append(time.perf_counter() - begun)
    office.close()
    return {"seconds": median(times[5:]), "worst": max(times[5:])}


def stall(folder: Path, people: int) -> Found:
    """The longest time the window did not answer while the table was scrolled, sorted, filtered and typed into."""
    import stalls

    gc.collect()
    office = open_office(folder / f"street{people}.djd")
    try:
        return stalls.measure(office)
    finally:
        office.close()


def turn(folder: Path, people: int) -> Found:
    """How long a page of the window takes to stand there after it was asked for."""
    import turns

    return turns.measure(folder / f"street{people}.djd")


STEPS: dict[str, Callable[[Path, int], Found]] = {
    step.__name__: step
    for step in (
        roster,
        import_ours,
        import_floor,
        plain_size,
        export_ours,
        export_peer,
        paper_ours,
        paper_peer,
        street,
        find,
        figures,
        edit,
        stall,
        turn,
        *papers.STEPS,
        *ledgers.STEPS,
    )
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
