"""How a service says no."""


class ImportRefused(Exception):
    """It cannot be done; the message says why and what to do, in words for the administrator."""
