"""What the labels of a form can mean, and the mapping that they suggest."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dangjian_desktop.domain.values.codes import clean

from .form_mapping import NAME, NUMBER, TEXTS, UNITS, FormMapping, ListTarget, begins_list, last_row, with_paths
from .form_period import NOW, OTHER, STARTS, at_time, split_times
from .form_sheets import Form, FormSheet, Place, address

_PREFIX = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]|[一二三四五六七八九十]{1,2}、|其中[:：]?|＃|#|\*)+"
)
_BRACKET = re.compile(r"[(（](?:人|个|名|次|元|万元|岁|人次|小时|条|场|期|%|％|盖章|公章|章)[)）]")
_SUFFIX = re.compile(r"(?:总人数|总个数|总数|人数|个数|次数|数量|数)$")
_OTHER_TIME = re.compile(r"上期|上年|上季|上月|去年|同期|同比|环比|比上|增长|累计|计划|目标|任务数|本年")
_PLAIN_COLUMN = re.compile(
    r"(?:党员|组织|党组织)?(?:人数|数量|数|数字|数据|数值|个数|次数|总数|合计|总计|小计|计|人|个|名|次|值|情况|内容|结果|填报内容)"
    r"|(?:本期|本季|本季度|本月|当前|现有|期末|实有|填报|统计|完成|截至目前|目前|现在)(?:数|人数|数量|情况)?|单位|本单位|本街道|全街道"
)
_TOTALS = re.compile(r"^(?:合计|总计|小计|全街道|街道合计|本街道|总数|共计)$")
_FIRM_TOPICS = frozenset({"党员", "党组织", "增减", "组织生活", "换届", "年龄", "学历"})
_PASSING = frozenset({"增减", "组织生活", "换届"})
_SHORT = 2


# -- words ------------------------------------------------------------------------------------------


def bare_label(text: str) -> str:
    """A label without numbering, “其中”, units in brackets and colons."""
    text = _PREFIX.sub("", clean(text).rstrip(":："))
    return _BRACKET.sub("", text).rstrip(":：*")


def plain_label(text: str) -> str:
    """The same without “数” at its end too: 党员, 党员数 and 党员总数 are one."""
    text = bare_label(text)
    shorter = _SUFFIX.sub("", text)
    return shorter or text


class Meaning(NamedTuple):
    """Something that a label can mean: its key, how it is called, and the topic that makes a vague word clear."""

    key: str
    label: str
    topic: str


@dataclass(frozen=True)
class Vocabulary:
    """What labels can mean: figures and texts by label, list columns by header, units by name.

    `year` is the year that is filled: a column of the year before takes last year's figures.
    """

    meanings: Mapping[str, Sequence[Meaning]]
    fields: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    year: int | None = None

    @classmethod
    def of(
        cls,
        figures: Iterable[Meaning],
        aliases: Iterable[tuple[str, str]],
        fields: Mapping[str, Iterable[tuple[str, str]]],
        units: Iterable[tuple[str, str]],
        year: int | None = None,
    ) -> Vocabulary:
        """From figures, further (key, label) pairs, (label, field) pairs by list, and (name, id) pairs of units."""
        known = {meaning.key: meaning for meaning in figures}
        known |= {key: Meaning(key, label, "党员") for key, label in TEXTS.items()}
        words = [(meaning.label, key) for key, meaning in known.items()]
        words += [(label, key) for key, label in aliases]
        meanings: dict[str, dict[str, Meaning]] = defaultdict(dict)
        for label, key in words:
            # A share's part has its figure's topic.
            base = known.get(key.partition(".")[0] if key not in known else key)
            if base is not None:
                meanings[plain_label(label)][key] = Meaning(key, label, base.topic)
        by_name: dict[str, list[str]] = defaultdict(list)
        for name, unit in units:
            if unit not in by_name[clean(name)]:
                by_name[clean(name)].append(unit)
        return cls(
            {word: list(found.values()) for word, found in meanings.items()},
            {source: {bare_label(label): name for label, name in pairs} for source, pairs in fields.items()},
            {name: found[0] for name, found in by_name.items() if len(found) == 1},
            year,
        )

    def passes(self, key: str) -> bool:
        """Whether a figure counts what happens within a period, so that a single day has none."""
        return any(m.key == key and m.topic in _PASSING for many in self.meanings.values() for m in many)

    def mean(self, label: str, context: str) -> tuple[list[str], bool]:
        """The keys that a label can mean, likeliest first, and whether it can only mean the first."""
        plain = plain_label(label)
        found = self.meanings.get(plain, [])
        fitting = [m for m in found if _topical(m, context)]
        if len(fitting) == 1:
            return [fitting[0].key], len(plain) > _SHORT or fitting[0].topic in _FIRM_TOPICS or len(found) == 1
        if found:
            return [m.key for m in (fitting or found)], False
        if len(plain) <= _SHORT:
            return [], False
        near = [m for word, many in self.meanings.items() if _near(word, plain) for m in many]
        near.sort(key=lambda m: abs(len(plain_label(m.label)) - len(plain)))
        return list(dict.fromkeys(m.key for m in near))[:5], False


def _near(word: str, label: str) -> bool:
    return len(word) > _SHORT and (word in label or label in word)


def _topical(meaning: Meaning, context: str) -> bool:
    """Whether a vague word (未填, 其他, 村居) is explained by what stands around it; a clear one needs nothing."""
    return (
        meaning.topic in _FIRM_TOPICS - {"年龄", "学历"}
        or len(plain_label(meaning.label)) > 3
        or (meaning.topic[:2] in context)
    )


def load_aliases(path: Path) -> list[tuple[str, str]]:
    """Pairs of figure key and label from `figure_aliases.csv`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["key"], row["label"]) for row in csv.DictReader(file)]


