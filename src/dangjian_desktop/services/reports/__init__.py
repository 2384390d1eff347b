"""Figures, papers and their words."""
