"""A real SMTP server for the tests: takes letters, refuses whom it is told to, goes away and comes back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.processes import free_port


class Sink:
    """``letters`` in order of arrival; ``answers``: what an address is answered instead of 250; ``data_answer``: what
    every letter is; ``hang_up_on``: addresses after whose letter, taken all the same, the line is cut unanswered;
    ``seconds``: how long each letter takes.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.data_answer = ""
        self.hang_up_on: set[str] = set()
        self.seconds = 0.0
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def message_ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    # What aiosmtpd calls.

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data_answer:
            return self.data_answer
        await asyncio.sleep(self.seconds)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.hang_up_on & set(envelope.rcpt_tos):
            server.transport.abort()
        return "250 OK"


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A running server that the portal's own SMTP backend sends to."""
    sink = Sink()
    sink.start()
    backend = "reports.reminders.channels.smtp.EmailBackend"
    try:
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port, EMAIL_TIMEOUT=5):
            yield sink
    finally:
        sink.stop()
