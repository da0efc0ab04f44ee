"""Progress of every duty, kept on write; the status of initiatives and indicators, now and at the end of a period."""
