"""Import review, the same for every kind: file or block, mapping, what will happen row by row, then one operation.

A page shows `ImportReview(context, kind, words)` in the place of its list and goes back when `left` fires.
"""

from .review import ImportReview

__all__ = ["ImportReview"]
