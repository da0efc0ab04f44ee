"""Messages handed to a province's own gateway (Zalo OA, SMS), signed so that it knows whose they are.

``X-Portal-Signature`` is "sha256=" and the hex HMAC-SHA256, under the shared secret, of the timestamp of
``X-Portal-Timestamp`` (seconds), a dot, and the body. ``id`` stays the same when a message is repeated.
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException
from typing import Any

from django.conf import settings

from ..messages import Message
from . import NotDelivered, Refused, Unclear

TIMEOUT_SECONDS = 10
# What is the gateway's refusal of this message, not of this moment.
_PERMANENT = (400, 401, 403, 404, 405, 410, 413, 415, 422)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed message goes where the administrator said, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def signature(body: bytes, *, timestamp: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def post(message: Message, *, to: dict[str, str], key: str, at: datetime) -> None:
    """Raise NotDelivered, Refused or Unclear when the gateway did not take it, or may not have."""
    request = _request(message, to=to, key=key, at=at)
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS):
            return
    except urllib.error.HTTPError as error:
        raise _answered(error.code) from error
    except urllib.error.URLError as error:
        raise NotDelivered("Không kết nối được nơi nhận tin Zalo, SMS.") from error
    except (OSError, HTTPException) as error:
        raise Unclear("Nơi nhận tin Zalo, SMS không trả lời; không rõ đã nhận chưa.") from error


def _request(message: Message, *, to: dict[str, str], key: str, at: datetime) -> urllib.request.Request:
    content = {"id": key, "to": to, "subject": message.subject, "text": message.text, "reports": message.reports}
    body = json.dumps(content, ensure_ascii=False).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Portal-Timestamp": timestamp,
        "X-Portal-Signature": signature(body, timestamp=timestamp, secret=settings.PORTAL_WEBHOOK_SECRET),
    }
    # The settings take no address but https:// (or http:// of this machine).
    return urllib.request.Request(  # noqa: S310
        settings.PORTAL_WEBHOOK_URL, data=body, headers=headers, method="POST"
    )


def _answered(code: int) -> Exception:
    words = f"Nơi nhận tin Zalo, SMS trả lời mã {code}."
    return Refused(f"{words} Hãy kiểm tra địa chỉ và khóa ký.") if code in _PERMANENT else NotDelivered(words)
