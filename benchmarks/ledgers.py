"""Measurements of ledgers: lists of 200,000 entries in one of them, what all checks say, an import, and the start."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench import SAMPLE, Bench, Row
from kit import PASSWORD, Found, create, open_office

LEDGER = "bench-projects"
ENTRIES = 200_000
_PIECE = 10_000
_TEMPLATE: dict[str, Any] = {
    "key": LEDGER,
    "edition": "1",
    "title": "测量用项目台账",
    "ledger_class": "特色党建工作",
    "number_rule": "CL-{year}-{serial:06}",
    "title_column": "name",
    "opened": "begun_on",
    "due": "due_on",
    "lead_days": [15, 7, 0],
    "columns": [
        {"name": "name", "label": "项目", "required": True, "table": True},
        {
            "name": "kind",
            "label": "类别",
            "type": "choice",
            "choices": ["基础设施", "环境", "养老", "文化"],
            "table": True,
        },
        {"name": "owner", "label": "责任人", "table": True},
        {"name": "begun_on", "label": "立项日期", "type": "date", "table": True},
        {"name": "due_on", "label": "完成时限", "type": "date", "table": True},
        {"name": "people", "label": "参加人数", "type": "integer", "table": True},
        {"name": "money", "label": "经费", "type": "money", "table": True},
        {"name": "hours", "label": "时长", "type": "decimal", "places": 2, "table": True},
        {"name": "note", "label": "说明", "type": "long_text"},
    ],
    "states": [{"key": "open", "label": "办理中"}, {"key": "done", "label": "已办结", "terminal": True}],
    "transitions": [
        {"source": "open", "target": "done", "roles": ["administrator", "clerk"]},
        {"source": "done", "target": "open", "roles": ["administrator", "clerk"]},
    ],
    "checks": [
        {"key": "late", "kind": "due", "title": "项目到期", "date": "due_on", "lead_days": [15, 7, 0]},
        {"key": "owner", "kind": "empty", "title": "没有责任人", "columns": ["owner"]},
        {"key": "much", "kind": "above", "title": "经费过大", "value": "money", "mark": 49000},
        {"key": "twice", "kind": "unique", "title": "同名项目", "columns": ["name"], "per": "year"},
    ],
}


# -- the steps -------------------------------------------------------------------------------------------


def entries(folder: Path, number: int) -> Found:
    """Make a file with so many entries in one ledger, unless it is there."""
    path = _path(folder, number)
    if not path.exists():
        beside = path.with_name(f"making{path.name}")
        office = create(beside)
        _put_template(office, folder)
        _fill(office, number)
        office.close()
        beside.with_name(f"{beside.name}.keys").replace(path.with_name(f"{path.name}.keys"))
        beside.replace(path)
    return {"bytes": path.stat().st_size}


def _path(folder: Path, number: int) -> Path:
    return folder / f"entries{number}.djd"


def _put_template(office: Any, folder: Path) -> None:
    from dangjian_desktop.services.ledgers import own_templates

    path = folder / "bench-template.json"
    path.write_text(json.dumps(_TEMPLATE, ensure_ascii=False), "utf-8")
    own_templates.put(office, own_templates.look(office, path))


def _fill(office: Any, number: int) -> None:
    from dangjian_desktop.base.ids import new_ids
    from dangjian_desktop.services.units import organisations

    chosen, root = random.Random(1), str(organisations.root_id(office))
    with office.operation("测量用条目") as work:
        for start in range(0, number, _PIECE):
            size = min(_PIECE, number - start)
            keys = new_ids(2 * size)
            rows = [_entry(chosen, start + i, keys[2 * i], keys[2 * i + 1], root) for i in range(size)]
            work.create_many("ledger_entry", rows)


def _entry(chosen: random.Random, place: int, record: str, passage: str, root: str) -> dict[str, Any]:
    begun = date(2025, 1, 1) + timedelta(days=chosen.randrange(600))
    due = begun + timedelta(days=chosen.randrange(60, 700))
    values = {
        "name": f"第{place}号惠民项目",
        "kind": chosen.choice(("基础设施", "环境", "养老", "文化")),
        "owner": chosen.choice(("张三", "李四", "王五", "赵六")) + str(chosen.randrange(300)),
        "begun_on": begun.isoformat(),
        "due_on": due.isoformat(),
        "people": chosen.randrange(1, 400),
        "money": chosen.randrange(1, 5_000_000),
        "hours": f"{chosen.randrange(1, 20_000) / 100:.2f}",
        "note": "由社区党组织牵头，居民代表参加，完成后公示。",
    }
    # One in twenty is still open; what is over long ago is done, as in a street that keeps its ledgers.
    state = "open" if place % 20 == 0 else "done"
    return {
        "id": record,
        "template": LEDGER,
        "organisation": root,
        "number": f"CL-2026-{place + 1:06}",
        "values": values,
        "passages": {passage: {"state": state, "day": begun.isoformat(), "due": due.isoformat()}},
    }


def entry_lists(folder: Path, number: int) -> Found:
    """Seconds of processor time until a list stands: opened with its first page, sorted, filtered, summed up."""
    from dangjian_desktop.services.records import records, sums
    from dangjian_desktop.services.records.records import Filter

    office = open_office(_path(folder, number))
    shown = ["number", "state", "due_on", *(c["name"] for c in _TEMPLATE["columns"] if c.get("table"))]

    def listed(**how: Any) -> list[str]:
        found = records.query(office, "ledger_entry", template=LEDGER, **how)
        records.rows(office, "ledger_entry", found[:60], shown)
        return found

    asked: dict[str, Callable[[], Any]] = {
        "open": listed,
        "sort_text": lambda: listed(order=[("owner", False)]),
        "sort_date": lambda: listed(order=[("due_on", True)]),
        "sort_money": lambda: listed(order=[("money", True)]),
        "sort_decimal": lambda: listed(order=[("hours", False)]),
        "filter_choice": lambda: listed(filters=[Filter("kind", "eq", "养老")]),
        "filter_text": lambda: listed(filters=[Filter("owner", "contains", "张三1")]),
        "filter_money": lambda: listed(filters=[Filter("money", "ge", "40000")]),
        "filter_decimal": lambda: listed(filters=[Filter("hours", "ge", "150")]),
    }
    everything = records.query(office, "ledger_entry", template=LEDGER)
    for name in ("people", "money", "hours"):
        asked[f"sum_{name}"] = partial(sums.of_entries, office, LEDGER, everything, [name])
    found = {name: _measured(run) for name, run in asked.items()}
    office.close()
    return found


def _measured(run: Callable[[], object]) -> float:
    """Seconds of processor time, the median of five: the machine may have other work."""
    times = []
    for _ in range(5):
        begun = time.process_time()
        run()
        times.append(time.process_time() - begun)
    return median(times)


def ledger_findings(folder: Path, number: int) -> Found:
    """Seconds of processor time for what is said of all entries: `number` of them, or the street's."""
    from dangjian_desktop.services.rules import ledger_checks

    office = open_office(folder / f"street{SAMPLE}.djd" if number == SAMPLE else _path(folder, number))
    times, said = [], 0
    for _ in range(3):
        office.cache.clear()
        begun = time.process_time()
        said = len(ledger_checks.every(office))
        times.append(time.process_time() - begun)
    office.close()
    return {"seconds": median(times), "first": times[0], "said": said}


