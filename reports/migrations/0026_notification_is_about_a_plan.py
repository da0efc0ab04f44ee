import django.db.models.deletion
from django.db import migrations, models


def name_the_only_plan(apps, schema_editor):
    """What was told while there was one plan was about it; of several it is not known."""
    plans = list(apps.get_model("models_registry", "Plan").objects.values_list("pk", flat=True)[:2])
    if len(plans) == 1:
        apps.get_model("reports", "Notification").objects.update(plan=plans[0])


class Migration(migrations.Migration):
    dependencies = [
        ("models_registry", "0007_who_counts"),
        ("reports", "0025_threads_go_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="models_registry.plan",
                verbose_name="kế hoạch",
            ),
        ),
        migrations.RunPython(name_the_only_plan, migrations.RunPython.noop),
    ]
