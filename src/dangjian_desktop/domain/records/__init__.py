"""Kinds of record, their fields, changes, rules about one record, and who may do what."""
