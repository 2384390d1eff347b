"""Putting the sample street into a data file, as one operation that can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.units import organisations

from .generate import DemoStreet, street
from .street import BASE_MEMBERS, SMALLEST

LABEL = "建立示例街道"


def fill(
    office: Office,
    *,
    members: int = BASE_MEMBERS,
    seed: int = 1,
    meetings: bool = True,
    progress: Progress | None = None,
) -> Mapping[str, int]:
    """Fill a new file with a sample street below its root, dated by the office's day; returns records by kind.

    Choose `opening_day` as the file's 建账日 beforehand, or nothing lies in the past. Raises `UserError`
    (`not_empty`) when the file holds members already.
    """
    if records.counts(office).get("member"):
        raise UserError("not_empty", "这个文件里已有党员，示例街道只能建在新文件里。", advice="请先新建一个文件。")
    try:
        demo = street(
            members=members,
            seed=seed,
            on=office.today(),
            base_date=office.base_date,
            root=organisations.root_id(office),
            meetings=meetings,
        )
    except ValueError as error:
        said = f"示例街道至少要有{SMALLEST}名党员，建账日不能晚于今天。"
        raise UserError("demo_size", said, advice="请改党员数或建账日。") from error
    return _write(office, demo, progress or Progress())


def _write(office: Office, demo: DemoStreet, progress: Progress) -> Mapping[str, int]:
    made: Counter[str] = Counter()
    with office.operation(LABEL) as work:
        for kind, rows in demo.batches():
            work.create_many(kind, rows)
            made[kind] += len(rows)
            progress.report(min(made["member"], demo.members), demo.members, LABEL)
    return made
