from typing import Any

from django.core.management.base import BaseCommand

from reports.progress.current import rebuild_current
from reports.progress.period_states import rebuild_period_states


class Command(BaseCommand):
    help = "Tính lại tình hình hiện tại và cuối mỗi kỳ từ các báo cáo đã nộp; chạy lại không đổi gì thêm."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = rebuild_current()
        self.stdout.write(f"Đã sửa {wrong} nhiệm vụ sai khác." if wrong else "Tình hình hiện tại khớp với báo cáo.")
        wrong = rebuild_period_states()
        self.stdout.write(f"Đã sửa {wrong} dòng cuối kỳ sai khác." if wrong else "Tình hình cuối kỳ khớp với báo cáo.")
