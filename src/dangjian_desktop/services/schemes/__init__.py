"""Scoring schemes of a file, and what they make of its entries."""
