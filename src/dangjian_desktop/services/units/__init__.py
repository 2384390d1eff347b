"""The tree of units: what stands below what, what they and their levels are called. Everything else asks it."""
