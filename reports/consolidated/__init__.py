"""The report that goes upward: drafted from what units filed, edited, issued, kept as issued."""
