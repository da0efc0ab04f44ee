"""What a period is called: documents give the number of a week, screens its days."""

from datetime import date

import pytest

from reports.domain.calendar import Rhythm
from reports.models import ReportingPeriod


@pytest.mark.parametrize(
    ("rhythm", "starts_on", "ends_on", "told"),
    [
        (Rhythm.WEEKLY, date(2024, 2, 28), date(2024, 3, 5), ("tuần 10/2024", "tuần 28/02 – 05/03")),
        (Rhythm.MONTHLY, date(2024, 3, 1), date(2024, 3, 31), ("tháng 3/2024", "tháng 3/2024")),
        (Rhythm.SPECIAL, date(2024, 3, 1), date(2024, 3, 8), ("đột xuất: Rà soát", "đột xuất: Rà soát")),
    ],
)
def test_period_is_named_in_documents_and_on_screens(rhythm, starts_on, ends_on, told):
    period = ReportingPeriod(rhythm=rhythm, starts_on=starts_on, ends_on=ends_on, name="Rà soát")

    assert (period.title, period.on_screen) == told
