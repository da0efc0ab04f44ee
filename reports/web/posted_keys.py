"""Rows chosen on a page or in an address, as it names them."""

from assignments.requests import PortalRequest

from .fields import LONGEST_KEY


def chosen_keys(request: PortalRequest, name: str) -> list[int]:
    """The keys posted under ``name``; what is no key is left out."""
    posted = (key_from(text) for text in request.POST.getlist(name))
    return [key for key in posted if key is not None]


def key_from(text: str) -> int | None:
    """``text`` as a primary key; None for anything but ASCII digits, and for more of them than a key has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None
