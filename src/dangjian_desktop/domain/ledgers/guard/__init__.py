"""What no template may make, and what must not stand in texts that are declared free of persons."""
