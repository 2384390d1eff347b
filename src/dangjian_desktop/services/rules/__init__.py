"""What the rule book says about the records of this file."""
