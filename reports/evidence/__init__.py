"""Evidence: files attached to entries, judged by content and never by name, kept outside the web root."""
