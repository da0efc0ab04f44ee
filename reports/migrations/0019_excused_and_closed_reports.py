import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from reports.domain.report_state_triggers import report_state_triggers
from reports.domain.triggers import create, drop

BEFORE = [
    ("open", "submitted"),
    ("returned", "submitted"),
    ("submitted", "open"),
    ("submitted", "returned"),
    ("accepted", "returned"),
    ("submitted", "accepted"),
    ("open", "missed"),
    ("missed", "open"),
]
# The steps of reports.domain.states.STEPS as they were when this was written; new steps need a migration of their own.
STEPS = [
    *BEFORE,
    ("returned", "accepted"),
    ("returned", "concluded"),
    ("concluded", "returned"),
    ("open", "excused"),
    ("missed", "excused"),
    ("excused", "open"),
]
FILED_BEFORE = ("submitted", "returned", "accepted")
FILED = (*FILED_BEFORE, "concluded")
CHOICES = [
    ("open", "Đang mở"),
    ("submitted", "Đã nộp"),
    ("returned", "Trả lại"),
    ("accepted", "Đã tiếp nhận"),
    ("missed", "Không nộp"),
    ("excused", "Không phải nộp"),
    ("concluded", "Đã đóng"),
]


def forget(apps, schema_editor):
    """On the way back a closed report waits for its correction again, an excused one is owed or was missed."""
    reports = apps.get_model("reports", "UnitReport").objects
    reports.filter(state="concluded").update(state="returned")
    reports.filter(state="excused", missed_at__isnull=False).update(state="missed")
    reports.filter(state="excused").update(state="open")


def person(name):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=name,
    )


def person_in_history(name):
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=name,
    )


def moment(name):
    return models.DateTimeField(blank=True, null=True, verbose_name=name)


def text(name):
    return models.TextField(blank=True, verbose_name=name)


def add(name, field, in_history=None):
    return [
        migrations.AddField("unitreport", name, field),
        migrations.AddField("historicalunitreport", name, in_history or field.clone()),
    ]


def state():
    return models.CharField(choices=CHOICES, default="open", max_length=10, verbose_name="trạng thái")


def constraint(name, condition):
    return migrations.AddConstraint("unitreport", models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reports", "0018_result_entry"),
    ]

    operations = [
        migrations.RunPython(drop(report_state_triggers(BEFORE)), create(report_state_triggers(BEFORE))),
        migrations.RemoveConstraint("unitreport", "filed_report_says_when_and_by_whom"),
        migrations.RemoveConstraint("unitreport", "filed_on_behalf_is_filed"),
        migrations.AlterField("unitreport", "state", state()),
        migrations.AlterField("historicalunitreport", "state", state()),
        *add("excused_at", moment("ghi không phải nộp lúc")),
        *add("excused_by", person("người ghi không phải nộp"), person_in_history("người ghi không phải nộp")),
        *add("excused_reason", text("lý do không phải nộp")),
        *add("closed_at", moment("đóng lúc")),
        *add("closed_by", person("người đóng"), person_in_history("người đóng")),
        *add("closed_reason", text("lý do đóng")),
        migrations.AddField("reviewremark", "withdrawn_at", moment("rút ý kiến lúc")),
        migrations.RunPython(migrations.RunPython.noop, forget),
        constraint(
            "filed_report_says_when_and_by_whom",
            Q(
                state__in=FILED,
                first_submitted_at__isnull=False,
                submitted_at__isnull=False,
                submitted_by__isnull=False,
            )
            | (~Q(state__in=FILED) & Q(first_submitted_at=None, submitted_at=None, submitted_by=None)),
        ),
        constraint("filed_on_behalf_is_filed", Q(filed_on_behalf=False) | Q(state__in=FILED)),
        constraint(
            "excused_report_says_when_and_why",
            (Q(state="excused", excused_at__isnull=False) & ~Q(excused_reason=""))
            | (~Q(state="excused") & Q(excused_at=None, excused_by=None, excused_reason="")),
        ),
        constraint(
            "closed_report_says_when_by_whom_and_why",
            (Q(state="concluded", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_reason=""))
            | (~Q(state="concluded") & Q(closed_at=None, closed_by=None, closed_reason="")),
        ),
        migrations.RunPython(create(report_state_triggers(STEPS)), drop(report_state_triggers(STEPS))),
    ]
