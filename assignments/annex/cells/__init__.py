"""What one cell of an annex says: units with their roles, platforms."""
