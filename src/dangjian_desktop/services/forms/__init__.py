"""Forms of a superior, filled; correction sheets, sent out."""
