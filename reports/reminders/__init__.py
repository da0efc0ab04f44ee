"""What people are owed to be told, and when; each message a row before it leaves (KH III.6)."""
