"""Ledgers (台账): templates and their entries."""