def ledger_import(folder: Path, number: int) -> Found:
    """The whole import of a sheet of entries, as a person does it."""
    from dangjian_desktop.services.imports import importing

    path = folder / f"import-entries{number}.djd"
    for old in (path, path.with_name(f"{path.name}.keys")):
        old.unlink(missing_ok=True)
    office, begun = create(path), time.process_time()
    _put_template(office, folder)
    begun = time.process_time()
    plan = importing.prepare(office, f"ledger:{LEDGER}", _sheet(folder, number))
    done = importing.apply(office, plan)
    seconds = time.process_time() - begun
    assert done.counts["new"] == number, done.counts
    office.close()
    return {"seconds": seconds}


def ledger_import_floor(folder: Path, number: int) -> Found:
    """The same sheet parsed, and its cells put raw into an encrypted table."""
    import sqlcipher3.dbapi2 as sqlcipher
    from python_calamine import CalamineWorkbook

    target, sheet = folder / "floor-entries.db", _sheet(folder, number)
    target.unlink(missing_ok=True)
    begun = time.process_time()
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    connection = sqlcipher.connect(str(target))
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute(f"CREATE TABLE t ({', '.join(f'c{i}' for i in range(len(rows[0])))})")
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(rows[0]))})", rows[1:])
    connection.commit()
    connection.close()
    return {"seconds": time.process_time() - begun}


def _sheet(folder: Path, number: int) -> Path:
    path = folder / f"entries{number}.xlsx"
    if not path.exists():
        from rustpy_xlsxwriter import write_worksheet

        chosen = random.Random(2)
        heads = {c["name"]: c["label"] for c in _TEMPLATE["columns"]}
        rows = [
            {heads[name]: _typed(name, value) for name, value in _entry(chosen, i, "", "", "")["values"].items()}
            for i in range(number)
        ]
        beside = path.with_name("beside-entries.xlsx")
        write_worksheet(rows, str(beside))
        beside.replace(path)
    return path


def _typed(name: str, value: object) -> str:
    """As a sheet holds it: money in yuan."""
    return f"{value / 100:.2f}" if name == "money" and isinstance(value, int) else str(value)


