"""Things that the office shares beside its records: templates, words, forms; shared records, so with history and undo.

What belongs to one PC only (views, drafts, how strangers' sheets are read, the backup folder) stays a setting.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.storage.queries import shared as queries
from dangjian_desktop.storage.queries.shared import SharedThing

from .office import Office

KIND = "shared_item"
LEDGER_TEMPLATE, WORDS, LAST_SAID, FORM, LEVEL_NAMES, HOLIDAYS, RULE_OVERRIDE, SCHEME = (
    "ledger_template",
    "report_words",
    "last_said",
    "superior_form",
    "level_names",
    "holidays",
    "rule_override",
    "scheme",
)
TOPICS = {
    LEDGER_TEMPLATE: "台账模板",
    WORDS: "报表文字",
    LAST_SAID: "上次报出的数",
    FORM: "上级表样",
    LEVEL_NAMES: "层级叫法",
    HOLIDAYS: "放假安排",
    RULE_OVERRIDE: "本单位另定的规则",
    SCHEME: "考评方案",
}
"""What there is, as people call it."""

NOTED = "note"
"""The nature of an operation that nobody asked for (what a paper said, kept for the next one): not undone by Ctrl+Z."""


def get(office: Office, topic: str, item: str, default: Any = None) -> Any:
    """What is shared under a topic and a name, or `default`."""
    with office.database.read() as connection:
        found = queries.item(connection, topic, item)
    return default if found is None or found.content is None else json.loads(found.content)


def items(office: Office, topic: str) -> dict[str, Any]:
    """Everything under a topic by name, in the order in which it came."""
    with office.database.read() as connection:
        found = queries.items(connection, topic)
    return {each.item: json.loads(each.content) for each in found if each.content is not None}


def put(office: Office, topic: str, item: str, value: Any, *, unit: str | None = None, nature: str = "edit") -> None:
    """Share a value from now on; None takes it away."""
    put_many(office, topic, {item: value}, unit=unit, nature=nature)


def put_many(
    office: Office, topic: str, values: Mapping[str, Any], *, unit: str | None = None, nature: str = "edit"
) -> None:
    """Share several values of a topic as one operation; what stands already leaves no trace."""
    with office.database.read() as connection:
        known = {item: queries.item(connection, topic, item) for item in values}
    first = next(iter(values), "")
    verb = "设定" if any(value is not None for value in values.values()) else "取消"
    with office.operation(f"{verb}{called(topic, first)}", nature=nature) as work:
        for item, value in values.items():
            there, text = known[item], None if value is None else json.dumps(value, ensure_ascii=False)
            if text is None:
                if there is not None:
                    work.bin(KIND, [there.id])
            elif there is None:
                work.create(KIND, {"topic": topic, "item": item, "unit": unit, "content": text})
            elif there.content != text:
                work.change(KIND, there.id, {"content": text})


def called(topic: str, item: str) -> str:
    """How people call a shared thing: 台账模板“rectification”; what has no name of its own goes by its topic."""
    named = topic in (LEDGER_TEMPLATE, HOLIDAYS, RULE_OVERRIDE, SCHEME)
    return TOPICS.get(topic, topic) + (f"“{item}”" if named else "")


def titles(connection: Any, ids: Sequence[str]) -> dict[str, str]:
    """What shared things are called, by id."""
    return {each.id: called(each.topic, each.item) for each in queries.by_id(connection, ids)}


def plain(content: str) -> str:
    """A content as text: words as they are, of a form its name."""
    try:
        value = json.loads(content)
    except ValueError:
        return content
    if isinstance(value, Mapping):
        return str(value.get("name") or "、".join(value))
    return str(value)


__all__ = [
    "FORM", "HOLIDAYS", "KIND", "LAST_SAID", "LEDGER_TEMPLATE", "LEVEL_NAMES", "NOTED", "RULE_OVERRIDE", "SCHEME",
    "TOPICS", "WORDS", "SharedThing", "called", "get", "items", "plain", "put", "put_many", "titles",
]  # fmt: skip
