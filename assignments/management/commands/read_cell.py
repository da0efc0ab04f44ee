import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assignments.annex.cells.platforms import read_platforms
from assignments.annex.cells.units import read_units
from assignments.annex.importer import unit_directory
from assignments.annex.parsed import mention_json
from models_registry.deadlines import read_deadlines

Reader = Callable[[str], list[Any]]


class Command(BaseCommand):
    help = "Đọc từng ô của phụ lục từ đầu vào chuẩn, mỗi dòng một ô; in cách hiểu, mỗi ô một dòng JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=("deadline", "units", "platforms"), help="Loại ô.")

    def handle(self, *args: Any, **options: Any) -> None:
        read = _reader(options["kind"])
        for line in sys.stdin:
            self.stdout.write(json.dumps(read(line.rstrip("\n")), ensure_ascii=False))


def _reader(kind: str) -> Reader:
    if kind == "deadline":
        return lambda text: [reading.as_json() for reading in read_deadlines(text)]
    if kind == "platforms":
        return read_platforms
    directory = unit_directory(timezone.localdate())
    return lambda text: [mention_json(mention) for mention in read_units(text, directory)]
