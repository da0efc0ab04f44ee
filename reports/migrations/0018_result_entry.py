from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_superseded_reminder_slots")]

    operations = [
        migrations.RenameField("currentprogress", "said", "result_entry"),
        migrations.RenameField("periodstate", "said", "result_entry"),
    ]
