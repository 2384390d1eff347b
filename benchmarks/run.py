"""All measurements in one go, as ratios against a floor or peer in the same run.

    python benchmarks/run.py            everything (about an hour on a slow PC); writes docs/measurements.md
    python benchmarks/run.py --quick    small rosters, no million; prints only
    python benchmarks/run.py --only find,edit

Peer and ours take turns in processes of their own; what is reported is the median. Test files are made in a
folder of their own (`--folder` keeps it for the next run).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import ledgers
import papers
from bench import SAMPLE, Bench, Row

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "docs" / "measurements.md"


def _seconds(found: list[dict[str, Any]]) -> str:
    return f"{median(f['seconds'] for f in found):.2f} 秒"


# -- the rows --------------------------------------------------------------------------------------------


def first_paint(bench: Bench) -> Iterator[Row]:
    """Under a display; without one it is borrowed from Xvfb."""
    what = "解锁窗口首次可用 / 空白 PySide6 窗口"
    display = _display()
    if display is None:
        yield Row(what, None, "倍", 1.6, 1.25, "没有显示，也没有 Xvfb")
        return
    note = "Xvfb；" if display else ""
    command = [*display, sys.executable, str(HERE / "first_paint.py"), str(5 * bench.times)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, encoding="utf-8")
    if done.returncode:
        yield Row(what, None, "倍", 1.6, 1.25, "没有测成")
        return
    words = done.stdout.split()
    print(f"  {done.stdout.strip()}", flush=True)
    yield Row(what, float(words[-1]), "倍", 1.6, 1.25, f"{note}空白 {words[1]} 毫秒，解锁窗口 {words[5]} 毫秒")


def _display() -> list[str] | None:
    """What a command with a window is begun with; None where no window can be shown."""
    if os.environ.get("DISPLAY") or not sys.platform.startswith("linux"):
        return []
    return ["xvfb-run", "-a"] if shutil.which("xvfb-run") else None


_STARTS = (
    ("home", "从起动（有文件、有密码）到画出首页 /（空白窗口＋Argon2id＋打开加密文件）", 3, 1.8, 4, 2.5),
    ("info", "命令 info /（解释器＋Argon2id＋打开加密文件＋同样的查询）", 3, 2.5, 3, 2.5),
    ("find", "命令 find /（解释器＋Argon2id＋打开加密文件＋同样的查询）", 3, 2.5, 3, 2.5),
)
"""What is started, and must and aim with the sample street and with the large one."""


def starts(bench: Bench) -> Iterator[Row]:
    """Whole processes with compiled bytecode; how much memory the window takes is of the same starts."""
    for name, label, must, aim, must_large, aim_large in _STARTS:
        display = _display() if name == "home" else []
        for people, bounds in ((SAMPLE, (must, aim)), (bench.people, (must_large, aim_large))):
            what = f"{label}，{people:,} 名党员"
            found = _start(bench, display, name, people) if display is not None else None
            if found is None:
                yield Row(what, None, "倍", *bounds, "没有显示，也没有 Xvfb" if display is None else "没有测成")
                continue
            yield Row(
                what, found["ratio"], "倍", *bounds, f"本软件 {found['ours']:.2f} 秒，底线 {found['floor']:.2f} 秒"
            )
            if name == "home" and people == SAMPLE:
                yield Row("　　窗口的内存峰值", found["peak"] or None, "MB", 190, 130)


def _start(bench: Bench, display: list[str], name: str, people: int) -> dict[str, Any] | None:
    bench.step("street", people)
    times = str(2 * bench.times + 1)
    command = [*display, sys.executable, str(HERE / "starts.py"), name, str(bench.folder), str(people), times]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, encoding="utf-8")
    if done.returncode:
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {name} {people}: {found}", flush=True)
    return found


def importing(bench: Bench) -> Iterator[Row]:
    """Time, memory and size of the same import."""
    bench.step("roster", bench.people)
    ratio, ours, floors = bench.turns("import_ours", "import_floor", bench.people)
    note = f"本软件 {_seconds(ours)}，底线 {_seconds(floors)}"
    yield Row(
        f"导入 {bench.people:,}×30 花名册（全部功能开）/ calamine 解析＋裸 executemany", ratio, "倍", 4, 2.5, note
    )
    peak = median(f["peak"] for f in ours) if ours[0]["peak"] else None
    note = f"底线 {median(f['peak'] for f in floors):.0f} MB" if peak else "本系统不报内存峰值"
    yield Row("　　其内存峰值", peak, "MB", 1024, 600, note)
    plain = bench.step("plain_size", bench.people)["bytes"]
    size = ours[-1]["bytes"]
    note = f"本软件 {size / 1e6:.1f} MB，明文表 {plain / 1e6:.1f} MB"
    yield Row("刚导入后的文件 / 明文 SQLite 同样的行", size / plain, "倍", 3.3, 2.2, note)


def exporting(bench: Bench) -> Iterator[Row]:
    """The roster that was imported."""
    if not (bench.folder / f"import{bench.people}.djd").exists():
        bench.step("roster", bench.people)
        bench.step("import_ours", bench.people)
    bench.step("export_ours", bench.people)
    ratio, ours, peers = bench.turns("export_ours", "export_peer", bench.people)
    note = f"本软件 {_seconds(ours)}，openpyxl {_seconds(peers)}"
    yield Row("导出这份花名册 / openpyxl 只写模式", ratio, "倍", 0.4, 0.12, note)


def paper(bench: Bench) -> Iterator[Row]:
    """Both lay the same rows on about as many pages."""
    what = f"花名册 PDF {SAMPLE:,}×12（折行）/ typst 同样的表"
    if "skipped" in bench.step("paper_peer", 50):
        yield Row(what, None, "倍", 1.3, 0.8, "没有装 typst（pip install typst 后再测）")
        return
    ratio, ours, peers = bench.turns("paper_ours", "paper_peer", SAMPLE)
    note = f"本软件 {_seconds(ours)} {ours[0]['pages']} 页，typst {_seconds(peers)} {peers[0]['pages']} 页"
    yield Row(what, ratio, "倍", 1.3, 0.8, note)


def finding(bench: Bench) -> Iterator[Row]:
    """By part of the name, initials and reading."""
    for people, must, aim in ((bench.people, 10, 1), (bench.million, 50, 5)):
        what = f"按姓名一部分或拼音查找 p95，{people:,} 名党员"
        if not people:
            yield Row("按姓名一部分或拼音查找 p95，1,000,000 名党员", None, "毫秒", must, aim, "快速运行不测")
            continue
        filled = bench.step("street", people)
        runs = [bench.step("find", people) for _ in range(bench.times)]
        note = f"中位数 {median(r['median'] for r in runs) * 1000:.2f} 毫秒，文件 {filled['bytes'] / 1e6:.0f} MB"
        yield Row(what, median(r["p95"] for r in runs) * 1000, "毫秒", must, aim, note)


def figures(bench: Bench) -> Iterator[Row]:
    """Nothing remembered from before."""
    for people, must, aim in ((SAMPLE, 0.2, 0.01), (bench.people, 2, 0.3)):
        bench.step("street", people)
        runs = [bench.step("figures", people) for _ in range(bench.times)]
        note = f"打开后第一次 {median(r['first'] for r in runs):.3f} 秒"
        yield Row(f"全部统计数，{people:,} 名党员", median(r["seconds"] for r in runs), "秒", must, aim, note)


def stalls(bench: Bench) -> Iterator[Row]:
    """The worst of the median run, by what was done."""
    bench.step("street", bench.people)
    runs = sorted((bench.step("stall", bench.people) for _ in range(bench.times)), key=lambda r: r["milliseconds"])
    middle = runs[len(runs) // 2]
    note = "，".join(f"{name} {gap:g}" for name, gap in middle["phases"].items())
    what = f"窗口线程最长停顿：{bench.people:,} 行滚动、排序、筛选、改格"
    note = f"其中自身计算最长 {middle['own']:g}；分项（毫秒）：{note}"
    yield Row(what, middle["milliseconds"], "毫秒", 50, 16, note)


def page_turns(bench: Bench) -> Iterator[Row]:
    """The slowest page of the median run, made for the first time or shown again."""
    for people, must, aim in ((SAMPLE, 150, 60), (bench.people, 400, 200)):
        bench.step("street", people)
        runs = sorted((bench.step("turn", people) for _ in range(bench.times)), key=lambda r: r["milliseconds"])
        middle = runs[len(runs) // 2]
        told = [
            f"{label} " + "，".join(f"{name} {taken:g}" for name, taken in middle[when].items())
            for when, label in (("first", "第一次打开："), ("again", "再次打开："))
        ]
        yield Row(f"换一页最慢的，{people:,} 名党员", middle["milliseconds"], "毫秒", must, aim, "；".join(told))


def editing(bench: Bench) -> Iterator[Row]:
    """In the large file."""
    bench.step("street", bench.people)
    runs = [bench.step("edit", bench.people) for _ in range(bench.times)]
    note = f"{bench.people:,} 名党员的文件里，最慢一次 {max(r['worst'] for r in runs) * 1000:.1f} 毫秒"
    yield Row("记录一次修改（全部功能开，中位数）", median(r["seconds"] for r in runs) * 1000, "毫秒", 50, 15, note)


ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "paint": first_paint,
    "starts": starts,
    "import": importing,
    "export": exporting,
    "pdf": paper,
    "find": finding,
    "figures": figures,
    "stall": stalls,
    "turn": page_turns,
    "edit": editing,
    **ledgers.ROWS,
    **papers.ROWS,
}


# -- the table -------------------------------------------------------------------------------------------


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| 项目 | 实测 | 必须 | 目标 | 结论 | 说明 |", "|---|---|---|---|---|---|"]
    for row in rows:
        value = "—" if row.value is None else f"{row.value:.3g} {row.unit}"
        if row.value is not None and row.value >= 100:
            value = f"{row.value:.0f} {row.unit}"
        bounds = f"{row.must:g} {row.unit} | {row.aim:g} {row.unit}"
        lines.append(f"| {row.what} | {value} | {bounds} | {row.verdict} | {row.note} |")
    return "\n".join(lines)


def report(found: Mapping[str, list[Row]], quick: bool) -> str:
    """The page of `docs/`: paper under a heading of its own."""
    data = [row for name, rows in found.items() if name not in papers.ROWS for row in rows]
    paper = [row for name, rows in found.items() if name in papers.ROWS for row in rows]
    machine = f"{os.cpu_count()} 核，{_system()}，CPython {platform.python_version()}"
    return f"""# 性能测量

