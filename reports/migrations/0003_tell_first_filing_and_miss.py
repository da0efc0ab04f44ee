from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def tell(apps, schema_editor):
    """What earlier reports did not say of themselves, and the constraints of the next migration ask for."""
    UnitReport = apps.get_model("reports", "UnitReport")
    ReportingPeriod = apps.get_model("reports", "ReportingPeriod")
    UnitReport.objects.filter(state="submitted").update(first_submitted_at=F("submitted_at"))
    lock = ReportingPeriod.objects.filter(pk=OuterRef("period")).values("locks_at")
    UnitReport.objects.filter(state="missed").update(missed_at=Subquery(lock))


def forget(apps, schema_editor):
    """Before there was a review, a report was filed or not: what became of it is given up on the way back.

    So are special reports, which nothing could open or show then; `rebuild_current` brings the last words before them
    back.
    """
    apps.get_model("reports", "ReportingPeriod").objects.filter(rhythm="special").delete()
    UnitReport = apps.get_model("reports", "UnitReport")
    UnitReport.objects.filter(state__in=["accepted", "returned"]).update(state="submitted")


class Migration(migrations.Migration):

    dependencies = [("reports", "0002_review_obstacles_evidence")]

    operations = [migrations.RunPython(tell, forget)]
