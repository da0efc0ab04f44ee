from django.db import migrations

from reports.domain.final_report_triggers import install, remove


def seal(apps, schema_editor):
    for statement in install(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unseal(apps, schema_editor):
    for statement in remove(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("reports", "0013_aggregate_reports")]

    operations = [migrations.RunPython(seal, unseal)]
