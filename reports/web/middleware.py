"""What is sent and received by the size: pages are compressed, a request too large is answered before it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

_WORDS = ("text/", "application/json")


class CompressionMiddleware(GZipMiddleware):
    """Pages and answers in JSON; files are compressed already (docs/adr/0020-pages-are-compressed.md)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(_WORDS):
            return response
        return super().process_response(request, response)


class RequestSizeMiddleware:
    """Answer 413 by the length a request announces, before anything writes its body to the disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_MAX_BYTES:
            return render(request, "413.html", {"limit": settings.REQUEST_MAX_MB}, status=413)
        return self.get_response(request)
