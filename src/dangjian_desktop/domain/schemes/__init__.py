"""Scoring schemes: read as data, put to the entries of a ledger, ranked."""
