"""What is answered where nothing else could be."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 in words where the database or the disk would not take or give anything, as it may again; otherwise 500."""
    error = sys.exc_info()[1]
    is_full = isinstance(error, OSError) and error.errno in _NO_ROOM
    if is_full or isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503_busy.html"), status=503, headers={"Retry-After": "60"})
    return defaults.server_error(request)
