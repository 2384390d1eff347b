"""Membership dues (党费)."""