_START = """
import sys
from pathlib import Path
from dangjian_desktop.base import resources
few, plain = sys.argv[1] == "few", resources.resource
from dangjian_desktop.domain.ledgers import own_templates
own_templates.resource = lambda name: Path(sys.argv[2]) if few and name == "ledgers" else plain(name)
from dangjian_desktop.cli.main import main
sys.exit(main(["--file", sys.argv[3], "--on", "2026-09-30", "findings", "--rule", "LEDGER", "--json"]))
"""
_FEW = ("rectification", "unit-registration", "care-visits")


def ledger_start(folder: Path, number: int) -> Found:
    """Seconds of processor time of a whole command over the street, with all shipped templates or `number` of them."""
    from dangjian_desktop.base.resources import resource

    three = folder / "three-ledgers"
    three.mkdir(exist_ok=True)
    for key in _FEW:
        (three / f"{key}.json").write_text((resource("ledgers") / f"{key}.json").read_text("utf-8"), "utf-8")
    which = "few" if number == len(_FEW) else "all"
    words = [sys.executable, "-c", _START, which, str(three), str(folder / f"street{SAMPLE}.djd")]
    before = os.times()
    done = subprocess.run(
        words, env=os.environ | {"DANGJIAN_PASSWORD": PASSWORD}, stdout=subprocess.DEVNULL, check=False
    )
    after = os.times()
    if done.returncode:
        raise SystemExit("findings failed")
    return {"seconds": after.children_user + after.children_system - before.children_user - before.children_system}


STEPS = (entries, entry_lists, ledger_findings, ledger_import, ledger_import_floor, ledger_start)


# -- the rows --------------------------------------------------------------------------------------------

_LISTS = (
    ("打开", ("open",)),
    ("排序，最慢的一列", ("sort_text", "sort_date", "sort_money", "sort_decimal")),
    ("筛选，最慢的一列", ("filter_choice", "filter_text", "filter_money", "filter_decimal")),
    ("合计一列，最慢的一列", ("sum_people", "sum_money", "sum_hours")),
)


def lists(bench: Bench) -> Iterator[Row]:
    """What a person waits for in a ledger of very many entries."""
    number = ENTRIES if bench.million else ENTRIES // 10
    bench.step("entries", number)
    runs = [bench.step("entry_lists", number) for _ in range(bench.times)]
    for label, names in _LISTS:
        taken = {name: median(run[name] for run in runs) * 1000 for name in names}
        note = "处理器时间" if len(names) == 1 else "处理器毫秒：" + "，".join(f"{k} {v:.0f}" for k, v in taken.items())
        yield Row(f"一本台账 {number:,} 条：{label}", max(taken.values()), "毫秒", 500, 100, note)


def said(bench: Bench) -> Iterator[Row]:
    """Everything that deadlines and checks say, small and large."""
    bench.step("street", SAMPLE)
    number = 500_000 if bench.million else 50_000
    bench.step("entries", number)
    for size, label, must, aim in ((SAMPLE, "示例街道", 0.3, 0.1), (number, f"{number:,} 条", 6, 2)):
        runs = [bench.step("ledger_findings", size) for _ in range(bench.times)]
        note = f"处理器时间；打开后第一次 {median(r['first'] for r in runs):.2f} 秒，{runs[0]['said']:,} 条提醒"
        yield Row(f"台账的全部提醒，{label}", median(run["seconds"] for run in runs), "秒", must, aim, note)


def imported(bench: Bench) -> Iterator[Row]:
    """A sheet of entries."""
    ratio, ours, floors = bench.turns("ledger_import", "ledger_import_floor", 20_000)
    taken = [median(run["seconds"] for run in runs) for runs in (ours, floors)]
    note = f"处理器时间；本软件 {taken[0]:.2f} 秒，底线 {taken[1]:.2f} 秒"
    yield Row("导入台账 20,000 行 / calamine 解析＋裸 executemany", ratio, "倍", 8, 5, note)


def started(bench: Bench) -> Iterator[Row]:
    """What the templates that nobody uses cost a start."""
    bench.step("street", SAMPLE)
    pairs = [(bench.step("ledger_start", len(_FEW)), bench.step("ledger_start", 0)) for _ in range(2 * bench.times + 1)]
    ratio = median(b["seconds"] / a["seconds"] for a, b in pairs)
    taken = [median(pair[place]["seconds"] for pair in pairs) for place in (1, 0)]
    note = f"处理器时间；全部 {taken[0]:.2f} 秒，三本 {taken[1]:.2f} 秒"
    yield Row("命令 findings：全部自带台账模板 / 只有三本", ratio, "倍", 1.1, 1.02, note)


ROWS = {"entries": lists, "ledger_findings": said, "ledger_import": imported, "ledger_start": started}
