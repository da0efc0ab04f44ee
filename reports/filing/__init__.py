"""A unit fills in the report it owes, files it, takes it back."""
