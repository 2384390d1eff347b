"""Which reports there are, apart from those of ledgers: names, titles, what they need and what they are written as."""

from __future__ import annotations

from dataclasses import dataclass

from . import report_templates, work_summary

FORMATS = ("pdf", "xlsx")


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One report: its name for the command line, its Chinese title and one sentence on what it shows.

    `period` is the kind of period that it is usually made for (`quarter`, `year`; empty: it describes a day),
    `needs_id` that it is about one record; `masks` that it shows fields which are masked by default; `kind` is the
    kind of record whose export permission it needs; `formats` what it is written as, `more` what also on request.
    `each` is true where every entry of a ledger has a paper of its own.
    """

    name: str
    title: str
    description: str
    period: str = ""
    needs_id: bool = False
    masks: bool = False
    kind: str = "member"
    formats: tuple[str, ...] = FORMATS
    more: tuple[str, ...] = ()
    group: str = "报表"
    each: bool = False

    @property
    def has_words(self) -> bool:
        """Whether its words come from a template that an office may change."""
        return self.name in report_templates.NAMES

    @property
    def needs_period(self) -> bool:
        """Whether it speaks of a period rather than of a day."""
        return bool(self.period)


SPECS = (
    ReportSpec(
        "quarterly",
        "党组织和党员基本情况报表",
        "基本情况、统计表、队伍结构、增减变动、换届、组织生活和问题整改。",
        "quarter",
        more=("docx",),
    ),
    ReportSpec("roster", "党员花名册", "按支部列出在册党员，身份证号和电话默认隐去中间位。", masks=True),
    ReportSpec(
        "organisations", "党组织一览表", "党组织的类型、书记、党员数、任期和联系方式。", masks=True, kind="organisation"
    ),
    ReportSpec("membership-changes", "党员增减变动表", "各党组织期初、增加、减少、期末，逐人列名。", "quarter"),
    ReportSpec(
        "meetings-summary",
        "三会一课开展情况汇总表",
        "各支部按月按季应开、已开和未开的组织生活。",
        "year",
        kind="meeting",
    ),
    ReportSpec("structure", "党员队伍结构图", "年龄、学历、各单位党员数和近四个季度增减，黑白打印也能看清。"),
    ReportSpec(
        "org-chart", "党组织架构图", "一个组织和它的下级，最多四级，印在一页纸上，太大时用A3。", kind="organisation"
    ),
    ReportSpec(
        work_summary.NAME,
        "党建工作总结",
        "基本情况、重点任务、存在问题和下一步打算；数字由程序填，要您写的地方有“〔请填写〕”。",
        "year",
        formats=("pdf", "docx"),
        more=("xlsx",),
    ),
    ReportSpec(
        "findings",
        "提醒清单",
        "到期、超期和要核对的，一条一行，留出填办理情况的地方。",
        kind="organisation",
        more=("docx",),
    ),
    ReportSpec(
        "minutes", "会议记录", "一次组织生活的完整记录和到会名单。", needs_id=True, kind="meeting", more=("docx",)
    ),
)
