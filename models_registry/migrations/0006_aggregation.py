from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("models_registry", "0005_counts_of_units_together")]

    operations = [
        migrations.RenameField("indicator", "together", "aggregation"),
        migrations.RenameField("historicalindicator", "together", "aggregation"),
    ]
