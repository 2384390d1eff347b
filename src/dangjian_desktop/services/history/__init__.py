"""What was done: history in words, undo and redo."""
