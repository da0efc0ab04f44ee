"""Reminders of reports: due by rule or sent by hand, each a row before it leaves, and their delivery (KH III.6)."""
