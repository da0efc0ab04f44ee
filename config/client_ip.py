"""The address a request really came from, for the sign-in throttle."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw.

    A client may send any ``X-Forwarded-For`` it likes; only the entries our own proxies appended, which stand at
    the right end, can be believed.
    """
    remote: str = request.META.get("REMOTE_ADDR", "")
    trusted: int = settings.PORTAL_PROXY_COUNT
    if not trusted:
        return remote
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(chain) < trusted:
        return remote
    return chain[-trusted]
