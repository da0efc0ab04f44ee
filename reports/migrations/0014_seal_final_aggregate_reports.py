from django.db import migrations

from reports.domain.final_report_triggers import final_report_triggers
from reports.domain.triggers import create, drop

TRIGGERS = final_report_triggers()


class Migration(migrations.Migration):

    dependencies = [("reports", "0013_aggregate_reports")]

    operations = [migrations.RunPython(create(TRIGGERS), drop(TRIGGERS))]
