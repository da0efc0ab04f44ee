"""A Word file as PDF, by the LibreOffice of the machine; where there is none, PDF is not offered.

It is made while the browser waits: a worker of the web server does nothing else meanwhile. So one is made at a time,
and one that takes too long is given up before the web server (30 s) would end its worker.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

MEDIA_TYPE = "application/pdf"
# Seconds. Twenty pages take about five, the first start of LibreOffice as long again.
LONGEST = 24
# How long one waits for the turn: as long as a second press of the same button needs.
LONGEST_WAIT = 3


class PdfFailed(Exception):
    """The message says what to do instead, in words for whoever asked."""

    def __init__(self, why: str = "Không chuyển được sang PDF.") -> None:
        super().__init__(f"{why} Hãy tải tệp Word (Word lưu được thành PDF), hoặc thử lại sau ít phút.")


def can_make_pdf() -> bool:
    return _program() is not None


def pdf_of(word: bytes) -> bytes:
    """``word`` (a .docx) as PDF. Raises PdfFailed where LibreOffice is missing, busy, fails, or takes too long."""
    program = _program()
    if program is None:
        raise PdfFailed
    with _turn(), tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(word)
        _convert(program, source)
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise PdfFailed
        return made.read_bytes()


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time among all workers of this machine; the lock goes with the process that holds it."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "pdf.lock").open("w") as lock:
        until = time.monotonic() + LONGEST_WAIT
        while not _is_held(lock.fileno()):
            if time.monotonic() > until:
                raise PdfFailed("Cổng đang chuyển một văn bản khác sang PDF.")
            time.sleep(0.1)
        yield


def _is_held(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _convert(program: str, source: Path) -> None:
    """Run it with a profile of its own, so that two at once do not wait for each other; too slow, it is ended."""
    profile = (source.parent / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
    # The program is found in PATH and the names are of a folder of our own: nothing anybody wrote is run.
    running = subprocess.Popen(  # noqa: S603
        [*command, "--outdir", str(source.parent), str(source)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(source.parent)},
        start_new_session=True,
    )
    try:
        running.wait(timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        raise PdfFailed("Văn bản dài quá nên chưa chuyển xong sang PDF.") from error


def _program() -> str | None:
    return shutil.which("soffice")
