"""Take away files of evidence that belong to no entry, and name those that are gone."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.evidence.services import sweep_evidence


class Command(BaseCommand):
    help = "Dọn tệp minh chứng không còn thuộc báo cáo nào; kể ra minh chứng bị mất tệp."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(sweep_evidence(at=timezone.now())._asdict()))
