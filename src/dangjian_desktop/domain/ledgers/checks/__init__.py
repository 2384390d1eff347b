"""The checks that a ledger's template may name: kinds in Python, used as data."""
