"""Code lists: what a cell may say, what is stored, and what is shown."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from .characters import cleaned

Row = Mapping[str, str]

# What people add to a level of study; tried without it when the whole text is unknown.
_ENDINGS = ("学历", "文化程度", "文化", "程度", "毕业", "毕业生")


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; `name` is the official wording, `display` what people read and print."""

    code: str
    name: str
    display: str
    aliases: tuple[str, ...] = ()
    selectable: bool = True


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a list lies in the shipped files and which of its columns hold code, name and aliases."""

    table: str
    file: str
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    keep: Callable[[Row], bool] = lambda _row: True
    selectable: Callable[[Row], bool] = lambda _row: True


def _group(*names: str) -> Callable[[Row], bool]:
    return lambda row: row["group"] in names


_SOURCES = (
    _Source("sex", "sex.csv", "code", "name", selectable=lambda row: row["code"] in "12"),
    _Source("ethnic_group", "ethnic_groups.csv", "code", "name", ("short_name", "aliases_seen_in_old_files")),
    _Source("education", "education.csv", "code", "name", ("aliases",)),
    _Source("degree", "degrees.csv", "code", "name"),
    _Source(
        "member_class",
        "member_status.csv",
        "code",
        "name",
        keep=lambda row: row["group"] == "人员类别" and row["counts_in_total"] == "是",
    ),
    _Source("membership_state", "member_status.csv", "code", "name", keep=_group("党籍状态")),
    _Source("in_kind", "member_status.csv", "code", "name", keep=_group("增加类型")),
    _Source("out_kind", "member_status.csv", "code", "name", keep=_group("减少类型", "出党类型")),
    _Source("discipline", "member_status.csv", "code", "name", keep=_group("处分")),
    _Source("disposal", "member_status.csv", "code", "name", keep=_group("组织处置")),
    _Source("org_kind", "org_types.csv", "code", "name"),
    _Source("occupation", "job_positions.csv", "position", "position"),
    _Source("social_stratum", "social_strata.csv", "code", "name", keep=lambda row: row["generation"].startswith("新")),
    _Source(
        "social_stratum_2017", "social_strata.csv", "code", "name", keep=lambda row: row["generation"].startswith("旧")
    ),
    _Source("front_line", "front_line.csv", "code", "name"),
    _Source("political_status", "political_status.csv", "code", "name", ("short_name",)),
    _Source("provinces", "provinces.csv", "code", "name", ("short_name",)),
    _Source("meeting_kind", "meeting_rules.csv", "code", "name", keep=lambda row: row["code"] != "XJ"),
)


class CodeTables:
    """All code lists, read once and never changed; look-ups are dictionary look-ups."""

    def __init__(self, tables: Mapping[str, Iterable[Code]]) -> None:
        self._codes = {table: {entry.code: entry for entry in entries} for table, entries in tables.items()}
        self._by_text = {table: _texts(entries.values()) for table, entries in self._codes.items()}

    def tables(self) -> Sequence[str]:
        """The names of all code lists."""
        return list(self._codes)

    def entry(self, table: str, code: str) -> Code | None:
        """The whole entry of a stored code, or None when this list does not hold it."""
        return self._codes[table].get(code)

    def name(self, table: str, code: str | None) -> str:
        """What people read for a stored code; an unknown code is shown as it is, nothing as an empty text."""
        if not code:
            return ""
        found = self._codes[table].get(code)
        return found.display if found else code

    def code_of(self, table: str, text: str | None) -> str | None:
        """The code that a cell's text means: code, name, short name or any known other wording; else None."""
        if not text:
            return None
        texts = self._by_text[table]
        found = texts.get(text)
        if found is not None:
            return found
        cleaned = clean(text)
        found = texts.get(cleaned)
        if found is not None:
            return found
        for ending in _ENDINGS:
            if cleaned.endswith(ending) and (found := texts.get(cleaned[: -len(ending)])) is not None:
                return found
        return None

    def choices(self, table: str) -> list[tuple[str, str]]:
        """Pairs of code and shown name, in the order of the list, for a form or a sheet's drop-down."""
        return [(entry.code, entry.display) for entry in self._codes[table].values() if entry.selectable]

    def nearest(self, table: str, text: str, limit: int = 3) -> list[str]:
        """Shown names that resemble an unknown text, for the reason given to the person."""
        texts = self._by_text[table]
        matches = get_close_matches(clean(text), texts, n=limit * 2, cutoff=0.5)
        return list(dict.fromkeys(self.name(table, texts[match]) for match in matches))[:limit]


def clean(text: str) -> str:
    """A text without spaces and full-width forms, for comparing what people typed."""
    return "".join(unicodedata.normalize("NFKC", cleaned(text)).split())


def _texts(entries: Iterable[Code]) -> dict[str, str]:
    entries = [entry for entry in entries if entry.selectable]
    texts: dict[str, str] = {}
    # Codes first, then official wording, then aliases: an alias never takes a text that means another code.
    for entry in entries:
        texts.setdefault(entry.code, entry.code)
    for entry in entries:
        for word in (entry.name, entry.display):
            texts.setdefault(clean(word), entry.code)
    for entry in entries:
        for word in entry.aliases:
            texts.setdefault(clean(word), entry.code)
    for entry in entries:
        # A sheet that stored 01 as a number gives 1.
        bare = entry.code.lstrip("0")
        if bare.isdigit():
            texts.setdefault(bare, entry.code)
    return texts


def load(folder: Path) -> CodeTables:
    """Read the shipped lists from `folder` (`resource("codes")`); raises `OSError` when one is missing."""
    extra = {(row["table"], row["code"]): row for row in _read(folder / "code_extra.csv")}
    files: dict[str, list[Row]] = {}
    tables: dict[str, list[Code]] = {}
    for source in _SOURCES:
        if source.file not in files:
            files[source.file] = _read(folder / source.file)
        tables[source.table] = [_entry(source, row, extra) for row in files[source.file] if source.keep(row)]
    for row in _read(folder / "lists.csv"):
        tables.setdefault(row["table"], []).append(
            Code(row["code"], row["name"], row["name"], tuple(filter(None, row["aliases"].split("|"))))
        )
    return CodeTables(tables)


def _entry(source: _Source, row: Row, extra: Mapping[tuple[str, str], Row]) -> Code:
    code, name = row[source.code], row[source.name]
    aliases = [alias for column in source.aliases for alias in row[column].split("|")]
    more = extra.get((source.table, code))
    if more:
        aliases += more["aliases"].split("|")
    # Records of study are printed by level ("大学本科"), not by certificate ("大学本科毕业").
    short = name.removesuffix("毕业") if source.table == "education" else name
    display = (more["display"] if more else "") or short
    return Code(code, name, display, tuple(filter(None, aliases)), source.selectable(row))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
