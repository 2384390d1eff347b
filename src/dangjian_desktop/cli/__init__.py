"""The same services without a window: commands, options, exit codes and JSON keys are a promise."""
