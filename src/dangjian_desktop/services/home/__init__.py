"""工作台: where we stand, what is due, the quarter, and the charts."""

from dangjian_desktop.domain.figures.headline import SHOWN

from .headline import Head, figure, top_row
from .pictures import Bar, Outlook, Picture, Stand, outlook
from .todo import MOST_PRESSING, FindingScan, Topic, due, matters, most_pressing, others, pressing

__all__ = [
    "MOST_PRESSING",
    "SHOWN",
    "Bar",
    "Picture",
    "FindingScan",
    "Head",
    "Topic",
    "Outlook",
    "Stand",
    "due",
    "figure",
    "matters",
    "most_pressing",
    "others",
    "outlook",
    "pressing",
    "top_row",
]
