import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from reports.domain.report_state_triggers import report_state_triggers
from reports.domain.triggers import create

# As the migration before has them; SQLite drops them with the table it builds anew.
TRIGGERS = report_state_triggers(importlib.import_module("reports.migrations.0019_excused_and_closed_reports").STEPS)
BATCH = 5000


def write_roles(apps, schema_editor):
    """Entries say in which role they were owed."""
    duty = apps.get_model("assignments", "Duty").objects.filter(pk=OuterRef("duty"))
    entries = apps.get_model("reports", "ProgressEntry").objects
    last = entries.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, last + 1, BATCH):
        entries.filter(pk__range=(start, start + BATCH - 1)).update(
            role=Subquery(duty.values("role")[:1]), is_principal=Subquery(duty.values("is_principal")[:1])
        )


def follow_threads(apps, schema_editor):
    """What hung on a later stretch of a duty hangs on the first; of two last words the later stays."""
    threads, first_of = {}, {}
    rows = apps.get_model("assignments", "Duty").objects.order_by("pk").values_list("pk", "unit", "initiative")
    for pk, unit_id, initiative_id in rows:
        first_of[pk] = threads.setdefault((unit_id, initiative_id), pk)
    for pk, first in first_of.items():
        if pk != first:
            _hang_on(apps, pk, first)


def _hang_on(apps, duty_id, first):
    current = apps.get_model("reports", "CurrentProgress").objects
    states = apps.get_model("reports", "PeriodState").objects
    words = list(current.filter(duty__in=(duty_id, first)).order_by("reported_at", "pk"))
    current.filter(pk__in=[word.pk for word in words[:-1]]).delete()
    states.filter(duty=first, period__in=states.filter(duty=duty_id).values("period")).delete()
    for rows in (current, states):
        rows.filter(duty=duty_id).update(duty=first)
    for name in ("ProgressEntry", "Obstacle"):
        apps.get_model("reports", name).objects.filter(duty=duty_id).update(duty=first)


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0005_roles_in_time'),
        ('reports', '0024_unit_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalobstacle',
            name='raised_under',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='assignments.duty', verbose_name='nêu khi còn nhiệm vụ'),
        ),
        migrations.AddField(
            model_name='historicalprogressentry',
            name='is_principal',
            field=models.BooleanField(default=False, verbose_name='(chính)'),
        ),
        migrations.AddField(
            model_name='historicalprogressentry',
            name='role',
            field=models.CharField(choices=[('lead', 'Chủ trì'), ('coordinating', 'Phối hợp'), ('support', 'Hỗ trợ')], default='', max_length=20, verbose_name='vai trò'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='historicalunitreport',
            name='own_due_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='hạn nộp riêng'),
        ),
        migrations.AddField(
            model_name='historicalunitreport',
            name='own_locks_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='khóa riêng lúc'),
        ),
        migrations.AddField(
            model_name='obstacle',
            name='raised_under',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.duty', verbose_name='nêu khi còn nhiệm vụ'),
        ),
        migrations.AddField(
            model_name='progressentry',
            name='is_principal',
            field=models.BooleanField(default=False, verbose_name='(chính)'),
        ),
        migrations.AddField(
            model_name='progressentry',
            name='role',
            field=models.CharField(choices=[('lead', 'Chủ trì'), ('coordinating', 'Phối hợp'), ('support', 'Hỗ trợ')], default='', max_length=20, verbose_name='vai trò'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='unitreport',
            name='own_due_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='hạn nộp riêng'),
        ),
        migrations.AddField(
            model_name='unitreport',
            name='own_locks_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='khóa riêng lúc'),
        ),
        migrations.AlterField(
            model_name='currentprogress',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.progressentry', verbose_name='dòng tiến độ'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('own_due_at', None), ('own_locks_at', None)), ('own_locks_at__gt', models.F('own_due_at')), _connector='OR'), name='report_due_on_its_own_locks_after_it'),
        ),
        migrations.RunPython(create(TRIGGERS), migrations.RunPython.noop),
        migrations.RunPython(write_roles, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(follow_threads, migrations.RunPython.noop, elidable=True),
    ]
