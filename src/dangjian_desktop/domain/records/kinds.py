"""The kinds of record and their fields; forms, imports, lists, exports and `fields KIND` read this."""

from __future__ import annotations

from .attachments import ATTACHMENTS
from .fields import ANY_UNIT, GROUPS, VALUES, FieldSpec, FieldType, RecordKind
from .ownership import OWNERS
from .sets import ATTENDANCE, CATEGORIES, FORMER, MEMBERSHIPS, PASSAGES, TERMS

T = FieldType

ORGANISATION = RecordKind(
    "organisation",
    "党组织",
    (
        FieldSpec("name", "党组织全称", required=True, dated=True, table=True, group="基本情况"),
        FieldSpec("short_name", "简称", group="基本情况"),
        FieldSpec("code", "组织代码", table=True, group="基本情况"),
        FieldSpec("kind", "类型", T.CODE, codes="org_kind", required=True, dated=True, table=True, group="基本情况"),
        FieldSpec("field", "领域", T.CODE, codes="org_field", table=True, group="基本情况"),
        FieldSpec("parent", "上级组织", T.ORGANISATION, dated=True, table=True, group="基本情况"),
        FieldSpec("stage", "设立状态", T.CODE, codes="stage", table=True, group="基本情况"),
        FieldSpec(
            "street_counted",
            "街道口径计入",
            T.BOOLEAN,
            group="基本情况",
            rule="不填的，党委、党总支、党支部计入，工委和党小组不计；战线党总支等中间层不计的请填“否”。",
        ),
        FieldSpec("setup_mode", "建立方式", T.CODE, codes="setup_mode", group="基本情况"),
        FieldSpec("founded_on", "批准成立日期", T.DATE, table=True, group="基本情况"),
        FieldSpec("founding_doc", "批准文号", group="基本情况"),
        FieldSpec("dissolved_on", "撤销日期", T.DATE, group="基本情况"),
        FieldSpec(
            "committee",
            "是否设委员会",
            T.BOOLEAN,
            dated=True,
            group="班子与任期",
            rule="正式党员7人以上的支部设支部委员会（支部条例2018）；不填的按当月正式党员人数判断。",
        ),
        FieldSpec("committee_planned", "应设委员数", T.INTEGER, group="班子与任期"),
        FieldSpec(
            "term_elected_on",
            "本届当选日",
            T.DATE,
            table=True,
            group="班子与任期",
            rule="比原来的当选日晚一年以上就是新一届，上一届留在历史里；否则是改正。要改正差几年的笔误，先清空保存，再填。",
            derived=True,
        ),
        FieldSpec(
            "term_years",
            "任期年数",
            T.INTEGER,
            group="班子与任期",
            rule="基层党委5年，总支、支部一般3年；本组织的领域是村、社区的5年（任期意见2018）。不按上级推，请按批复填写。",
            derived=True,
        ),
        FieldSpec(
            "term_extended_to",
            "批准延期至",
            T.DATE,
            group="班子与任期",
            rule="延期一般不超过1年；超过1年的不作数，照原届满日提醒（选举条例2020 第3条）。",
            derived=True,
        ),
        FieldSpec(
            "term_ends_on",
            "届满日",
            T.DATE,
            importable=False,
            editable=False,
            table=True,
            derived=True,
            group="班子与任期",
            rule="本届当选日加任期年数；没填年数的，党委和本身是村、社区的按5年，其他按3年；批准延期不超过1年的按延期。",
        ),
        FieldSpec(
            "term_method",
            "选举方式",
            T.CODE,
            codes="election_method",
            group="班子与任期",
            rule="一般开党员大会选举；党员500人以上或驻地分散的，经批准可开党员代表大会（选举条例2020 第4条）。",
            derived=True,
        ),
        FieldSpec(
            "term_due",
            "选举应到人数",
            T.INTEGER,
            group="班子与任期",
            rule="有选举权的正式党员（或代表）人数。",
            derived=True,
        ),
        FieldSpec(
            "term_present",
            "选举实到人数",
            T.INTEGER,
            group="班子与任期",
            rule="到会的有选举权人数，应达到应到人数的五分之四（选举条例2020）。",
            derived=True,
        ),
        FieldSpec("term_doc", "换届批准文号", group="班子与任期", derived=True),
        FieldSpec("premises_address", "活动场所地址", group="联系与阵地"),
        FieldSpec("premises_area", "活动场所面积（平方米）", T.INTEGER, group="联系与阵地"),
        FieldSpec("contact", "联系人", group="联系与阵地", people=True),
        FieldSpec("phone", "联系电话", T.PHONE, sensitive=True, group="联系与阵地"),
        FieldSpec("postcode", "邮政编码", group="联系与阵地"),
        FieldSpec("grids", "网格数", T.INTEGER, group="联系与阵地"),
        FieldSpec("buildings", "覆盖楼栋", group="联系与阵地"),
        FieldSpec(
            "units",
            "覆盖单位",
            T.LONG_TEXT,
            group="联系与阵地",
            rule="联合支部覆盖单位一般不超过5个（支部条例2018 第5条）。",
        ),
        FieldSpec("note", "备注", T.LONG_TEXT, group="其他"),
    ),
    measure="个",
    owner=OWNERS["organisation"],
    unit="id",
    clearable=("contact", "phone"),
    restricted=("phone",),
    sets=(FORMER, TERMS, ATTACHMENTS),
    maps=("originals",),
    hidden=(FieldSpec("term_expiry", "不计延期的届满日", T.DATE, derived=True),),
)

