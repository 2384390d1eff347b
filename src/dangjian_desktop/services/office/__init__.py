"""The data file, its accounts, its safety."""
