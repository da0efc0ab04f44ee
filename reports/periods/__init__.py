"""Weeks and months: opened with the reports owed in them, ended by the clock; days off."""
