"""What may be kept as evidence, judged by content and never by name; how it is named and shown small. No database."""
