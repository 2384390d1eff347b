"""The measurements of paper: reports from a closed program, grouped rosters, many organisations at once, growth."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from bench import SAMPLE, Bench, Row
from kit import PASSWORD, TODAY, Found, create, open_office, pages, paper_document, peak_megabytes, timed, typst_source

from dangjian_desktop.services.reports.request import ReportRequest

PERIOD = "2026Q3"
GROUPS = 73
_FLOOR = "import reportlab.pdfgen.canvas, reportlab.pdfbase.ttfonts, openpyxl, sqlmodel"
NOTES = """\
- 季报从程序没有打开时量起：命令行 `report quarterly` 的整个进程，含起动、载入、解开密码、读数、排版、
  写出并核对两个文件；当天的自动备份和第一次载入（系统缓存）不计。底线是只起动解释器并载入同样的库。
- 分组花名册的对照是 typst 的同一张表：同样的字、列宽、字号、行距，表头和党组织名都在每页重复；对照的源文本不计时。
- 一项任务里的许多份花名册只读一次数据，按了取消就停在最近一页或一批行上，只留下完整的文件。
- 增长指数是 ln（大文件耗时÷小文件耗时）÷ ln（党员数之比），1 表示与党员数成正比；
  程序已打开并做过一份，固定的起动时间不摊薄它。
