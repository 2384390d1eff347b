"""The editor of a paper's words, where every figure is a chip."""

from __future__ import annotations

from .page import WordsEditor

__all__ = ["WordsEditor"]