# -- suggestions ------------------------------------------------------------------------------------


class Doubt(NamedTuple):
    """A cell that the suggestion leaves to the person: what its label says and the keys it may mean (or none)."""

    sheet: str
    place: Place
    label: str
    keys: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can be said about a form from its labels alone."""

    mapping: FormMapping
    doubts: Sequence[Doubt]


def suggest(form: Form, words: Vocabulary) -> Suggestion:
    """Match the labels left of and above each empty or computed cell; only what is unambiguous is in the mapping."""
    cells: dict[str, str] = {}
    lists: list[ListTarget] = []
    doubts: list[Doubt] = []
    for sheet in form.sheets:
        if not sheet.visible:
            continue
        listed = _lists(sheet, words)
        lists += [target for target, _ in listed]
        for _, unknown in listed:
            doubts += unknown
        taken = [(t.first, last_row(sheet, t)) for t, _ in listed]
        for place in sorted(sheet.cells):
            if sheet.anchor(place) != place or any(first <= place[0] <= last for first, last in taken):
                continue
            cell = sheet.cells[place]
            if cell.text:
                _label_cell(sheet, place, words, cells)
            elif (cell.empty and not sheet.closed(place)) or cell.formula:
                _blank_cell(sheet, place, words, cells, doubts)
    return Suggestion(with_paths(form, FormMapping(cells, lists)), doubts)


def _label_cell(sheet: FormSheet, place: Place, words: Vocabulary, cells: dict[str, str]) -> None:
    """“填报单位：” with nothing behind it is completed in its own cell."""
    text = sheet.cells[place].text
    if not text.endswith((":", "：")) or sheet.closed(place):
        return
    block = sheet.block(place)
    beside = (block.top, block.right + 1)
    if beside in sheet.cells and sheet.cell(beside).empty:
        return
    keys, certain = words.mean(text, sheet.title)
    if certain and keys[0] in TEXTS:
        cells[address(sheet.name, place)] = keys[0]


def _blank_cell(sheet: FormSheet, place: Place, words: Vocabulary, cells: dict[str, str], doubts: list[Doubt]) -> None:
    left, above = sheet.left_labels(place), sheet.above_labels(place)
    if not left and not above:
        return
    found = _said_at(sheet, left, above, words)
    where = address(sheet.name, place)
    if found.certain and left and found.keys[0] in TEXTS and not sheet.cell((place[0], place[1] - 1)).text:
        return  # “填报单位：” is answered once, in the cell beside it, and not in every blank one up to the next words
    if found.certain:
        cells[where] = found.keys[0]
    elif not sheet.cells[place].formula and not (left and _TOTALS.match(clean(left[0])) and not found.keys):
        doubts.append(Doubt(sheet.name, place, sheet.label(place), found.keys, found.reason))


def _said_at(sheet: FormSheet, left: Sequence[str], above: Sequence[str], words: Vocabulary) -> _Found:
    """What the words left of and above a cell mean together, of the time that they name."""
    context = " ".join((*left, *above, sheet.title))
    row_time, left_rest = split_times(left, words.year)
    column_time, above_rest = split_times(above, words.year)
    found = _cross(left_rest, above_rest, words, context)
    if found.certain and left_rest and above_rest and not _known_column(left_rest[0], above_rest[0], words, context):
        found = _Found(found.keys, False, "列标题看不出要填什么，请核对")
    times = {row_time, column_time} - {NOW}
    if found.certain and (OTHER in times or len(times) > 1):
        found = _Found(found.keys, False, "标题写的是别的年份，这里没有算")
    if found.certain and times & STARTS.keys() and words.passes(found.keys[0]):
        found = _Found(found.keys, False, "这是期间内发生的数，年初、期初那一天没有")
    if found.certain and _OTHER_TIME.search(" ".join((*left_rest[:2], *above_rest))):
        found = _Found(found.keys, False, "标题写的可能是别的时期或计划数，请核对")
    return _of_time(found, times.pop()) if len(times) == 1 and OTHER not in times else found


def _of_time(found: _Found, when: str) -> _Found:
    """The same figures of another time; the texts of a form's head have none."""
    return found._replace(keys=[key if key in TEXTS else at_time(key, when) for key in found.keys])


