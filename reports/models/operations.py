"""What the portal notes about itself."""

from datetime import datetime

from django.db import models


class ScheduleTickQuerySet(models.QuerySet["ScheduleTick"]):
    def claim(self, name: str, *, since: datetime, at: datetime) -> bool:
        """Note that the work of ``name`` is taken up at ``at``; False where somebody has done so since ``since``."""
        if self.filter(name=name, at__lt=since).update(at=at):
            return True
        _, is_first = self.get_or_create(name=name, defaults={"at": at})
        return is_first


class ScheduleTick(models.Model):
    """When a named entry of the schedule last did its work; the health page reads it.

    ``done_for`` stands for what the work follows from, where it is not done again for the same.
    """

    name = models.CharField("tên", max_length=50, primary_key=True)
    at = models.DateTimeField("lần chạy gần nhất")
    done_for = models.CharField("đã làm cho", max_length=120, blank=True)

    objects = ScheduleTickQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt chạy theo lịch"
        verbose_name_plural = "lượt chạy theo lịch"

    def __str__(self) -> str:
        return self.name


class DemoData(models.Model):
    """Present while the database holds made-up people and reports; every page says so while it is there."""

    made_at = models.DateTimeField("tạo lúc")
    weeks = models.PositiveSmallIntegerField("số tuần")

    class Meta:
        verbose_name = "dữ liệu minh họa"
        verbose_name_plural = "dữ liệu minh họa"

    def __str__(self) -> str:
        return f"Dữ liệu minh họa {self.weeks} tuần"
