from django.db import migrations, models


def forget(apps, schema_editor):
    """Alarms of a kind that was not known before."""
    apps.get_model("reports", "Alarm").objects.filter(kind="uncorrected").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0004_longer_names'),
        ('models_registry', '0006_aggregation'),
        ('reports', '0019_excused_and_closed_reports'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, forget),
        migrations.RemoveConstraint(
            model_name='alarm',
            name='one_standing_alarm_per_unit',
        ),
        migrations.RemoveConstraint(
            model_name='alarm',
            name='unanswered_alarm_says_how_often',
        ),
        migrations.AlterField(
            model_name='alarm',
            name='kind',
            field=models.CharField(choices=[('nobody', 'Không có ai nhận nhắc'), ('unanswered', 'Đôn đốc nhiều lần không trả lời'), ('uncorrected', 'Trả lại đã lâu không sửa')], max_length=12, verbose_name='loại'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at', None), models.Q(('kind', 'uncorrected'), _negated=True)), fields=('kind', 'plan', 'unit', 'rhythm'), name='one_standing_alarm_per_unit'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'uncorrected')), fields=('period', 'unit'), name='one_alarm_per_uncorrected_report'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chasers__isnull', False), ('kind', 'unanswered'), models.Q(('rhythm', ''), _negated=True)), models.Q(('chasers', None), ('kind', 'nobody'), ('rhythm', '')), models.Q(('chasers', None), ('kind', 'uncorrected'), models.Q(('rhythm', ''), _negated=True)), _connector='OR'), name='unanswered_alarm_says_how_often'),
        ),
    ]
