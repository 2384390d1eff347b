"""Breaks titles so that the lines are of a length and no word of the trade is torn."""

from __future__ import annotations

import re

from dangjian_desktop.documents.line_breaking import Measure, break_text, units_of

# Words that titles of party papers are made of; a title broken inside one of them reads badly.
_WORDS = re.compile(
    "上半年|下半年|全年|年度|季度|月份|基本情况|情况|报告|通知|请示|批复|通报|纪要|方案|办法|意见|决定|总结|计划|要点|"
    "统计表|汇总表|一览表|花名册|台账|报表|名册|关于|进一步|加强|开展|做好|推进|落实|规范|调整|召开|组织关系|党组织|党员|"
    "党支部|党总支|党委|党工委|党小组|党费|党课|党建|党务|支部|委员会|委员|书记|换届|选举|社区|街道|基层|组织|工作|活动|"
    "会议|建设|管理|服务|教育|学习|培训|考核|评议|排查|整改|整顿|问题|任务|发展|对象|积极分子|预备|转正|收缴|流动|失联|"
    "干部|队伍|两新|领导|小组|办公室|实施|主题|专项|集中|第[一二三四五六七八九十]+(?:季度|届|次|批|期|党支部|党小组|党总支|网格)?|流程|事项|口径|说明|"
    "具体|需要|特别|若干|填报|中共|小区|网格|楼栋|机关|有限公司|公司|中心|"
    "商会|协会|行业|产业园|战线|自然|资源|规划|综合|执法|服务中心"
)
_TORN, _BAD_START = 4.0, 3.0
# A line should not begin with one of these.
_FOLLOWERS = "的和与及等了之"


def break_title(title: str, measure: Measure, width: float) -> list[str]:
    """The title in as few lines as fit; the writer's own line feeds are kept.

    Of all ways to break it that need no more lines the one is taken whose lines are nearest in length and whose
    breaks tear no word.
    """
    if "\n" in title or measure(title) <= width:
        return break_text(title, measure, width)
    count = len(break_text(title, measure, width))
    places = _places(title)
    wanted = measure(title) / count
    # best[n][at]: the least cost of the first `at` characters on n lines, and where the last of these begins.
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(count):
        row: dict[int, tuple[float, int]] = {}
        for end, extra in places.items():
            for start, (cost, _) in best[-1].items():
                size = measure(title[start:end])
                if start < end and size <= width:
                    total = cost + abs(size - wanted) + extra
                    row[end] = min(row.get(end, (float("inf"), 0)), (total, start))
        best.append(row)
    if len(title) not in best[count]:
        return break_text(title, measure, width)
    cuts = [len(title)]
    for row in reversed(best[1:]):
        cuts.insert(0, row[cuts[0]][1])
    return [title[a:b].strip() for a, b in zip(cuts, cuts[1:], strict=False)]


def _places(title: str) -> dict[int, float]:
    """Where a line may end, and what a break there costs."""
    inside = {at for found in _WORDS.finditer(title) for at in range(found.start() + 1, found.end())}
    places: dict[int, float] = {}
    at = 0
    for unit in units_of(title):
        at += len(unit)
        follows = title[at : at + 1]
        places[at] = (_TORN if at in inside else 0.0) + (_BAD_START if follows and follows in _FOLLOWERS else 0.0)
    places[len(title)] = 0.0
    return places
