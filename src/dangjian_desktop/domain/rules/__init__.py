"""The rule book: dated rule data, and the pure functions that read rows by it and say what they find."""
