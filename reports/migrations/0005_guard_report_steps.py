from django.db import migrations

from reports.domain.report_state_triggers import report_state_triggers
from reports.domain.triggers import create, drop

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
TRIGGERS = report_state_triggers(STEPS)


class Migration(migrations.Migration):

    dependencies = [("reports", "0004_close_impossible_report_states")]

    operations = [migrations.RunPython(create(TRIGGERS), drop(TRIGGERS))]
