"""Ledgers (台账) as data: templates and what they decide."""
