"""The annex of a plan: read, checked, compared with what is stored, written, and given out again as a file."""