{date.today().isoformat()}，{machine}{"（快速运行，规模缩小）" if quick else ""}。

由 `python benchmarks/run.py` 一次运行得出：本软件与对照轮流运行，各在新进程里，取中位数；时间只以比值为准。
“必须”不达到就不发布，“目标”未达到时在下面说明受什么限制。测试里从不断言时间。

{table(data)}

## 报表和文书

{table(paper)}

## 说明

- 导入的底线只是解析工作簿并把原文写进一张加密的表；本软件还要识别表头、逐格核对、按身份证号比对、导入前备份、
  记操作日志和校验链、推算数据、建查找索引。
- 查找用随机抽取的姓名，每个问八种：全名、前两字、末字、首字母、全拼、全拼的一部分等。
- 停顿由窗口线程里 2 毫秒一次的定时器测出，含界面自身绘制；“空闲”一项是同一进程里什么也不做时的停顿，可作对照。
- 强行结束进程的检验另行运行：`python benchmarks/kill.py --times 200`。
{papers.NOTES}"""


def _system() -> str:
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    known = platform.freedesktop_os_release()
    return f"{known.get('NAME', 'Linux').split()[0]} {known.get('VERSION_ID', '')}".strip()


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 people instead of 100,000, no million, once each")
    parser.add_argument("--only", default=",".join(ROWS), help="rows by name: " + ", ".join(ROWS))
    parser.add_argument("--times", type=int, help="runs of each (3; quick: 1)")
    parser.add_argument("--no-million", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the test files here for the next run")
    parser.add_argument("--out", type=Path, help="write the page here (all rows, not quick: docs/measurements.md)")
    options = parser.parse_args()
    names = options.only.split(",")
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        people = 10_000 if options.quick else 100_000
        million = 0 if options.quick or options.no_million else 1_000_000
        bench = Bench(folder, people, million, options.times or (1 if options.quick else 3))
        found: dict[str, list[Row]] = {}
        for name in names:
            print(name, flush=True)
            found[name] = list(ROWS[name](bench))
    print(table([row for rows in found.values() for row in rows]))
    out = options.out or (REPORT if not options.quick and names == list(ROWS) else None)
    if out is not None:
        out.write_text(report(found, options.quick), "utf-8")
        print(out)


if __name__ == "__main__":
    main()
