"""A clerk at work in a process of its own, killed at a random moment; and what must be true of the file then.

As a program (`python kill_kit.py FILE SEED`) this is the clerk: it imports, edits, undoes and backs up without
end, and says on its standard output what it is about to do and what it has reported as done. `rounds` starts
it, kills it, and opens the file again.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from dangjian_desktop import demo
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.files import sha256_of
from dangjian_desktop.base.resources import resource
from dangjian_desktop.demo.fill import LABEL
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.values.id_numbers import check_character
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import bulk, pump
from dangjian_desktop.storage.backup import verify_bundle
from dangjian_desktop.storage.shape import SHAPES

PASSWORD = "合适的密码一二三"
TODAY = date(2026, 9, 30)
# The tables of the log with what orders their rows.
_LOG = {
    "head": "record, path, operation",
    "operation": "id",
    "change": "operation, ordinal",
    "remainder": "operation, ordinal",
    "bare": "operation, ordinal",
    "leaf_layout": "id",
    "origin": "id",
}
WORK = ("import", "edit", "undo", "backup")


def new_file(path: Path, seed: int) -> None:
    """A small street to begin with."""
    office, _ = opening.create_office(
        path, name="临江街道党工委", password=PASSWORD, base_date=date(2026, 1, 1), clock=Clock(TODAY)
    )
    demo.fill(office, members=120, seed=seed)
    office.close()


def digest(office: Office) -> str:
    """Everything that is shared in the file, in one number."""
    tables = [shape.table.name for shape in SHAPES.values()]
    tables += sorted({child.table.name for shape in SHAPES.values() for child in shape.sets.values()})
    total = hashlib.sha256()
    with office.database.read() as connection:
        for name in tables:
            for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY rid"):
                total.update(repr(tuple(row)).encode())
        for name, order in _LOG.items():
            for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY {order}"):
                total.update(repr(tuple(row)).encode())
    return total.hexdigest()


def last_operation(office: Office) -> int:
    found = history.operations(office, limit=1)
    return found[0].id if found else 0


# -- the clerk ------------------------------------------------------------------------------------------


class Clerk:
    """Works on one open file and says every step on the pipe."""

    def __init__(self, office: Office, seed: int, pipe: int) -> None:
        self.office = office
        self.random = Random(seed)
        self.pipe = pipe
        self.folder = office.path.parent / "备份"

    def say(self, **line: Any) -> None:
        # One write below PIPE_BUF: a killed process has said a line or it has not.
        os.write(self.pipe, (json.dumps(line, ensure_ascii=False) + "\n").encode())

    def work(self) -> None:
        steps = {"import": self.import_block, "edit": self.edit, "undo": self.undo, "backup": self.backup}
        weights = [2, 5, 3, 1]
        self.say(ready=last_operation(self.office), digest=digest(self.office))
        while True:
            kind = self.random.choices(WORK, weights)[0]
            done = steps[kind]()
            self.say(done=kind, operation=last_operation(self.office), digest=digest(self.office), **done)

    def import_block(self) -> dict[str, Any]:
        sample = self.random.random() < 0.15
        source: Path | str = next(resource("samples").glob("*.xlsx")) if sample else self.block()
        plan = importing.prepare(self.office, "roster", source, create_orgs_under="临江街道党工委")
        new, updated = (sum(1 for _ in plan.with_status(s)) for s in (importing.NEW, importing.UPDATED))
        self.say(begin="import", new=new + len(plan.new_organisations), updated=updated)
        importing.apply(self.office, plan)
        return {}

    def block(self) -> str:
        """A copied block: new people, and some of the old ones with another telephone."""
        branch = self.random.choice(self.branches()).name
        lines = ["姓名\t公民身份号码\t手机号码\t人员类别\t入党日期\t所在党支部"]
        with self.office.database.read() as connection:
            known = connection.exec_driver_sql(
                "SELECT m.name, m.id_number, o.name FROM member m JOIN organisation o ON o.id = m.organisation"
                " WHERE NOT m.binned AND m.standing = 'A' ORDER BY m.rid LIMIT 15"
            ).all()
        people = [(name, number, unit) for name, number, unit in known]
        people += [(f"新人{i}", self.number(), branch) for i in range(self.random.randrange(20, 200))]
        for name, number, unit in people:
            phone = f"13{self.random.randrange(10**9):09d}"
            lines.append(f"{name}\t{number}\t{phone}\t正式党员\t2001-07-01\t{unit}")
        return "\n".join(lines)

    def branches(self) -> list[organisations.OrgNode]:
        # A group holds meetings as a part of its branch; members and meetings are entered for the branch.
        return [n for n in organisations.tree(self.office) if n.members and n.kind != GROUP_KIND]

    def number(self) -> str:
        year, month, serial = (self.random.randrange(*span) for span in ((1950, 2000), (1, 13), (0, 1000)))
        first = f"429900{year}{month:02d}10{serial:03d}"
        return first + check_character(first)

    def edit(self) -> dict[str, Any]:
        ids = records.query(self.office, "member")
        if self.random.random() < 0.3:
            return self.meeting(ids)
        chosen = self.random.sample(ids, self.random.choice([1, 1, 1, 20]))
        value = f"某厂{self.random.randrange(10**6)}"
        self.say(begin="edit", moved=len(chosen), employer=value, member=chosen[0])
        records.edit_many(self.office, "member", {i: {"employer": value} for i in chosen})
        return {}

    def meeting(self, ids: list[str]) -> dict[str, Any]:
        branch = self.random.choice(self.branches()).id
        self.say(begin="edit", new=1)
        meetings.record_meeting(
            self.office,
            {"meeting_kind": "党员大会", "organisation": branch, "started_at": "2026-08-03 14:30"},
            {i: {"presence": "present"} for i in self.random.sample(ids, 30)},
        )
        return {}

    def undo(self) -> dict[str, Any]:
        redo = self.random.random() < 0.3 and history.redo_label(self.office) is not None
        if not redo and history.undo_label(self.office) in (None, LABEL):
            return {}
        self.say(begin="undo")
        try:
            (history.redo if redo else history.undo)(self.office)
        except history.NothingUndone:
            # What is held by something newer stays; the clerk goes on with other work.
            records.edit(self.office, "member", records.query(self.office, "member")[0], {"note": str(time.time_ns())})
        return {}

    def backup(self) -> dict[str, Any]:
        self.say(begin="backup")
        made = backups.backup(self.office, self.folder / f"{self.random.randrange(10**9)}.djb")
        return {"path": str(made.path), "sha256": made.sha256}


def main() -> None:
    """The program of the clerk."""
    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    # So that blocks of a hundred rows and more go the way of large imports, in several statements each.
    bulk.LOAD_ROWS, pump._BOUND = 100, 300
    office = opening.open_office(path, password=PASSWORD, clock=Clock(TODAY))
    Clerk(office, seed, sys.stdout.fileno()).work()


# -- the killer -----------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What the kills met: by the work under way whether it was in, out, or had just been reported."""

    kills: int = 0
    reported: int = 0
    met: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def rounds(
    folder: Path, times: int, seed: int, *, each: Callable[[Outcome], None] = lambda outcome: None, files: int = 25
) -> Outcome:
    """Kill the clerk `times` times, beginning a new file after every `files`; problems are told, not raised."""
    outcome, random = Outcome(), Random(seed)
    lengths: dict[str, list[float]] = defaultdict(lambda: [0.3])
    path = folder / "0" / "临江 街道.djd"
    for number in range(times):
        if number % files == 0:
            path = folder / str(number) / "临江 街道.djd"
            path.parent.mkdir(parents=True)
            new_file(path, seed + number)
        aim = WORK[number % len(WORK)]
        said = _kill_once(path, random, aim, lengths)
        outcome.kills += 1
        outcome.reported += sum("done" in line for line in said)
        outcome.problems += [f"第{number + 1}次（{aim}）：{p}" for p in check(path, said, outcome.met)]
        each(outcome)
    return outcome


