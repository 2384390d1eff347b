"""党员分类 on the command line: `categories.困难党员=因病致困` begins one with its reason, an empty reason ends it."""

from __future__ import annotations

from collections.abc import Mapping

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import categories
from dangjian_desktop.services.records.records import Saved

PREFIX = "categories."


def asked(values: Mapping[str, str]) -> bool:
    """Whether the words are about one classification; raises `UsageError` where other fields stand beside it."""
    found = [name for name in values if name.startswith(PREFIX)]
    if found and len(values) > 1:
        raise UsageError("usage", f"{found[0]} 要单独修改，不能与其他字段写在一起。", effect="什么也没有做。")
    return bool(found)


def record(office: Office, member: str, values: Mapping[str, str], since: str | None) -> Saved:
    """Begin a classification, give a new reason to one that holds, or end it."""
    ((name, said),) = values.items()
    category, reason = name.removeprefix(PREFIX), said.strip()
    if not reason:
        return categories.end(office, member, category, on=since)
    try:
        key, _ = categories.standing(office, member, category)
    except UserError as error:
        if error.code != "not_found":
            raise
        return categories.begin(office, member, category, since=since, reason=reason)
    return categories.change(office, member, key, {"reason": reason} | ({"from_on": since} if since else {}))