MEMBER = RecordKind(
    "member",
    "党员",
    (
        FieldSpec("name", "姓名", required=True, table=True, group="基本信息"),
        FieldSpec("former_name", "曾用名", group="基本信息"),
        FieldSpec("sex", "性别", T.CODE, codes="sex", required=True, table=True, group="基本信息"),
        FieldSpec(
            "id_number", "公民身份号码", T.ID_NUMBER, required=True, sensitive=True, table=True, group="基本信息"
        ),
        FieldSpec("birth_on", "出生日期", T.DATE, table=True, group="基本信息"),
        FieldSpec("ethnic_group", "民族", T.CODE, codes="ethnic_group", table=True, group="基本信息"),
        FieldSpec("native_place", "籍贯", group="基本信息"),
        FieldSpec("birthplace", "出生地", group="基本信息"),
        FieldSpec("education", "学历", T.CODE, codes="education", table=True, group="学历"),
        FieldSpec("degree", "学位", T.CODE, codes="degree", group="学历"),
        FieldSpec("school", "毕业院校系及专业", group="学历"),
        FieldSpec("graduated_on", "毕业时间", T.DATE, group="学历"),
        FieldSpec("fulltime_education", "全日制学历", T.CODE, codes="education", group="学历"),
        FieldSpec("fulltime_degree", "全日制学位", T.CODE, codes="degree", group="学历"),
        FieldSpec("fulltime_school", "全日制毕业院校系及专业", group="学历"),
        FieldSpec("inservice_education", "在职学历", T.CODE, codes="education", group="学历"),
        FieldSpec("inservice_degree", "在职学位", T.CODE, codes="degree", group="学历"),
        FieldSpec("inservice_school", "在职毕业院校系及专业", group="学历"),
        FieldSpec(
            "member_class", "人员类别", T.CODE, codes="member_class", asked=True, dated=True, table=True, group="党籍"
        ),
        FieldSpec(
            "standing",
            "党籍状态",
            T.CODE,
            codes="membership_state",
            editable=False,
            derived=True,
            group="党籍",
            rule="按组织关系的进出推算；要改变它，请办理“转出、离开”。",
        ),
        FieldSpec("admission_type", "入党类型", codes="admission_type", group="党籍"),
        FieldSpec(
            "joined_on",
            "入党日期",
            T.DATE,
            table=True,
            group="党籍",
            rule="入党日期是接收其为预备党员的支部党员大会日期（发展细则2026）。",
        ),
        FieldSpec("branch_at_joining", "入党时所在支部", group="党籍"),
        FieldSpec("sponsors", "入党介绍人", group="党籍", people=True),
        FieldSpec(
            "confirmed_on",
            "转正日期",
            T.DATE,
            table=True,
            group="党籍",
            rule="党龄从转正之日算起（发展细则2026 第33条）。",
        ),
        FieldSpec("confirmation", "转正情况", codes="confirmation", group="党籍"),
        FieldSpec("extended_to", "延长预备期到", T.DATE, group="党籍"),
        FieldSpec("seniority_adjustment", "党龄校正值（月）", T.INTEGER, group="党籍"),
        FieldSpec(
            "seniority",
            "党龄",
            T.YEARS,
            importable=False,
            editable=False,
            derived=True,
            group="党籍",
            rule="从转正之日到今天的周年数，加上校正值；没有转正日期而在1969年4月至1977年8月间入党的从入党日期算；预备党员和已离开的不计。",
        ),
        FieldSpec(
            "organisation", "所在党支部", T.ORGANISATION, required=True, table=True, derived=True, group="组织关系"
        ),
        FieldSpec("group", "所在党小组", T.ORGANISATION, derived=True, group="组织关系", units=GROUPS),
        FieldSpec(
            "entered_on",
            "进入本支部日期",
            T.DATE,
            asked=True,
            derived=True,
            group="组织关系",
            rule="建账时已在的填建账日；发展的填支部大会日期；转入、恢复的填那一天。",
        ),
        FieldSpec(
            "entered_kind",
            "进入类型",
            T.CODE,
            codes="in_kind",
            asked=True,
            derived=True,
            group="组织关系",
            rule="怎么来的：建账时已在的选“建账”，其余选发展、转入或恢复；本期报表按它和日期计入增加。",
        ),
        FieldSpec("entered_from", "原单位", derived=True, group="组织关系"),
        FieldSpec("left_on", "离开日期", T.DATE, importable=False, derived=True, group="组织关系"),
        FieldSpec("left_kind", "离开类型", T.CODE, codes="out_kind", importable=False, derived=True, group="组织关系"),
        FieldSpec("left_to", "去向", importable=False, derived=True, group="组织关系"),
        FieldSpec("categories", "党员分类", derived=True, group="组织关系"),
        FieldSpec("employer", "工作单位及职务", dated=True, table=True, group="工作"),
        FieldSpec("occupation", "工作岗位", T.CODE, codes="occupation", group="工作"),
        FieldSpec("social_stratum", "新社会阶层类型", T.CODE, codes="social_stratum", group="工作"),
        FieldSpec("front_line", "一线情况", T.CODE, codes="front_line", group="工作"),
        FieldSpec("professional_title", "专业技术职务", codes="professional_grade", group="工作"),
        FieldSpec("title", "聘任职称名称", group="工作"),
        FieldSpec("rank", "行政级别", codes="rank", group="工作"),
        FieldSpec("work_started_on", "参加工作日期", T.DATE, group="工作"),
        FieldSpec("migrant_worker", "是否农民工", T.BOOLEAN, group="工作"),
        FieldSpec("taiwan_origin", "是否台湾省籍", T.BOOLEAN, group="工作"),
        FieldSpec("marital", "婚姻状况", codes="marital", group="联系"),
        FieldSpec("health", "健康状况", codes="health", group="联系"),
        FieldSpec("phone", "手机号码", T.PHONE, sensitive=True, table=True, group="联系"),
        FieldSpec("landline", "固定电话", sensitive=True, group="联系"),
        FieldSpec("address", "现居住地", sensitive=True, group="联系"),
        FieldSpec("registered_address", "户籍所在地", sensitive=True, group="联系"),
        FieldSpec("archive_holder", "党员档案所在单位", group="联系"),
        FieldSpec("reported_to", "报到社区", group="联系"),
        FieldSpec(
            "photo",
            "照片",
            T.PICTURE,
            importable=False,
            group="其他",
            rule="存成二寸照大小，不保留拍摄时间、地点等信息。",
        ),
        FieldSpec("note", "备注", T.LONG_TEXT, group="其他"),
    ),
    measure="名",
    owner=OWNERS["member"],
    unit="memberships",
    clearable=(
        "former_name",
        "id_number",
        "native_place",
        "birthplace",
        "employer",
        "marital",
        "health",
        "phone",
        "landline",
        "address",
        "registered_address",
        "photo",
        "note",
    ),
    restricted=("id_number", "phone", "landline", "address", "registered_address", "health", "photo"),
    sets=(MEMBERSHIPS, CATEGORIES, FORMER, ATTACHMENTS),
    maps=("originals",),
    hidden=(FieldSpec("name_key", "姓名拼音", derived=True),),
)

