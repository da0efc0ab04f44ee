"""The state of every duty when a period ended, written once so that looking back never reads history."""

from django.db import models

from assignments.models import Duty
from reports.domain.states import WorkState

from .entries import ProgressEntry
from .periods import ReportingPeriod


class PeriodState(models.Model):
    """The progress of a duty as of the end of ``period``: of what counts for periods that ended no later.

    ``result_entry`` is the latest entry with a result of its own. Written by ``progress.period_states`` when the period
    has ended, and again when something of that time is filed, returned or left out afterwards.
    """

    period = models.ForeignKey(
        ReportingPeriod, models.CASCADE, related_name="states", db_index=False, verbose_name="kỳ báo cáo"
    )
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="period_states", verbose_name="nhiệm vụ")
    entry = models.ForeignKey(ProgressEntry, models.CASCADE, related_name="+", verbose_name="dòng tiến độ")
    result_entry = models.ForeignKey(
        ProgressEntry, models.CASCADE, null=True, related_name="+", verbose_name="kết quả gần nhất"
    )
    work_state = models.CharField("trạng thái công việc", max_length=20, choices=WorkState)
    percent = models.PositiveSmallIntegerField("tiến độ (%)", null=True)
    reported_at = models.DateTimeField("báo cáo lúc")

    class Meta:
        verbose_name = "tình hình cuối kỳ"
        verbose_name_plural = "tình hình cuối kỳ"
        constraints = (models.UniqueConstraint(fields=("period", "duty"), name="one_state_per_period_and_duty"),)

    def __str__(self) -> str:
        return f"{self.duty}, {self.period}: {self.get_work_state_display()}"
