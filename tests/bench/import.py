"""Nhập phụ lục: 21 và 1.260 dòng ghi trong bao lâu, 10.000 dòng đọc so với openpyxl trần, bộ nhớ cao nhất.

Each part (tests/bench/_annex.py) runs in a process of its own, on a database of its own, so that none is warmed up
by another.
"""

import os
import subprocess
import sys

from tests.servers import PrivateServers

PARTS = (("sqlite", "write"), ("postgres", "write"), ("sqlite", "read"), ("sqlite", "memory"))


def main() -> None:
    for engine, part in PARTS:
        servers = PrivateServers(engine)
        try:
            command = [sys.executable, "-m", "tests.bench._inside", "_annex", part]
            subprocess.run(command, env={**os.environ, **servers.start()}, check=True)
        finally:
            servers.stop()
