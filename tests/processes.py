"""Programs the tests start beside themselves, and waiting for what they do."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from tests.servers import free_port

__all__ = ("free_port", "run_in_background", "wait_until")

Seen = TypeVar("Seen")


def wait_until(look: Callable[[], Seen], what: str, seconds: float = 40, pause: float = 0.2) -> Seen:
    """Look again and again until something is there; return it."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)


@contextmanager
def run_in_background(command: list[str], environment: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running program; at the end it is asked to stop, and its whole group is killed if need be."""
    process = subprocess.Popen(command, cwd=cwd, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
