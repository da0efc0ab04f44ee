"""Taking a report for a write, and the one way its state changes; what is said where it cannot."""