POST = RecordKind(
    "post",
    "任职",
    (
        FieldSpec("organisation", "党组织", T.ORGANISATION, required=True, table=True, units=ANY_UNIT),
        FieldSpec("member", "党员", T.MEMBER, table=True),
        FieldSpec("person_name", "姓名（非本街道党员）", table=True),
        FieldSpec("post", "职务", T.CODE, codes="post", required=True, table=True),
        FieldSpec("from_on", "任职日期", T.DATE, table=True),
        FieldSpec("to_on", "免职日期", T.DATE, table=True),
        FieldSpec("doc_no", "任免文号", table=True),
        FieldSpec("note", "备注", T.LONG_TEXT),
    ),
    measure="条",
    owner=OWNERS["post"],
    sets=(ATTACHMENTS,),
    unit="organisation",
    clearable=("person_name", "note"),
    maps=("originals",),
)

MEETING = RecordKind(
    "meeting",
    "组织生活",
    (
        FieldSpec("meeting_kind", "会议类型", T.CODE, codes="meeting_kind", required=True, table=True, group="会议"),
        FieldSpec("also_kinds", "兼作", group="会议"),
        FieldSpec("organisation", "召开党组织", T.ORGANISATION, required=True, table=True, group="会议"),
        FieldSpec("group", "党小组", T.ORGANISATION, table=True, group="会议", units=GROUPS),
        FieldSpec("number", "第几次", T.INTEGER, group="会议"),
        FieldSpec("title", "名称或主题", table=True, group="会议"),
        FieldSpec("started_at", "开始时间", T.MOMENT, required=True, table=True, group="会议"),
        FieldSpec("ended_at", "结束时间", T.MOMENT, group="会议"),
        FieldSpec("place", "地点", table=True, group="会议"),
        FieldSpec("chair", "主持人", table=True, group="会议", people=True),
        FieldSpec("recorder", "记录人", group="会议", people=True),
        FieldSpec("guests", "列席人员", group="会议", people=True),
        FieldSpec("topics", "议题", T.LONG_TEXT, group="内容"),
        FieldSpec("resolutions", "决议", T.LONG_TEXT, group="内容"),
        FieldSpec("minutes", "会议记录", T.LONG_TEXT, group="内容"),
        FieldSpec("entered_on", "录入日期", T.DATE, importable=False, editable=False, group="内容"),
        FieldSpec("note", "备注", T.LONG_TEXT, group="内容"),
    ),
    measure="次",
    owner=OWNERS["meeting"],
    unit="organisation",
    clearable=("guests", "topics", "resolutions", "minutes", "note"),
    sets=(ATTENDANCE, ATTACHMENTS),
    maps=("originals",),
)

