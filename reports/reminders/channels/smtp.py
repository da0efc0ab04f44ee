"""Django's SMTP backend, made to tell apart "not sent" and "perhaps sent"."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp

from . import Unclear


class _Careful:
    """Once the letter itself is on its way, a broken connection says nothing about whether it was taken."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)  # type: ignore[misc]
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Unclear("Mất kết nối với máy chủ thư khi đang gửi; không rõ thư đã đến chưa.") from error


class _CarefulSMTP(_Careful, smtplib.SMTP):
    pass


class _CarefulSSL(_Careful, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _CarefulSSL if self.use_ssl else _CarefulSMTP
