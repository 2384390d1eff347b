"""What the levels below a community are called here: one tree, one set of kinds, several customs of naming.

The kind of a unit is a fact for statistics and never changes with the custom. Only units that are planned, or that
hold no formal members, are called by the local name of their level.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.permissions import MANAGE, TEMPLATES
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

STANDARD = "standard"
SETTING = "custom"
INFORMAL = frozenset({"大党委", "功能", "小组"})
"""Kinds that are no formal level of organisation."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One custom: `title` tells the levels from the community down, `names` the local name by kind."""

    key: str
    title: str
    names: dict[str, str]


@lru_cache(maxsize=1)
def variants() -> tuple[Variant, ...]:
    """The customs that can be chosen, the plain one first."""
    found: dict[str, Variant] = {}
    with resource("codes", "level_names.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            variant = found.setdefault(row["variant"], Variant(row["variant"], row["title"], {}))
            if row["kind"]:
                variant.names[row["kind"]] = row["name"]
    return tuple(found.values())


def current(office: Office) -> Variant:
    """The custom of this file; one that this version does not know counts as the plain one."""
    chosen = shared.get(office, shared.LEVEL_NAMES, SETTING, STANDARD)
    return next((v for v in variants() if v.key == chosen), variants()[0])


def choose(office: Office, key: str) -> None:
    """Call the levels after another custom; for administrators.

    Raises `UserError` (`not_allowed`, `variant_unknown`). Kinds, figures and reports stay as they are.
    """
    office.actor.require(MANAGE, TEMPLATES)
    if key not in {v.key for v in variants()}:
        raise UserError("variant_unknown", "没有这种层级叫法。", effect="没有改动。")
    shared.put(office, shared.LEVEL_NAMES, SETTING, key)
    office.cache.clear()


def level_names(office: Office) -> Callable[[str, str | None], str]:
    """A function from kind and stage of a unit to what its level is called in this file."""
    names, codes = current(office).names, office.codes

    def name(kind: str, stage: str | None) -> str:
        informal = kind in INFORMAL or stage == "planned"
        return (names.get(kind) if informal else None) or codes.name("org_kind", kind)

    return name
