"""What the list of messages may be narrowed by."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from assignments.models import FocalPoint, Unit, User
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.models import Channel, Purpose, Reminder, ReminderItem, ReminderRule, ReminderState, ReportingPeriod
from reports.web.filters import PortalFilter, choice_filter, has_words, row_filter

# What somebody may have to do something about comes first; then every state by itself.
REMINDER_STATES = {
    "hong": ("Không gửi được, mọi lúc", (ReminderState.UNDELIVERABLE, ReminderState.UNKNOWN)),
    "cho": ("Chờ gửi", (ReminderState.OWED, ReminderState.RETRY, ReminderState.CLAIMED)),
    "da-gui": ("Đã gửi", (ReminderState.SENT,)),
    "khong-can": ("Không cần nữa", (ReminderState.NOT_NEEDED,)),
}


BY_HAND, REQUESTS = "don-doc", "yeu-cau"


TO_SETTLE = ("can-xu-ly", "Không gửi được, cần xử lý")


class ReminderFilter(PortalFilter):
    """Narrows the messages sent and to be sent."""

    ky = choice_filter("Kỳ", "Tất cả các kỳ", (), method="by_period")
    don_vi = row_filter("Đơn vị", "Tất cả đơn vị", columns=("name",), method="by_unit", queryset=Unit.objects.none())
    quy_tac = choice_filter("Quy tắc", "Tất cả quy tắc", (), method="by_rule")
    kenh = choice_filter("Kênh", "Tất cả kênh", Channel.choices, field_name="channel")
    trang_thai = choice_filter(
        "Trạng thái",
        "Tất cả trạng thái",
        [TO_SETTLE, *((key, label) for key, (label, _) in REMINDER_STATES.items())],
        method="by_state",
    )

    class Meta:
        model = Reminder
        fields = ("q", "ky", "don_vi", "quy_tac", "kenh", "trang_thai")

    def __init__(self, *args: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.filters["q"].label = "Người nhận"
        self.periods = ReportingPeriod.objects.filter(plan=plan)
        self.filters["ky"].extra["choices"] = self.periods.choices_on(local_day(at))
        spoken_of = Q(reports__period__plan=plan) | Q(requests__plan=plan)
        self.filters["don_vi"].queryset = Unit.objects.filter(spoken_of).distinct()
        rules = [(str(rule.pk), rule.name) for rule in ReminderRule.objects.all()]
        besides = [(BY_HAND, "Đôn đốc của cơ quan thường trực"), (REQUESTS, "Yêu cầu trả lời")]
        self.filters["quy_tac"].extra["choices"] = [*besides, *rules]

    def by_words(self, rows: QuerySet, field: str, phrase: str) -> QuerySet:
        """People are few, so their names are folded when asked for; those without an account are focal points."""
        words = fold(phrase).split()
        users, points = (
            [pk for pk, named in model.objects.values_list("pk", "full_name") if has_words(fold(named), words)]
            for model in (User, FocalPoint)
        )
        return rows.filter(Q(user__in=users) | Q(focal_point__in=points))

    def by_period(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        return rows.filter(
            pk__in=ReminderItem.objects.filter(period__in=self.periods.filter(code=code)).values("reminder")
        )

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        asked = Q(report__unit=unit) | Q(request__unit=unit)
        return rows.filter(pk__in=ReminderItem.objects.filter(asked).values("reminder"))

    def by_rule(self, rows: QuerySet, name: str, rule: str) -> QuerySet:
        """A request goes by its own day: what is said of it is of no rule of reports."""
        if rule == BY_HAND:
            return rows.filter(purpose=Purpose.BY_HAND)
        of_rule = Q(request__isnull=False) if rule == REQUESTS else Q(request=None, rule=int(rule))
        return rows.filter(pk__in=ReminderItem.objects.filter(of_rule).values("reminder"))

    def by_state(self, rows: Any, name: str, state: str) -> QuerySet:
        if state == TO_SETTLE[0]:
            return rows.failed().of_use(self.at)
        return rows.filter(state__in=REMINDER_STATES[state][1])
