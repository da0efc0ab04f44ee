"""A Word file as PDF, by the LibreOffice of the machine; where there is none, PDF is not offered."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

MEDIA_TYPE = "application/pdf"
# A document of twenty pages takes a few seconds; the first start of LibreOffice takes as long again. The web server
# ends a request after 30 seconds, without a word to whoever asked and with LibreOffice left behind.
LONGEST = 25


class PdfFailed(Exception):
    """The message says what to do instead, in words for whoever asked."""

    def __init__(self, words: str = "Không chuyển được sang PDF. Hãy tải tệp Word, hoặc thử lại sau ít phút.") -> None:
        super().__init__(words)


def can_make_pdf() -> bool:
    return _program() is not None


def pdf_of(word: bytes) -> bytes:
    """``word`` (a .docx) as PDF. Raises PdfFailed where LibreOffice is missing, busy, fails, or takes too long."""
    program = _program()
    if program is None:
        raise PdfFailed
    with _one_at_a_time(), tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(word)
        _convert(program, source)
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise PdfFailed
        return made.read_bytes()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Refuse a second one meanwhile: a few presses at once would keep every process of the web server waiting."""
    with (settings.DATA_DIR / "pdf.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PdfFailed("Đang chuyển một văn bản khác sang PDF. Hãy thử lại sau nửa phút.") from error
        yield


def _convert(program: str, source: Path) -> None:
    """Run it with a profile of its own, which goes with the folder; too slow, it is ended."""
    profile = (source.parent / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
    running = subprocess.Popen(
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
        raise PdfFailed from error


def _program() -> str | None:
    return shutil.which("soffice")
