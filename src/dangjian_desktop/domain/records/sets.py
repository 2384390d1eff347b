"""The keyed sets of the kinds: what a member of each holds, and the table that keeps it."""

from __future__ import annotations

from .fields import FORMER as FORMER_SET
from .fields import FieldSpec, FieldType, SetSpec

T = FieldType

FORMER = SetSpec(
    FORMER_SET,
    "从前的值",
    "former",
    (FieldSpec("attribute", "项目"), FieldSpec("value", "当时的值"), FieldSpec("until", "截止日", T.DATE)),
)

MEMBERSHIPS = SetSpec(
    "memberships",
    "组织关系",
    "membership",
    (
        FieldSpec("organisation", "党支部", T.ORGANISATION),
        FieldSpec("group", "党小组", T.ORGANISATION),
        FieldSpec("from_on", "进入日期", T.DATE),
        FieldSpec("in_kind", "进入类型", T.CODE, codes="in_kind"),
        FieldSpec("to_on", "离开日期", T.DATE),
        FieldSpec("out_kind", "离开类型", T.CODE, codes="out_kind"),
        FieldSpec("counterpart", "原单位"),
        FieldSpec("destination", "去向"),
        FieldSpec("doc_no", "文号"),
        FieldSpec("note", "备注"),
    ),
)

CATEGORIES = SetSpec(
    "categories",
    "党员分类",
    "category",
    (
        FieldSpec("category", "分类"),
        FieldSpec("from_on", "开始日期", T.DATE),
        FieldSpec("to_on", "结束日期", T.DATE),
        FieldSpec("reason", "原因"),
    ),
)

ATTENDANCE = SetSpec(
    "attendance",
    "到会情况",
    "attendance",
    (FieldSpec("presence", "到会情况"), FieldSpec("reason", "请假原因")),
    key=T.MEMBER,
)

TERMS = SetSpec(
    "terms",
    "任期",
    "term",
    (
        FieldSpec("elected_on", "当选日", T.DATE),
        FieldSpec("years", "任期年数", T.INTEGER),
        FieldSpec("extended_to", "批准延期至", T.DATE),
        FieldSpec("method", "选举方式", T.CODE, codes="election_method"),
        FieldSpec("due", "选举应到人数", T.INTEGER),
        FieldSpec("present", "选举实到人数", T.INTEGER),
        FieldSpec("doc", "换届批准文号"),
    ),
)

PASSAGES = SetSpec(
    "passages",
    "流转",
    "passage",
    (
        FieldSpec("state", "状态"),
        FieldSpec("day", "日期", T.DATE),
        FieldSpec("by", "经办账户"),
        FieldSpec("due", "当时的期限", T.DATE),
        FieldSpec("reason", "原因"),
    ),
)
