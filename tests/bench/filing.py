"""60 units file within one minute through gunicorn and PostgreSQL; then one report at a time, beside a bare insert.

Prints p50, p95 and the longest wait, the errors, and whether every word sent is in the database afterwards.
"""

import http.client
import importlib
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django

from tests.processes import free_port, run_in_background, wait_until
from tests.servers import PrivateServers

UNITS, DUTIES = 60, 14
MINUTE = 60
WORKERS = (os.cpu_count() or 1) + 1
AIM_MS = 50
ROOT = Path(__file__).resolve().parent.parent.parent
_FIELD = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_TOKEN = "csrfmiddlewaretoken"


class Answer(NamedTuple):
    """How long the filled form took to be answered; ``error`` is "" when the report was filed."""

    milliseconds: float
    error: str


def main() -> None:
    servers = PrivateServers("postgres")
    try:
        os.environ.update(servers.start(), DJANGO_SETTINGS_MODULE="config.settings")
        django.setup()
        # Only now may models be read.
        measure(importlib.import_module("tests.bench._sixty"))
    finally:
        servers.stop()


def measure(sixty: Any) -> None:
    officers = sixty.prepare(UNITS, DUTIES)
    print(f"{UNITS} đơn vị × {DUTIES} mô hình; gunicorn {WORKERS} tiến trình, PostgreSQL riêng trên máy này")
    random = Random(6)
    with web_server() as port:
        spread = together(port, [(one, one.week) for one in officers], [random.uniform(0, MINUTE) for _ in officers])
        tell("trong cùng một phút", spread)
        burst = together(port, [(one, one.month) for one in officers], [0.0] * len(officers))
        tell("tất cả cùng một lúc", burst)
        alone = [file(port, one.cookie, one.special) for one in officers]
        tell("lần lượt từng báo cáo", alone)
    lost, sent = sixty.lost_and_sent()
    print(f"mất {lost} trong {sent} dòng đã gửi")
    median = statistics.median(answer.milliseconds for answer in alone)
    services, bare = sixty.time_services(), sixty.time_bare_insert()
    print(f"một báo cáo {DUTIES} dòng, nộp một lần, trung vị: {median:.1f} ms cả yêu cầu (mục tiêu ≤ {AIM_MS} ms);")
    print(f"  riêng lưu và nộp {services:.1f} ms; chỉ chèn đúng các dòng ấy {bare:.1f} ms")
    if lost or any(answer.error for answer in (*spread, *burst, *alone)):
        sys.exit(1)


def tell(title: str, answers: Sequence[Answer]) -> None:
    waits = sorted(answer.milliseconds for answer in answers)
    errors = [answer.error for answer in answers if answer.error]
    p95 = waits[int(0.95 * (len(waits) - 1))]
    middle = statistics.median(waits)
    print(f"{title}: p50 {middle:.0f} ms, p95 {p95:.0f} ms, lâu nhất {waits[-1]:.0f} ms, lỗi {len(errors)}")
    for error in sorted(set(errors)):
        print(f"  {error}")


@contextmanager
def web_server() -> Iterator[int]:
    port = free_port()
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, check=True)
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}",
               f"--workers={WORKERS}", "--log-level=warning"]  # fmt: skip
    with run_in_background(command, dict(os.environ), ROOT):
        wait_until(lambda: answers(port), "the web server")
        yield port


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthz", "")[0] < 600
    except OSError:
        return False


def together(port: int, filings: Sequence[tuple[Any, str]], delays: Sequence[float]) -> list[Answer]:
    """Every officer in a thread of its own, each after its delay."""
    found: dict[int, Answer] = {}

    def one(number: int) -> None:
        officer, path = filings[number]
        time.sleep(delays[number])
        found[number] = file(port, officer.cookie, path)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(filings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(filings))]


def file(port: int, cookie: str, path: str) -> Answer:
    """Open the page, fill in every line and press "Nộp báo cáo"."""
    status, headers, page = ask(port, "GET", path, cookie)
    if status != 200:
        return Answer(0, f"mở trang: {status}")
    form, token = filled(page), headers.get("csrftoken", "")
    began = time.perf_counter()
    status, _, _ = ask(port, "POST", path, f"{cookie}; csrftoken={token}", urlencode(form))
    took = 1000 * (time.perf_counter() - began)
    return Answer(took, "" if status == 302 else f"nộp: {status}")


def filled(page: str) -> dict[str, str]:
    """What a browser would send: the hidden fields as they are, and words of one's own in every line."""
    fields = [dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(page)]
    hidden = {one["name"]: one.get("value", "") for one in fields if one.get("type") == "hidden" and "name" in one}
    form = {name: value for name, value in hidden.items() if name == _TOKEN or name.endswith("-version")}
    for name in [name for name in form if name.endswith("-version")]:
        prefix = name.removesuffix("version")
        form |= {
            f"{prefix}work_state": "in_progress",
            f"{prefix}percent": "60",
            f"{prefix}result": f"Kết quả của {prefix}",
            f"{prefix}next_steps": "Tiếp tục triển khai",
        }
    return {**form, "submit": "1"}


def ask(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[int, dict[str, str], str]:
    """Status, cookies set, and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body.encode() or None, headers)
    response = connection.getresponse()
    text = response.read().decode(errors="replace")
    told = [value for name, value in response.getheaders() if name == "Set-Cookie"]
    cookies = {name: value for name, _, value in (one.split(";")[0].partition("=") for one in told)}
    connection.close()
    return response.status, cookies, text
