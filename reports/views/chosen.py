"""Rows chosen on a page, as it sends them."""

from assignments.requests import PortalRequest
from reports.agency_forms import LONGEST_KEY


def chosen_keys(request: PortalRequest, name: str) -> list[int]:
    """The keys posted under ``name``; what is no key is left out."""
    posted = request.POST.getlist(name)
    return [int(key) for key in posted if key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY]
