"""The bell inside the portal, and whom a message reaches over which channels."""
