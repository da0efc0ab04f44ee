"""Put aside files of evidence that belong to no entry, and name those that are gone."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.evidence.services import sweep_evidence


class Command(BaseCommand):
    help = "Cách ly tệp minh chứng không thuộc báo cáo nào, xóa tệp đã cách ly đủ ngày; kể ra minh chứng mất tệp."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="vẫn cách ly dù nhiều hơn mức cho phép một lần")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_evidence(at=timezone.now(), by_force=options["force"])
        self.stdout.write(json.dumps(swept._asdict()))
        if swept.refused:
            raise CommandError(
                f"Có {swept.refused} tệp minh chứng không thuộc báo cáo nào, nhiều hơn mức cho phép một lần, nên chưa "
                "động đến tệp nào. Hãy xem cơ sở dữ liệu đã khôi phục đúng bản chưa; nếu đúng, chạy lại với --force."
            )
