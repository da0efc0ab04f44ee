"""Locking a report for a write, and the one way its state changes; the errors raised where it cannot."""
