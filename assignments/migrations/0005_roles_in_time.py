import django.db.models.deletion
from django.db import migrations, models


def write_terms(apps, schema_editor):
    """Each stretch of a duty becomes a term of the first one of its unit and initiative; reports follow in their app."""
    terms = apps.get_model("assignments", "DutyTerm")
    threads, rows = {}, []
    for duty in apps.get_model("assignments", "Duty").objects.select_related("initiative__plan").order_by("pk"):
        thread = threads.setdefault((duty.unit_id, duty.initiative_id), duty.pk)
        rows.append(
            terms(
                duty_id=thread,
                role=duty.role,
                is_principal=duty.is_principal,
                via_id=duty.via_id,
                valid_from=duty.valid_from or duty.initiative.plan.starts_on,
                valid_to=duty.valid_to,
            )
        )
    terms.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0004_longer_names'),
        ('models_registry', '0006_aggregation'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyHandover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='từ ngày')),
                ('is_succession', models.BooleanField(verbose_name='đơn vị kế thừa')),
                ('recorded_at', models.DateTimeField(verbose_name='ghi nhận lúc')),
                ('carried_at', models.DateTimeField(null=True, verbose_name='chuyển lúc')),
            ],
            options={
                'verbose_name': 'bàn giao nhiệm vụ',
                'verbose_name_plural': 'bàn giao nhiệm vụ',
                'ordering': ('on', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='DutyTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('role', models.CharField(choices=[('lead', 'Chủ trì'), ('coordinating', 'Phối hợp'), ('support', 'Hỗ trợ')], max_length=20, verbose_name='vai trò')),
                ('is_principal', models.BooleanField(default=False, verbose_name='(chính)')),
            ],
            options={
                'verbose_name': 'vai trò theo thời gian',
                'verbose_name_plural': 'vai trò theo thời gian',
                'ordering': ('duty', 'valid_from'),
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_place_once',
        ),
        migrations.AddField(
            model_name='anneximport',
            name='holds_from',
            field=models.DateField(blank=True, null=True, verbose_name='thay đổi phân công có hiệu lực từ'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='valid_from',
            field=models.DateField(blank=True, null=True, verbose_name='từ ngày'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='đến hết ngày'),
        ),
        migrations.AddField(
            model_name='historicalassignment',
            name='valid_from',
            field=models.DateField(blank=True, null=True, verbose_name='từ ngày'),
        ),
        migrations.AddField(
            model_name='historicalassignment',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='đến hết ngày'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='assignment_ends_after_start', violation_error_message='Ngày kết thúc phải sau ngày bắt đầu.'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('initiative', 'role', 'position'), name='standing_assignment_place_once'),
        ),
        migrations.AddField(
            model_name='dutyhandover',
            name='duty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken_over', to='assignments.duty', verbose_name='nhiệm vụ tiếp nhận'),
        ),
        migrations.AddField(
            model_name='dutyhandover',
            name='predecessor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handed_over', to='assignments.duty', verbose_name='nhiệm vụ bàn giao'),
        ),
        migrations.AddField(
            model_name='dutyterm',
            name='duty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='assignments.duty', verbose_name='nhiệm vụ'),
        ),
        migrations.AddField(
            model_name='dutyterm',
            name='via',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.unit', verbose_name='qua đơn vị tập hợp'),
        ),
        migrations.AddConstraint(
            model_name='dutyhandover',
            constraint=models.UniqueConstraint(fields=('duty', 'predecessor'), name='duty_taken_over_once'),
        ),
        migrations.AddConstraint(
            model_name='dutyhandover',
            constraint=models.CheckConstraint(condition=models.Q(('duty', models.F('predecessor')), _negated=True), name='duty_is_not_its_predecessor'),
        ),
        migrations.AddConstraint(
            model_name='dutyterm',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='dutyterm_ends_after_start', violation_error_message='Ngày kết thúc phải sau ngày bắt đầu.'),
        ),
        migrations.AddConstraint(
            model_name='dutyterm',
            constraint=models.UniqueConstraint(fields=('duty', 'valid_from'), name='one_term_of_a_duty_begins_a_day'),
        ),
        migrations.AddConstraint(
            model_name='dutyterm',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', False)), name='term_says_from_when'),
        ),
        migrations.AddConstraint(
            model_name='dutyterm',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['lead', 'coordinating'])), name='duty_is_not_support'),
        ),
        migrations.RunPython(write_terms, migrations.RunPython.noop, elidable=True),
    ]
