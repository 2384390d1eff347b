"""Strangers' files are read in a process of their own, which may die without the program noticing more than a sentence.

`parent` starts and holds it, `child` is what runs in it, `wire` is how the two talk, `limits` what it may use.
"""