def _kill_once(path: Path, random: Random, aim: str, lengths: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Start the clerk, wait for work of the kind `aim` to begin, kill it somewhere within; returns what it said."""
    command = [sys.executable, __file__, str(path), str(random.randrange(10**9))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    said: list[dict[str, Any]] = []
    begun, wait_for = 0.0, random.randrange(1, 3)
    for line in _lines(process.stdout):
        said.append(line)
        if "begin" in line:
            begun = time.perf_counter()
            wait_for -= line["begin"] == aim
        elif "done" in line and begun:
            lengths[line["done"]].append(time.perf_counter() - begun)
        if wait_for == 0:
            time.sleep(random.uniform(0, 1.2 * median(lengths[aim])))
            break
    process.kill()
    said += list(_lines(process.stdout))
    process.wait()
    errors = process.stderr.read().decode(errors="replace")
    process.stdout.close()
    process.stderr.close()
    if errors or not said:
        raise RuntimeError(f"the clerk failed by itself:\n{errors}")
    return said


def _lines(stream: Any) -> Iterator[dict[str, Any]]:
    for line in iter(stream.readline, b""):
        yield json.loads(line)


def check(path: Path, said: list[dict[str, Any]], met: Counter[str]) -> list[str]:
    """What is wrong with the file after the kill; counts in `met` what was under way and whether it was in."""
    reported = next(line for line in reversed(said) if "digest" in line)
    told = reported.get("ready", reported.get("operation"))
    under_way = said[-1] if "begin" in said[-1] else None
    office = opening.open_office(path, password=PASSWORD, clock=Clock(TODAY))
    try:
        wrong = [p.message for p in integrity.check(office)]
        last = last_operation(office)
        came = last - told
        name = under_way["begin"] if under_way else "between"
        met[f"{name} {'in' if came else 'out'}" if under_way and name != "backup" else name] += 1
        if came == 0 and digest(office) != reported["digest"]:
            wrong.append("what was reported done reads differently")
        if came not in (0, 1) or (came and (under_way is None or name == "backup")):
            wrong.append(f"{told} operations reported, {last} in the file, under way: {name}")
        elif came and under_way is not None:
            wrong += _whole(office, last, under_way)
    finally:
        office.close()
    return wrong + _bundles(path, said)


def _whole(office: Office, number: int, announced: dict[str, Any]) -> list[str]:
    """An operation that came in unreported must be the whole of what was announced."""
    with office.database.read() as connection:
        created, moved = connection.exec_driver_sql(
            "SELECT count(*) FILTER (WHERE c.path IS NULL), count(DISTINCT c.record) FILTER (WHERE c.path NOTNULL)"
            " FROM change c WHERE c.operation = ?",
            (number,),
        ).one()
        undoes = connection.exec_driver_sql("SELECT undoes FROM operation WHERE id = ?", (number,)).scalar_one()
    wrong = []
    if announced["begin"] == "import" and (created, moved) != (announced["new"], announced["updated"]):
        wrong.append(f"import half in: {created} created and {moved} changed of {announced}")
    if announced["begin"] == "edit" and (created, moved) != (announced.get("new", 0), announced.get("moved", 0)):
        wrong.append(f"edit half in: {created} created and {moved} changed of {announced}")
    if announced["begin"] == "undo" and undoes is None and moved != 1:
        wrong.append("undo half in")
    return wrong


def _bundles(path: Path, said: list[dict[str, Any]]) -> list[str]:
    """Every backup that a person can see is whole, and those reported done are there; they are then put away."""
    wrong = []
    for line in said:
        if line.get("done") == "backup" and (
            not Path(line["path"]).exists() or sha256_of(Path(line["path"])) != line["sha256"]
        ):
            wrong.append(f"backup {line['path']} was reported done and is not there as it was")
    for bundle in path.parent.rglob("*.djb*"):
        if not bundle.name.startswith("."):
            try:
                verify_bundle(bundle)
            except Exception as error:
                wrong.append(f"half a backup under its own name: {bundle.name}: {error}")
        bundle.unlink()
    return wrong


if __name__ == "__main__":
    main()
