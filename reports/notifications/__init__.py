"""Notifications inside the portal (the bell), and whom a message reaches over which channels."""
