"""Từng trang so với trang sàn: thời gian, bộ xử lý, số truy vấn, số đối tượng, lớn theo lịch sử, số byte đã nén.

    ./portal bench pages

21 mô hình × 60 đơn vị × 40 và 104 tuần trên một PostgreSQL riêng, gunicorn như trong docker-compose.yml; các trang được
hỏi lần lượt, nên máy bận thì bận với mọi trang như nhau (tests/bench/_pages.py).
"""

import os
import subprocess
import sys

from tests.servers import PrivateServers


def main() -> None:
    servers = PrivateServers("postgres")
    try:
        environment = {**os.environ, **servers.start()}
        subprocess.run([sys.executable, "-m", "tests.bench._inside", "_pages", "measure"], env=environment, check=True)
    finally:
        servers.stop()
