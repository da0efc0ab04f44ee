import django.db.models.deletion
from django.db import migrations, models


def name_leads(apps, schema_editor):
    """What was added up over the leads alone is counted by the leads."""
    for model in ("Indicator", "HistoricalIndicator"):
        indicators = apps.get_model("models_registry", model).objects
        indicators.filter(aggregation="leads").update(aggregation="sum", counted_by="leads")


def forget(apps, schema_editor):
    for model in ("Indicator", "HistoricalIndicator"):
        indicators = apps.get_model("models_registry", model).objects
        indicators.filter(aggregation="sum", counted_by="leads").update(aggregation="leads")


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0004_longer_names'),
        ('models_registry', '0006_aggregation'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalindicator',
            name='counted_by',
            field=models.CharField(choices=[('units', 'Mọi đơn vị có nhiệm vụ'), ('leads', 'Từng đơn vị chủ trì'), ('communes', 'Từng UBND cấp xã'), ('unit', 'Một đơn vị')], default='units', help_text='Chỉ đơn vị đếm được hỏi và được cộng; số liệu đã báo của đơn vị khác giữ nguyên, không cộng.', max_length=10, verbose_name='đơn vị đếm'),
        ),
        migrations.AddField(
            model_name='historicalindicator',
            name='counting_unit',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='assignments.unit', verbose_name='đơn vị đếm là'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='counted_by',
            field=models.CharField(choices=[('units', 'Mọi đơn vị có nhiệm vụ'), ('leads', 'Từng đơn vị chủ trì'), ('communes', 'Từng UBND cấp xã'), ('unit', 'Một đơn vị')], default='units', help_text='Chỉ đơn vị đếm được hỏi và được cộng; số liệu đã báo của đơn vị khác giữ nguyên, không cộng.', max_length=10, verbose_name='đơn vị đếm'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='counting_unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.unit', verbose_name='đơn vị đếm là'),
        ),
        migrations.RunPython(name_leads, forget),
        migrations.AlterField(
            model_name='historicalindicator',
            name='aggregation',
            field=models.CharField(choices=[('sum', 'Cộng'), ('highest', 'Lấy đơn vị cao nhất')], default='sum', help_text='Cộng khi mỗi đơn vị đếm phần của mình; lấy cao nhất khi nhiều đơn vị cùng đếm một danh mục.', max_length=10, verbose_name='gộp các đơn vị'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='aggregation',
            field=models.CharField(choices=[('sum', 'Cộng'), ('highest', 'Lấy đơn vị cao nhất')], default='sum', help_text='Cộng khi mỗi đơn vị đếm phần của mình; lấy cao nhất khi nhiều đơn vị cùng đếm một danh mục.', max_length=10, verbose_name='gộp các đơn vị'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counted_by', 'unit'), ('counting_unit__isnull', False)), models.Q(models.Q(('counted_by', 'unit'), _negated=True), ('counting_unit', None)), _connector='OR'), name='one_counting_unit_is_named', violation_error_message='Chọn “Một đơn vị” thì ghi đơn vị nào; cách khác thì để trống ô đó.'),
        ),
    ]