LEDGER_ENTRY = RecordKind(
    "ledger_entry",
    "台账条目",
    (
        FieldSpec("template", "台账", required=True, editable=False, importable=False),
        FieldSpec("number", "编号", table=True),
        FieldSpec("organisation", "党组织", T.ORGANISATION, table=True),
        FieldSpec("state", "状态", table=True, importable=False, derived=True),
    ),
    measure="条",
    owner=OWNERS["ledger_entry"],
    unit="organisation",
    sets=(PASSAGES, ATTACHMENTS),
    maps=(VALUES, "originals"),
    hidden=(
        FieldSpec("due_on", "期限", T.DATE, derived=True),
        FieldSpec("title", "标题", derived=True),
        FieldSpec("opened_on", "列入日期", T.DATE, derived=True),
        FieldSpec("state_on", "状态日期", T.DATE, derived=True),
        FieldSpec("settled_on", "办结日期", T.DATE, derived=True),
    ),
)

SHARED_ITEM = RecordKind(
    "shared_item",
    "共用设置",
    (
        FieldSpec("topic", "种类", required=True, editable=False),
        FieldSpec("item", "名称", required=True, editable=False),
        FieldSpec("unit", "所属党组织", editable=False),
        FieldSpec("content", "内容", T.LONG_TEXT),
    ),
    measure="项",
    owner=OWNERS["shared_item"],
    unit="unit",
    sets=(ATTACHMENTS,),
)
"""What an office keeps beside its records and shares like them (templates, words, forms); `content` is JSON."""

KINDS: dict[str, RecordKind] = {
    kind.name: kind for kind in (ORGANISATION, MEMBER, POST, MEETING, LEDGER_ENTRY, SHARED_ITEM)
}
"""Every kind that the log knows."""

LISTED: dict[str, RecordKind] = {name: kind for name, kind in KINDS.items() if kind is not SHARED_ITEM}
"""The kinds that people list, type in, import and export."""

ORGANISATIONAL = frozenset({"611", "621", "631", "632"})
"""Kinds that statistics count as basic-level Party organisations (统计版式2017 第24表)."""


def kind(name: str) -> RecordKind:
    """The kind called `name`; raises `KeyError` for an unknown one."""
    return KINDS[name]
