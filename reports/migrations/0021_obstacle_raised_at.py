from itertools import pairwise

from django.db import migrations, models
from django.db.models import F

_OPEN = ("new", "handling")


def fill(apps, schema_editor):
    """Since it was raised, or since its history has it open again after it was settled."""
    obstacles, history = apps.get_model("reports", "Obstacle"), apps.get_model("reports", "HistoricalObstacle")
    for model in (obstacles, history):
        model.objects.filter(raised_at=None).update(raised_at=F("opened_at"))
    settled = history.objects.exclude(state__in=_OPEN).values_list("id", flat=True)
    for key in sorted(set(settled)):
        rows = list(history.objects.filter(id=key).order_by("history_date", "history_id"))
        for before, after in pairwise(rows):
            taken_up = before.state not in _OPEN and after.state in _OPEN
            after.raised_at = after.history_date if taken_up else before.raised_at
        history.objects.bulk_update(rows, ["raised_at"])
        obstacles.objects.filter(pk=key).update(raised_at=rows[-1].raised_at)


class Migration(migrations.Migration):
    dependencies = [("reports", "0020_uncorrected_reports")]

    operations = [
        *(
            migrations.AddField(name, "raised_at", models.DateTimeField("nêu lúc", null=True))
            for name in ("obstacle", "historicalobstacle")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
