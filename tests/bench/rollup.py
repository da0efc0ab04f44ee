"""Tổng hợp: trang có ma trận so với trang sàn (thời gian, số lượt mỗi giây, số truy vấn), lịch sử dài so với ngắn.

    ./portal bench rollup [--scale district|province] [--plans N]

district: one plan of 60 units × 21 initiatives × 104 weeks = 131,040 entries; province: as many such plans in one
database as make 15 million. Each scale (tests/bench/_rollup.py) runs on a private PostgreSQL of its own.
"""

import argparse
import os
import subprocess
import sys

from tests.servers import PrivateServers

PLANS = {"district": 1, "province": 116}


def main(*arguments: str) -> None:
    parser = argparse.ArgumentParser(prog="./portal bench rollup")
    parser.add_argument("--scale", choices=PLANS, default="district")
    parser.add_argument("--plans", type=int, help="số kế hoạch, thay cho số của --scale")
    asked = parser.parse_args(arguments)
    servers = PrivateServers("postgres")
    try:
        environment = {**os.environ, **servers.start(), "BENCH_PLANS": str(asked.plans or PLANS[asked.scale])}
        subprocess.run([sys.executable, "-m", "tests.bench._inside", "_rollup", "measure"], env=environment, check=True)
    finally:
        servers.stop()
