"""Forms of a superior as sheets of cells, and what fits into them."""
