"""From graphs to files."""
