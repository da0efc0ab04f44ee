from django.db import migrations

from reports.domain.reminder_defaults import DEFAULT_RULES


def write(apps, schema_editor):
    """A portal reminds from its first day; somebody who had rules of their own keeps them."""
    ReminderRule = apps.get_model("reports", "ReminderRule")
    if not ReminderRule.objects.exists():
        ReminderRule.objects.bulk_create(ReminderRule(**rule) for rule in DEFAULT_RULES)


class Migration(migrations.Migration):

    dependencies = [("reports", "0008_workdays_and_reminders")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
