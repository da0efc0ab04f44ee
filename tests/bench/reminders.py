"""Nhắc việc: 3.321 thư qua 2 tiến trình so với vòng lặp trần trên một kết nối; một nhịp không có việc tốn bao nhiêu.

The measuring (tests/bench/_reminders.py) runs in a process of its own, on a private PostgreSQL and Valkey.
"""

import os
import subprocess
import sys

from tests.servers import PrivateServers


def main() -> None:
    servers = PrivateServers("postgres")
    try:
        command = [sys.executable, "-m", "tests.bench._inside", "_reminders", "measure"]
        subprocess.run(command, env={**os.environ, **servers.start()}, check=True)
    finally:
        servers.stop()
