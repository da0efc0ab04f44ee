"""The outline a plan begins with: headings in a file, so that no heading is code."""

import csv
from pathlib import Path

from django.conf import settings

from models_registry.models import Plan
from reports.models import OutlineSection, SectionKind

DEFAULT_FILE = settings.BASE_DIR / "fixtures" / "de-cuong.csv"


def default_outline(plan: Plan, path: Path = DEFAULT_FILE) -> list[OutlineSection]:
    """The sections of ``path`` for ``plan``, not saved."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        OutlineSection(
            plan=plan, position=place, level=int(row["Cấp"]), kind=SectionKind(row["Nội dung"]), title=row["Tiêu đề"]
        )
        for place, row in enumerate(rows, start=1)
    ]