"""


# -- the steps, each in a process of its own ----------------------------------------------------------------


def whole(folder: Path, people: int) -> Found:
    """A street with everything in it, meetings too, unless it is there; and how many organisations it has."""
    from dangjian_desktop import demo

    path = _file(folder, people)
    if not path.exists():
        beside = folder / f"making-whole{people}.djd"
        office = create(beside)
        demo.fill(office, members=people)
        office.close()
        beside.with_name(f"{beside.name}.keys").replace(path.with_name(f"{path.name}.keys"))
        beside.replace(path)
    office = open_office(path)
    with office.database.read() as connection:
        kinds = "SELECT count(*), sum(kind <> '小组') FROM organisation WHERE stage <> 'planned'"
        units, without_groups = connection.exec_driver_sql(kinds).one()
    office.close()
    return {"bytes": path.stat().st_size, "units": units, "without_groups": without_groups}


def _file(folder: Path, people: int) -> Path:
    return folder / f"whole{people}.djd"


def closed_quarterly(folder: Path, people: int) -> Found:
    """The quarterly report as PDF and xlsx by the command line: from no program running to both files there."""

    out = folder / f"quarterly{people}"
    words = ["--file", str(_file(folder, people)), "--on", TODAY.isoformat(), "report", "quarterly"]
    words += ["--period", PERIOD, "-o", str(out)]
    found = _run(folder, [sys.executable, "-m", "dangjian_desktop", *words])
    assert sorted(path.suffix for path in out.iterdir()) == [".pdf", ".xlsx"]
    return found | {path.suffix[1:]: path.stat().st_size for path in out.iterdir()}


def closed_floor(folder: Path, people: int) -> Found:  # noqa: ARG001 (all steps are called alike)
    """A bare interpreter that only loads the libraries such a report needs."""
    return _run(folder, [sys.executable, "-c", _FLOOR])


def _run(folder: Path, command: list[str]) -> Found:
    """A command as it runs where the program is installed: its modules are compiled already (by the first call)."""
    environment = os.environ | {"DANGJIAN_PASSWORD": PASSWORD, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"seconds": time.perf_counter() - begun, "peak": _peak_of_children()}


def _peak_of_children() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def grouped_document(people: int) -> Any:
    """The roster of 12 columns with a heading and a subtotal for each of its organisations."""
    from dangjian_desktop.documents.model import RowGroup

    plain = paper_document(people)
    (table,) = plain.blocks
    rows = sorted(table.rows, key=lambda row: row[0] * GROUPS // (people + 1))
    groups = []
    for number, found in groupby(rows, key=lambda row: row[0] * GROUPS // (people + 1)):
        branch = list(found)
        sums = [None, "小计", *[None] * (len(table.columns) - 3), f"{len(branch)}人"]
        groups.append(RowGroup(f"沙湾社区第{number + 1}党支部（{len(branch)}人）", branch, sums))
    return replace(plain, blocks=(replace(table, rows=(), groups=groups),))


def grouped_ours(folder: Path, people: int) -> Found:
    """The grouped roster as PDF by our renderer."""
    from dangjian_desktop.exchange.pdf.render import render_pdf

    document, found = grouped_document(people), Found()
    with timed(found, "seconds"):
        render_pdf(document, folder / "grouped.pdf")
    return found | pages(folder / "grouped.pdf")


def grouped_peer(folder: Path, people: int) -> Found:
    """The equal table by typst, headings repeated on each page as ours are; its source text is not counted."""
    try:
        import typst
    except ImportError:
        return {"skipped": "本机没有装 typst"}
    from dangjian_desktop.base.resources import resource

    source = folder / "grouped.typ"
    source.write_text(typst_source(grouped_document(people)), "utf-8")
    target, found = str(folder / "grouped-peer.pdf"), Found()
    fonts = [str(resource("fonts"))]
    with timed(found, "seconds"):
        typst.compile(str(source), output=target, font_paths=fonts, ignore_system_fonts=True)
    return found | pages(folder / "grouped-peer.pdf")


def many_rosters(folder: Path, people: int) -> Found:
    """A roster of every organisation with members, PDF and xlsx; then again, stopped in the middle."""
    from dangjian_desktop.base.progress import Progress
    from dangjian_desktop.services.reports import report_batches

    office, found = open_office(_file(folder, people)), Found()
    units = [unit.id for unit in report_batches.choices(office) if unit.own]
    with timed(found, "seconds"):
        batch = report_batches.make_each(
            office, ReportRequest("roster"), folder / "each", units, progress=Progress(lambda *_: None)
        )
    assert (batch.done, batch.stopped, len(batch.paths)) == (len(units), False, 2 * len(units))
    asked = [0.0]

    def listener(done: int, _total: int, _text: str) -> None:
        if done == len(units) // 2:
            asked[0] = time.perf_counter()
            progress.cancel()

    progress = Progress(listener)
    stopped = report_batches.make_each(office, ReportRequest("roster"), folder / "some", units, progress=progress)
    found["stopping"] = time.perf_counter() - asked[0]
    assert stopped.stopped
    assert sorted(stopped.paths) == sorted((folder / "some").iterdir())
    office.close()
    return found | {
        "units": len(units),
        "files": len(batch.paths),
        "left": len(stopped.paths),
        "peak": peak_megabytes(),
    }


def growth(folder: Path, people: int) -> Found:
    """Seconds of the quarterly report (PDF and xlsx) and the roster (PDF) in a program that has made one before."""
    from dangjian_desktop.services.reports import report_batches, reports

    office, found = open_office(_file(folder, people)), Found()
    first = next(unit.id for unit in report_batches.choices(office) if unit.own)
    for name in ("quarterly", "roster"):
        reports.make(office, ReportRequest(name, scope=first), folder / "warm")
    for name, formats in (("quarterly", ("pdf", "xlsx")), ("roster", ("pdf",))):
        office.cache.clear()
        with timed(found, name):
            reports.make(office, ReportRequest(name), folder / f"growth{people}", formats=formats)
    office.close()
    return found | {"peak": peak_megabytes()}


STEPS = (whole, closed_quarterly, closed_floor, grouped_ours, grouped_peer, many_rosters, growth)


# -- the rows ---------------------------------------------------------------------------------------------


def closed(bench: Bench) -> Iterator[Row]:
    """The quarterly report of the street, small and large, from a closed program."""
    for people, must, aim in ((SAMPLE, 4, 2), (bench.people, 60, 20)):
        street = bench.step("whole", people)
        # The first call of a day makes the backup of that day; the files are in the system's memory afterwards.
        bench.step("closed_quarterly", people)
        bench.step("closed_floor", people)
        ratio, ours, floors = bench.turns("closed_quarterly", "closed_floor", people)
        floor = median(run["seconds"] for run in floors)
        note = f"底线（起动解释器并载入同样的库）{floor:.2f} 秒，{ratio:.1f} 倍"
        what = f"街道季报 PDF 和 Excel，程序没有打开时起算，{people:,} 名党员"
        if people > SAMPLE:
            what += f"、{street['units']:,} 个党组织"
            note += f"；其中党小组 {street['units'] - street['without_groups']:,} 个；组织生活记录齐全"
        yield Row(what, median(run["seconds"] for run in ours), "秒", must, aim, note)
        if people > SAMPLE:
            peak = median(run["peak"] for run in ours) if ours[0]["peak"] else None
            yield Row("　　其内存峰值", peak, "MB", 600, 400, f"数据文件 {street['bytes'] / 1e6:.0f} MB")


def grouped(bench: Bench) -> Iterator[Row]:
    """Both repeat table head and group heading on each page."""
    what = f"花名册 PDF {SAMPLE:,}×12（按 {GROUPS} 个党组织分组、折行、有小计）/ typst 同样的表"
    if "skipped" in bench.step("grouped_peer", GROUPS):
        yield Row(what, None, "倍", 1.3, 0.8, "没有装 typst（pip install typst 后再测）")
        return
    ratio, ours, peers = bench.turns("grouped_ours", "grouped_peer", SAMPLE)
    times = [median(run["seconds"] for run in runs) for runs in (ours, peers)]
    note = f"本软件 {times[0]:.2f} 秒 {ours[0]['pages']} 页，typst {times[1]:.2f} 秒 {peers[0]['pages']} 页"
    yield Row(what, ratio, "倍", 1.3, 0.8, note)


def many(bench: Bench) -> Iterator[Row]:
    """All organisations of the street, stopped and not."""
    bench.step("whole", SAMPLE)
    runs = [bench.step("many_rosters", SAMPLE) for _ in range(bench.times)]
    stopping = max(run["stopping"] for run in runs)
    note = f"{runs[0]['files']} 个文件；按取消后最慢 {stopping:.2f} 秒停下，留下 {runs[0]['left']} 个完整的文件"
    what = f"{runs[0]['units']} 个党组织的花名册（各 PDF 和 Excel），一项可取消的任务"
    yield Row(what, median(run["seconds"] for run in runs), "秒", 60, 25, note)


def growing(bench: Bench) -> Iterator[Row]:
    """How the time grows with the members: 1 is in proportion."""
    sizes = (SAMPLE, bench.people)
    taken: dict[int, list[Found]] = {}
    for people in sizes:
        bench.step("whole", people)
        taken[people] = [bench.step("growth", people) for _ in range(bench.times)]
    for name, title in (("quarterly", "季报 PDF 和 Excel"), ("roster", "花名册 PDF")):
        small, large = (median(run[name] for run in taken[people]) for people in sizes)
        exponent = log(large / small) / log(sizes[1] / sizes[0])
        note = f"{small:.2f} 秒 → {large:.1f} 秒，程序已打开"
        if taken[bench.people][0]["peak"]:
            note += f"；大文件的内存峰值 {median(run['peak'] for run in taken[bench.people]):.0f} MB"
        yield Row(f"耗时增长指数 {sizes[0]:,} → {sizes[1]:,}，{title}", exponent, "次方", 1.2, 1.05, note)


ROWS = {"closed": closed, "grouped": grouped, "many": many, "growth": growing}
