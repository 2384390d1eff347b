"""Header texts and the fields they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dangjian_desktop.domain.records.fields import FieldType, KindSpec

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_REQUIRED_MARKS = re.compile(r"^[*★☆●#]+|[*★☆:。]+$")
_NUMBERING = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、]")
_DATE_ENDINGS = ("日期", "时间", "年月日", "年月")


class Match(NamedTuple):
    """A field that a header names, and how surely: 0 is the field's own label."""

    rank: int
    field: str


def compact(text: str) -> str:
    """A header without spaces, full-width forms, required marks and numbering."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return _NUMBERING.sub("", _REQUIRED_MARKS.sub("", text))


class HeaderWords:
    """All header texts that name a field of one kind, together with what a person chose before."""

    def __init__(self, kind: KindSpec, mapping: Mapping[str, str | None]) -> None:
        self._chosen = {_chosen_key(header): name for header, name in mapping.items()}
        self._ranks: dict[str, Match] = {}
        importable = [spec for spec in kind.fields if spec.importable]
        for spec in importable:
            self._ranks.setdefault(compact(spec.label), Match(0, spec.name))
        for spec in importable:
            for alias in spec.aliases:
                self._ranks.setdefault(compact(alias), Match(1, spec.name))
        for spec in importable:
            if spec.type is FieldType.DATE:
                for text in _date_wordings(spec.label):
                    self._ranks.setdefault(compact(text), Match(2, spec.name))
        for text, match in list(self._ranks.items()):
            self._ranks.setdefault(_BRACKETS.sub("", text), Match(match.rank + 1, match.field))
        self._key = next((spec.name for spec in importable if spec.required), None)

    def match(self, text: str, upper: str = "") -> Match | None:
        """The field a header names; the upper text of a two-row header may decide it."""
        if not text:
            return None
        if upper:
            for joined in (f"{upper}/{text}", upper + text):
                if found := self._ranks.get(compact(joined)):
                    return Match(0, found.field)
        return self._plain(text) or (Match(9, found.field) if upper and (found := self._plain(upper)) else None)

    def _plain(self, text: str) -> Match | None:
        words = compact(text)
        found = self._ranks.get(words)
        if found is None and (bare := _BRACKETS.sub("", words)) != words and bare:
            found = self._ranks.get(bare)
            return Match(found.rank + 3, found.field) if found else None
        return found

    def score(self, texts: Sequence[str], upper: Sequence[str]) -> int:
        """How many different fields a row of header texts names."""
        names = set()
        for text, above in zip(texts, upper, strict=True):
            own = text or above
            key = _chosen_key(own)
            if key and key in self._chosen:
                names.add(self._chosen[key] or key)
            elif own and (found := self.match(own, above if text else "")):
                names.add(found.field)
        return len(names)

    def key_column(self, texts: Sequence[str]) -> int | None:
        """The column whose header names the kind's first required field, such as 姓名."""
        for column, text in enumerate(texts):
            found = self._plain(text) if text else None
            if found and found.field == self._key:
                return column
        return None

    def assign(self, keys: Sequence[str], upper: Sequence[str]) -> list[str | None]:
        """One field for each column: a person's choice first, then the surest match; no field is filled twice."""
        fields: list[str | None] = [None] * len(keys)
        taken: set[str] = set()
        for column, key in enumerate(keys):
            name = self._chosen.get(_chosen_key(key)) if key else None
            if name and name not in taken:
                fields[column] = name
                taken.add(name)
        matches = []
        for column, (key, above) in enumerate(zip(keys, upper, strict=True)):
            if not key or _chosen_key(key) in self._chosen:
                continue
            shared = bool(above) and key.startswith(f"{above}/")
            text = key[len(above) + 1 :] if shared else key
            found = self.match(re.sub(r"\(\d+\)$", "", text), above)
            if found:
                # Columns that share their lower text (学历 of two kinds) go by their order, not before an exact one.
                matches.append((max(found.rank, 1) if shared else found.rank, column, found.field))
        for _, column, name in sorted(matches):
            if name not in taken:
                fields[column] = name
                taken.add(name)
        return fields


def _chosen_key(header: str) -> str:
    return "".join(header.split())


def _date_wordings(label: str) -> list[str]:
    for ending in _DATE_ENDINGS:
        if label.endswith(ending):
            return [label.removesuffix(ending) + other for other in _DATE_ENDINGS]
    return []
