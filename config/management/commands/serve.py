"""Runs the web server and the task worker as one thing that starts and ends together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

GRACE_SECONDS = 10
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to stop this child when ``serve`` itself is killed and can no longer do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_command(bind: str) -> list[str]:
    workers = (os.cpu_count() or 1) + 1
    return [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind={bind}", f"--workers={workers}",
            "--graceful-timeout=5", "--log-level=warning"]  # fmt: skip


def worker_command() -> list[str]:
    """One worker with embedded beat; gossip and mingle need a broker that can broadcast."""
    return [sys.executable, "-m", "celery", "-A", "config", "--quiet", "worker", "-B", "--pool=solo",
            "--without-gossip", "--without-mingle", "--loglevel=WARNING"]  # fmt: skip


def refuse_if_taken(bind: str) -> None:
    """Say it before anything is started; gunicorn would try for five seconds and say it in English."""
    host, _, port = bind.rpartition(":")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]") or None, int(port))[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except ValueError as error:
        raise CommandError(f"Địa chỉ «{bind}» chưa đúng; ví dụ đúng: 127.0.0.1:8000") from error
    except OSError as error:
        raise CommandError(f"Không mở được {bind} (có thể chương trình khác đang dùng): {error.strerror}") from error


class Command(BaseCommand):
    help = "Chạy máy chủ web và tiến trình nền cùng nhau; dừng một là dừng cả hai."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="địa chỉ để mở cổng")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        refuse_if_taken(options["bind"])
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            port = options["bind"].rpartition(":")[2]
            children["máy chủ web"] = self.start(web_command(options["bind"]), port)
            children["tiến trình nền"] = self.start(worker_command(), port)
            ended = self.wait(children)
        finally:
            self.end(list(children.values()))
        if ended:
            raise CommandError(f"Đã dừng tất cả vì {ended} tự dừng.")

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, command: list[str], port: str) -> subprocess.Popen[bytes]:
        """``PORT``: links in messages lead to where the portal answers (settings.portal_url)."""
        # A demonstration as root is no reason for Celery's long warning; a real installation has its own user.
        environment = {**os.environ, "PORT": port, "PYTHONWARNINGS": "ignore:You're running the worker"}
        # A process group of its own: Ctrl-C reaches only this command, which then ends its children in order.
        # The commands are this module's own.
        return subprocess.Popen(  # noqa: S603
            command, env=environment, start_new_session=True, preexec_fn=end_with_parent
        )

    def wait(self, children: dict[str, subprocess.Popen[bytes]]) -> str:
        """Return when asked to stop (an empty string) or with the name of a child that ended by itself."""
        while not self.stopping:
            for name, child in children.items():
                if child.poll() is not None:
                    return "" if self.stopping else name
            time.sleep(POLL_SECONDS)
        return ""

    def end(self, children: list[subprocess.Popen[bytes]]) -> None:
        """Ask all to stop, wait a little, then kill whatever is left of each child's whole group."""
        for child in children:
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            try:
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            finally:
                self.kill_group(child)

    def kill_group(self, child: subprocess.Popen[bytes]) -> None:
        """The embedded beat and gunicorn's workers outlive a parent that was killed; the group finds them."""
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        child.wait()
