"""Single records and lists of every kind: typed in, stored, printed, found."""
