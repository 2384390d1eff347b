"""Columns of strangers' sheets."""
