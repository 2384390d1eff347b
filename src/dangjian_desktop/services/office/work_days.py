"""The holidays that are known: those that come with the program, and the years that the street put in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import fault_of, no_device
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE
from dangjian_desktop.domain.values.working_days import HolidayYear, WorkCalendar, holiday_year, read_years

from . import shared
from .office import Office

_EFFECT = "没有保存，放假安排没有改动。"


@lru_cache(maxsize=1)
def shipped() -> WorkCalendar:
    """The years that come with the program, read once."""
    text = resource("calendar").joinpath("holidays.toml").read_text(encoding="utf-8")
    return WorkCalendar({each.year: each for each in read_years(text)})


def calendar(office: Office) -> WorkCalendar:
    """All years that are known in this file; its own stand before the shipped ones."""
    kept: WorkCalendar | None = office.cache.get("work_days")
    if kept is None:
        kept = office.cache["work_days"] = shipped().with_years(_own(office).values())
    return kept


def _own(office: Office) -> dict[int, HolidayYear]:
    found = {}
    for table in shared.items(office, shared.HOLIDAYS).values():
        # A year that another version of the program wrote and this one cannot read is left out, not the whole file.
        try:
            year = holiday_year(table)
        except (ValueError, AttributeError):
            continue
        found[year.year] = year
    return found


def own_years(office: Office) -> frozenset[int]:
    """The years that the street put in itself."""
    return frozenset(_own(office))


def put(office: Office, table: Mapping[str, Any]) -> HolidayYear:
    """Put a year's holidays into the file (`year`, `off`, `on`, `source`); undo takes it back.

    Raises `UserError` (`bad_holidays`).
    """
    try:
        year = holiday_year(table)
    except ValueError as fault:
        raise UserError("bad_holidays", f"{fault}。", effect=_EFFECT) from None
    office.actor.require(WRITE, TEMPLATES)
    shared.put(office, shared.HOLIDAYS, str(year.year), _content(year))
    return year


def _content(year: HolidayYear) -> dict[str, Any]:
    off, on = (sorted(day.isoformat() for day in days) for days in (year.off, year.on))
    return {"year": year.year, "off": off, "on": on, "source": year.source}


def put_file(office: Office, path: Path) -> list[HolidayYear]:
    """Put in all years of a holiday table (TOML); raises `UserError` (`no_such_file`, `bad_holidays`)."""
    try:
        text = no_device(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("no_such_file", f"找不到文件“{path.name}”。", effect=_EFFECT) from None
    except UnicodeDecodeError:
        raise UserError("bad_holidays", f"“{path.name}”不是 UTF-8 文本。", effect=_EFFECT) from None
    except OSError as error:
        raise fault_of(error, path) from error
    return put_text(office, text)


def put_text(office: Office, text: str) -> list[HolidayYear]:
    """Put in all years of a holiday table in TOML; raises `UserError` (`bad_holidays`) and takes none of them then."""
    try:
        years = read_years(text)
    except ValueError as fault:
        raise UserError("bad_holidays", f"{fault}。", effect=_EFFECT) from None
    if not years:
        raise UserError("bad_holidays", "这个文件里没有放假安排。", effect=_EFFECT)
    office.actor.require(WRITE, TEMPLATES)
    shared.put_many(office, shared.HOLIDAYS, {str(each.year): _content(each) for each in years})
    return years
