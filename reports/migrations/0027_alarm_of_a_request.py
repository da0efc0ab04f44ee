
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0009_usernames_once_and_units_chosen_by_hand"),
        ("models_registry", "0007_who_counts"),
        ("reports", "0026_notification_is_about_a_plan"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alarm",
            name="one_standing_alarm_per_unit",
        ),
        migrations.AddField(
            model_name="alarm",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="reports.unitrequest",
                verbose_name="yêu cầu",
            ),
        ),
        migrations.AlterField(
            model_name="alarm",
            name="period",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="reports.reportingperiod",
                verbose_name="kỳ báo cáo",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("request", None), ("resolved_at", None), models.Q(("kind", "uncorrected"), _negated=True)
                ),
                fields=("kind", "plan", "unit", "rhythm"),
                name="one_standing_alarm_per_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at", None)), fields=("request",), name="one_standing_alarm_per_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "nobody"), ("request", None)),
                    models.Q(("kind", "unanswered"), ("period", None), ("request__isnull", False)),
                    models.Q(("period__isnull", False), ("request", None)),
                    _connector="OR",
                ),
                name="alarm_is_of_a_period_or_a_request",
            ),
        ),
    ]
