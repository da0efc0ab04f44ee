from django.db import migrations
from django.db.models import Exists, OuterRef


def delete_later_stretches(apps, schema_editor):
    """What hung on them hangs on the first one of the same unit and initiative."""
    duties = apps.get_model("assignments", "Duty").objects
    first = duties.filter(unit=OuterRef("unit"), initiative=OuterRef("initiative"), pk__lt=OuterRef("pk"))
    duties.filter(Exists(first)).delete()


def give_back_the_last_role(apps, schema_editor):
    """On the way back the last stretch stands for all of them."""
    for term in apps.get_model("assignments", "DutyTerm").objects.order_by("valid_from"):
        apps.get_model("assignments", "Duty").objects.filter(pk=term.duty_id).update(
            role=term.role,
            is_principal=term.is_principal,
            via=term.via_id,
            valid_from=term.valid_from,
            valid_to=term.valid_to,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0005_roles_in_time'),
        ('reports', '0025_threads_go_on'),
    ]

    operations = [
        migrations.RunPython(delete_later_stretches, give_back_the_last_role, elidable=True),
    ]
