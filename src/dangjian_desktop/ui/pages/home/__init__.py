"""工作台: what is due, where we stand, what came in."""

from .page import HomePage

__all__ = ["HomePage"]
