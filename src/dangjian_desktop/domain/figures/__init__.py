"""Numbers with their definitions and the lists behind them, and the words they stand in."""
