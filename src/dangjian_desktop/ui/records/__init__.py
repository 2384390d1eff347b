"""What every page of records shares: the source of its table, its head, its drawer and its questions."""
