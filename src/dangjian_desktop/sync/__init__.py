"""Merging what several machines entered: the log model, the merge plan, edits, the tree. Pure functions."""
