"""Make the filled file that a released version leaves behind: `python tests/data/make_released.py VERSION`.

Run it once, when the version is released, and never again for that version: later versions must open what this
one wrote. There is every kind of record in it, and every kind of operation in its log; all of it is synthetic.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dangjian_desktop import demo
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.resources import resource
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.ledgers import ledgers, own_templates
from dangjian_desktop.services.office import accounts, backups, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attachments, records
from dangjian_desktop.services.reports import report_templates
from dangjian_desktop.services.units import naming

FOLDER = Path(__file__).parent / "released"
PASSWORD = "样例文件-2026"
"""Of both accounts."""
CLERK = "李四"
TODAY = date(2026, 9, 30)
_MEMBERS, _MEETINGS, _ENTRIES = 150, 120, 60

_BLOCK = """姓名\t公民身份号码\t手机号码\t人员类别\t入党日期\t所在党支部
赵新一\t429900199001010013\t13900000001\t正式党员\t2015.7\t{unit}
钱新二\t429900199202020023\t13900000002\t预备党员\t2026-07-01\t{unit}
"""


def make(version: str) -> Path:
    """Write `released/VERSION/`: a data file with its keys, a backup, and what must be found in them."""
    folder = FOLDER / version
    if folder.exists():
        raise SystemExit(f"{folder} is there already; a released file is never made again")
    with tempfile.TemporaryDirectory() as made:
        os.environ["XDG_DATA_HOME"] = os.environ["LOCALAPPDATA"] = made
        first, last = Path(made) / "first.djd", Path(made) / "street.djd"
        office, _ = opening.create_office(
            first,
            name="临江街道党工委",
            account="张三",
            password=PASSWORD,
            base_date=date(2026, 1, 1),
            clock=Clock(TODAY),
        )
        _fill(office)
        _live(office)
        accounts.add(office, CLERK, "clerk", PASSWORD)
        bundle = backups.backup(office, Path(made) / "street.djb").path
        office.close()
        # A restored file goes on as another incarnation: the log holds two.
        backups.restore(bundle, last)
        office = opening.open_office(last, account="张三", password=PASSWORD, clock=Clock(TODAY))
        key = accounts.rotate_recovery_key(office)
        expected = _go_on(office) | {"recovery_key": key, "counts": records.counts(office)}
        expected["operations"] = [o.label for o in history.operations(office)]
        office.close()
        folder.mkdir(parents=True)
        for name in ("street.djd", "street.djd.keys", "street.djb"):
            shutil.copyfile(Path(made) / name, folder / name)
        shutil.copytree(Path(made) / "street.djd.files", folder / "street.djd.files")
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1), "utf-8")
    return folder


def _fill(office: Office) -> None:
    """A small street with a part of its year, so that the file stays small."""
    root = records.query(office, "organisation")[0]
    rows = demo.street(members=_MEMBERS, on=TODAY, base_date=office.base_date, root=root).rows()
    rows["meeting"] = rows["meeting"][:_MEETINGS]
    rows["ledger_entry"] = rows["ledger_entry"][:_ENTRIES]
    with office.operation("建立示例街道") as work:
        for kind, batch in rows.items():
            work.create_many(kind, batch)


def _live(office: Office) -> None:
    """Every kind of operation once."""
    members, branches = records.query(office, "member"), records.query(office, "organisation")
    records.edit(office, "member", members[0], {"phone": "13800000001", "migrant_worker": "否"})
    records.edit(office, "member", members[0], {"phone": "13800000002"})
    history.undo(office)
    history.undo(office)
    history.redo(office)
    records.edit(office, "organisation", branches[-1], {"name": "更名后的党支部"}, since="2026-06-01")
    records.edit_many(office, "member", {m: {"employer": "临江厂"} for m in members[5:25]})
    records.remove(office, "member", members[1])
    records.remove(office, "member", members[2])
    records.restore(office, "member", members[2])
    records.edit(office, "member", members[3], {"address": "某路1号"})
    history.clear(office, "member", [members[3], members[4]], ["address", "landline"], "保存期满")
    _histories(office, members, branches)
    _shared(office)


def _histories(office: Office, members: Sequence[str], branches: Sequence[str]) -> None:
    """What is kept with days: a second term, a stay that ended and began again, passages, attachments."""
    records.edit(office, "organisation", branches[-1], {"term_elected_on": "2021-08-20"})
    records.edit(office, "organisation", branches[-1], {"term_elected_on": "2026-08-20"})
    home = records.get(office, "member", members[6]).values["organisation"]
    records.edit(office, "member", members[6], {"left_on": "2026-03-01", "left_kind": "O2"})
    records.edit(office, "member", members[6], {"organisation": home, "entered_on": "2026-06-01", "entered_kind": "I4"})
    typed = {"source": "自查", "problem": "台账不全", "owner": "李四", "found_on": "2026-09-01", "due_on": "2026-09-20"}
    entry = ledgers.add(office, "rectification", typed).id
    done = {"measures": "补齐", "evidence": "照片", "acceptor": "王五", "opinion": "属实", "closed_on": "2026-09-18"}
    records.edit(office, "ledger_entry", entry, done | {"applicant": "李四", "progress": "已补齐"})
    for state in ("working", "awaiting", "closed"):
        ledgers.move(office, entry, state)
    ledgers.move(office, entry, "reopened", reason="回头看发现反弹")
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "佐证.pdf"
        scan.write_bytes(b"%PDF-1.4 synthetic")
        attachments.attach(office, "ledger_entry", records.query(office, "ledger_entry")[0], scan)
        attachments.attach(office, "member", members[7], scan, restricted=True)


def _shared(office: Office) -> None:
    """What the office made its own: words of a report, names of levels, a template."""
    report_templates.put(office, "work-summary", report_templates.get(office, "work-summary") + "\n\n另有一句。\n")
    naming.choose(office, naming.variants()[-1].key)
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.json"
        shipped = json.loads(resource("ledgers", "rectification.json").read_text("utf-8"))
        own.write_text(
            json.dumps(shipped | {"key": "own-list", "title": "本街道整改清单"}, ensure_ascii=False), "utf-8"
        )
        own_templates.put(office, own_templates.look(office, own))


def _go_on(office: Office) -> dict[str, Any]:
    """The work after restoring: an import and its neighbours."""
    plan = importing.prepare(office, "roster", _BLOCK.format(unit="新来党支部"), create_orgs_under="临江街道党工委")
    importing.apply(office, plan)
    member = records.query(office, "member")[0]
    records.edit(office, "member", member, {"note": "最后一笔"})
    values = records.get(office, "member", member, masked=False).values
    return {"member": member, "name": values["name"], "phone": values["phone"], "note": values["note"]}


if __name__ == "__main__":
    print(make(sys.argv[1]))
