from django.db import migrations

from reports.domain.report_state_triggers import install, remove

# The steps of reports.domain.states.STEPS as they were when this was written; new steps need a migration of their own.
STEPS = [
    ("open", "submitted"),
    ("returned", "submitted"),
    ("submitted", "open"),
    ("submitted", "returned"),
    ("accepted", "returned"),
    ("submitted", "accepted"),
    ("open", "missed"),
    ("missed", "open"),
]


def guard(apps, schema_editor):
    for statement in install(schema_editor.connection.vendor, STEPS):
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in remove(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("reports", "0004_close_impossible_report_states")]

    operations = [migrations.RunPython(guard, unguard)]
