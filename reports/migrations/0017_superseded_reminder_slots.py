from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("reports", "0016_who_last_told_a_result")]

    operations = [migrations.RenameField("reminderslot", "is_overtaken", "is_superseded")]
