"""The last word on every duty, kept on write; how initiatives and indicators stand, now and when a period ended."""