def _known_column(row: str, header: str, words: Vocabulary, context: str) -> bool:
    """Whether a header says no more than that the row's figure stands below it, or names a figure itself."""
    if not words.mean(row, context)[0] or words.mean(header, context)[0]:
        return True
    label = re.sub(r"\(.*\)", "", clean(header))
    return bool(words.units.get(clean(header)) or _PLAIN_COLUMN.fullmatch(label))


def meanings_at(sheet: FormSheet, place: Place, words: Vocabulary) -> list[str]:
    """What the words at a cell may mean, likeliest first; for a cell like “填报单位：” its own words count."""
    text = sheet.cell(place).text
    if text:
        return words.mean(text, sheet.title)[0]
    left, above = sheet.left_labels(place), sheet.above_labels(place)
    return list(_said_at(sheet, left, above, words).keys)


def column_at(sheet: FormSheet, place: Place, source: str, words: Vocabulary) -> str | None:
    """Which column of a list the header over a cell names."""
    above = sheet.above_labels(place)
    return _column_key(sheet, above, source, words, certainly=False) if above else None


def _column_key(
    sheet: FormSheet, above: Sequence[str], source: str, words: Vocabulary, *, certainly: bool
) -> str | None:
    """What the headers over a column of a list mean: a field as it is now, or for `UNITS` a figure of some time."""
    when, rest = split_times(above, words.year)
    if not rest or when == OTHER:
        return None
    found = words.fields.get(source, {}).get(bare_label(rest[0]))
    if found is not None:
        return found if when == NOW or found in (NAME, NUMBER) else None
    if source != UNITS:
        return None
    keys, certain = words.mean(rest[0], " ".join((*above, sheet.title)))
    figures = [key for key in keys if key not in TEXTS]
    if certainly and (not certain or _OTHER_TIME.search(" ".join(rest)) or figures[:1] != list(keys[:1])):
        return None
    return at_time(figures[0], when) if figures else None


class _Found(NamedTuple):
    keys: Sequence[str]
    certain: bool
    reason: str = ""


def _cross(left: Sequence[str], above: Sequence[str], words: Vocabulary, context: str) -> _Found:
    """What the row's and the column's words mean together."""
    row, row_sure = words.mean(left[0], context) if left else ([], False)
    column, column_sure = words.mean(above[0], context) if above else ([], False)
    unit = words.units.get(clean(left[0])) if left else None
    if unit and column:
        return _Found([f"{key}@{unit}" for key in column], column_sure, "" if column_sure else _vague(column))
    if left and _TOTALS.match(clean(left[0])) and column:
        return _Found(column, column_sure, "" if column_sure else _vague(column))
    if row and column and row[0] != column[0]:
        both = list(dict.fromkeys((*row, *column)))
        return _Found(both, row_sure and row[0] in TEXTS, "行标题和列标题说的是两个指标，没有交叉的指标")
    if row:
        return _Found(row, row_sure, "" if row_sure else _vague(row))
    if column:
        # A row of its own with words that mean nothing to us may be about anything.
        return _Found(column, column_sure and not left, "行标题看不出是哪个党组织" if left else _vague(column))
    return _Found([], False, "没有相应的指标")


def _vague(keys: Sequence[str]) -> str:
    return "标题不止一种意思" if len(keys) > 1 else "标题只是相近，请核对"


def _lists(sheet: FormSheet, words: Vocabulary) -> list[tuple[ListTarget, list[Doubt]]]:
    """Headers that are followed by empty rows: the lists that the form wants."""
    found = []
    free = 0
    for row in range(2, sheet.used.bottom + 2):
        if row <= free or not begins_list(sheet, row):
            continue
        headers = {
            column: labels
            for column in range(1, sheet.used.right + 1)
            if sheet.anchor((row, column)) == (row, column)
            and ((row, column) in sheet.cells or row > sheet.worded.bottom)
            and (labels := sheet.above_labels((row, column)))
        }
        best = _best_source(sheet, row, headers, words)
        if best is not None:
            found.append(best)
            free = last_row(sheet, best[0])
    return found


def _best_source(
    sheet: FormSheet, row: int, headers: Mapping[int, Sequence[str]], words: Vocabulary
) -> tuple[ListTarget, list[Doubt]] | None:
    best: dict[int, str] = {}
    chosen = ""
    for source in words.fields:
        columns: dict[int, str] = {}
        for column, labels in headers.items():
            key = _column_key(sheet, labels, source, words, certainly=True)
            cell = sheet.cell((row, column))
            if key is not None and key not in columns.values() and cell.empty and not sheet.closed((row, column)):
                columns[column] = key
        if NAME in columns.values() and len(columns) > max(len(best), 1):
            best, chosen = columns, source
    if not chosen:
        return None
    doubts = [
        Doubt(sheet.name, (row, column), "／".join(reversed(labels[:2])), (), "列标题没有相应的内容")
        for column, labels in headers.items()
        if column not in best and sheet.cell((row, column)).empty
    ]
    return ListTarget(sheet.name, row, chosen, best), doubts
