"""Leaving and changing branch: asked with the day from which it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dangjian_desktop.domain.records.fields import HOMES, FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS, MEMBER
from dangjian_desktop.services.records import records

from ...records.form_dialog import FormDialog, ask_form
from ...shell.context import PageContext

CATEGORIES_RULE = "几个分类之间写分号，如“困难党员；流动党员”。起止日期和原因在“党员分类”页里登记。"
LEAVE = (
    FieldSpec("left_kind", "离开类型", FieldType.CODE, codes="out_kind", required=True),
    FieldSpec("left_to", "去向"),
    FieldSpec("left_on", "离开日期", FieldType.DATE, required=True, rule="从这一天起不再计入本支部党员。"),
)
MOVE = (
    FieldSpec("organisation", "调到哪个支部", FieldType.ORGANISATION, required=True, units=HOMES),
    FieldSpec("since", "从哪天起", FieldType.DATE, required=True, rule="这一天以前的报表仍算在原支部。"),
)


def leave(context: PageContext, members: Sequence[str], who: str) -> None:
    """Ask how and when members left, and record it as one operation."""
    if not members:
        return
    answer = ask_form(
        context,
        FormDialog(
            context,
            f"{who}：转出或离开",
            LEAVE,
            values={"left_on": context.office.today().isoformat()},
            detail="离开的党员仍可查到，历次报表不变；录错了可以撤销。",
        ),
    )
    if answer:
        _edit(context, members, answer, f"{who}离开", since=str(answer["left_on"]))


def move(context: PageContext, members: Sequence[str], who: str) -> None:
    """Ask for the new branch and the day, and record it as one operation."""
    if not members:
        return
    answer = ask_form(
        context,
        FormDialog(context, f"{who}：调整支部", MOVE, values={"since": context.office.today().isoformat()}),
    )
    if answer:
        _edit(context, members, {"organisation": answer["organisation"]}, f"{who}调整支部", since=str(answer["since"]))


def _edit(context: PageContext, members: Sequence[str], values: dict[str, Any], label: str, *, since: str) -> None:
    def done(saved: records.Saved) -> None:
        if saved.change_set is not None:
            context.shell.done(saved.change_set.label)

    edits = dict.fromkeys(members, values)
    context.runner.start(
        label,
        lambda _progress: records.edit_many(context.office, "member", edits, label=label, since=since),
        done,
        failed=context.dialogs.error,
    )


def form_fields() -> list[FieldSpec]:
    """The fields of a member's form: leaving is an action, not a field; classifications have a tab of their own.

    The photo is put and seen at the head of the drawer.
    """
    elsewhere = ("left_on", "left_kind", "left_to", "photo")
    shown = [spec for spec in KINDS[MEMBER.name].fields if spec.name not in elsewhere]
    return [replace(spec, rule=CATEGORIES_RULE) if spec.name == "categories" else spec for spec in shown]
