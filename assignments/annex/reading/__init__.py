"""From the bytes of a file to located rows of text, whatever program wrote it."""
