"""The many headers under which one field is found in offices' sheets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dangjian_desktop.domain.records.fields import KindSpec

Aliases = Mapping[str, Mapping[str, tuple[str, ...]]]


def load(folder: Path) -> Aliases:
    """Headers by kind and field from `header_aliases.csv` in `folder` (`resource("codes")`)."""
    found: dict[str, dict[str, list[str]]] = {}
    with (folder / "header_aliases.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kind"], {}).setdefault(row["field"], []).append(row["alias"])
    return {kind: {field: tuple(words) for field, words in fields.items()} for kind, fields in found.items()}


def with_aliases(kind: KindSpec, aliases: Aliases) -> KindSpec:
    """The same kind, its fields knowing these headers beside their own."""
    known = aliases.get(kind.name, {})
    fields = tuple(
        replace(spec, aliases=tuple(dict.fromkeys(spec.aliases + known.get(spec.name, ())))) for spec in kind.fields
    )
    return replace(kind, fields=fields)
