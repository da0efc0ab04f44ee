"""Notifications: what the bell inside the portal counts and lists."""

from typing import Self

from django.db import models
from django.db.models import Q

from assignments.models import User
from models_registry.models import Plan


class NotificationQuerySet(models.QuerySet):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One line at the bell of one person; ``url`` leads to where it is answered, as a path of the portal.

    ``plan`` is the one it is about; empty where it is about several.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications", verbose_name="người nhận")
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="notifications", verbose_name="kế hoạch"
    )
    text = models.TextField("nội dung")
    url = models.CharField("đường dẫn", max_length=500, blank=True)
    created_at = models.DateTimeField("báo lúc")
    read_at = models.DateTimeField("đọc lúc", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ("-created_at", "-pk")
        constraints = (models.CheckConstraint(name="notification_says_something", condition=~Q(text="")),)
        indexes = (models.Index(fields=("user",), condition=Q(read_at=None), name="unread_notifications"),)

    def __str__(self) -> str:
        return self.text
