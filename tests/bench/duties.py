"""Nhiệm vụ báo cáo: một nhịp không có gì đổi, 300 đơn vị × 60 mô hình, so với chỉ đọc các dòng đang lưu.

The measuring (tests/bench/_duties.py) runs in a process of its own, on a private PostgreSQL.
"""

import os
import subprocess
import sys

from tests.servers import PrivateServers


def main() -> None:
    servers = PrivateServers("postgres")
    try:
        command = [sys.executable, "-m", "tests.bench._inside", "_duties", "measure"]
        subprocess.run(command, env={**os.environ, **servers.start()}, check=True)
    finally:
        servers.stop()
