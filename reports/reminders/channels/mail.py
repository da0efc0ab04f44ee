"""E-mail: plain text and HTML in one letter, the reminder's key as its Message-ID, one connection for many letters."""

import smtplib
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ..messages import Message
from . import NotDelivered, Refused

_PERMANENT = range(500, 600)


class MailConnection:
    """One connection for all letters sent inside the ``with``; a server that is away is tried once only."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._down = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, message: Message, *, to: str, key: str) -> None:
        """Raise NotDelivered, Refused or Unclear when the letter did not go, or may not have."""
        self._open()
        letter = letter_of(message, to=to, key=key)
        letter.connection = self._connection
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(error) from error
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"Máy chủ thư chưa nhận thư (mã {error.smtp_code}).") from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise NotDelivered("Mất kết nối với máy chủ thư trước khi gửi.") from error
        except BaseException:
            self._close()
            raise

    def _open(self) -> None:
        if self._down:
            raise NotDelivered(self._down)
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self._down = f"Không kết nối được máy chủ thư ({type(error).__name__})."
            raise NotDelivered(self._down) from error

    def _close(self) -> None:
        """Close the connection whatever its state; the next letter opens another."""
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()


def letter_of(message: Message, *, to: str, key: str) -> EmailMultiAlternatives:
    host = urlsplit(settings.PORTAL_URL).hostname
    headers = {
        "Message-ID": f"<{key}@{host}>",
        "List-Id": f"Nhac bao cao <nhac-bao-cao.{host}>",
        "Auto-Submitted": "auto-generated",
    }
    letter = EmailMultiAlternatives(message.subject, message.text, to=[to], headers=headers)
    letter.attach_alternative(message.html, "text/html")
    return letter


def _refusal(error: smtplib.SMTPRecipientsRefused) -> Exception:
    """For good with a 5xx; a 4xx is a full box or a greylist, which time mends."""
    code, _ = next(iter(error.recipients.values()))
    if code in _PERMANENT:
        return Refused(f"Máy chủ thư không nhận địa chỉ này (mã {code}). Hãy kiểm tra địa chỉ thư của người nhận.")
    return NotDelivered(f"Máy chủ thư tạm thời chưa nhận địa chỉ này (mã {code}).")
