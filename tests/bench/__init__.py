"""Measurements, one module each: printed lines, run by hand with ./portal bench. No test depends on a clock."""
