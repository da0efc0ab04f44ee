"""Real worker, real queue, real SMTP server, and what befalls them: nothing lost, nothing twice (CHECKS 25–29).

The worker is killed a few times; fifty times, which takes minutes, by ``./portal test --long``.
"""

import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from reports.models import Notification, Reminder, ReminderRule, ReminderState, UnitReport
from reports.reminders.delivery import RETRY_AFTER
from tests.acts import filed
from tests.couriers import Couriers, kill, pass_time, person_of, rule_at, still_to_go, unfiled_period
from tests.processes import wait_until
from tests.scale import at_length

pytestmark = [
    pytest.mark.once,
    pytest.mark.programs,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("private_broker"),
]

KILLS = at_length(3, 50)
PEOPLE_FOR_A_KILL = 40
A_MINUTE_AGO = timedelta(minutes=1)
PATIENCE = 90


@pytest.fixture
def couriers(private_broker, smtp, tmp_path, transactional_db):
    ReminderRule.objects.all().delete()  # only what a test asks for is owed
    return Couriers(private_broker.rsplit("/", 1)[0] + "/8", tmp_path, smtp.port)


def owe(people):
    """A reminder due a minute ago to each of ``people``, written by the worker when it looks."""
    now = timezone.now()
    period = unfiled_period(now, people)
    rule_at(now - A_MINUTE_AGO, period)
    return period


def all_delivered():
    return Reminder.objects.exists() and still_to_go() == 0


def expect_each_once(smtp, people):
    states = Counter(Reminder.objects.values_list("channel", "state"))
    assert states == {("portal", "sent"): people, ("email", "sent"): people}
    assert Notification.objects.count() == people
    assert len(smtp.letters) == len(set(smtp.message_ids)) == people


def test_worker_killed_at_random_points_loses_nothing_and_repeats_at_most_one_letter_a_kill(couriers, smtp):
    """The queue is emptied now and then as well; what waits for a dead worker's claim to grow old need not wait."""
    people, random = KILLS * PEOPLE_FOR_A_KILL, Random(27)
    owe(people)
    smtp.seconds = 0.02  # a quick machine would have sent them all before the last kill

    for number in range(KILLS):
        with couriers.at_work() as process:
            before = len(smtp.letters)
            if number % 5:  # every fifth is killed while it starts
                wait_until(lambda before=before: len(smtp.letters) > before or all_delivered(), "a letter", PATIENCE)
            time.sleep(random.random() * (0.3 if number % 5 else 3))
            kill(process)
        pass_time()
        if number % 3 == 0:
            couriers.queue.flushdb()
    killed_before_the_end = still_to_go()
    with couriers.at_work():
        wait_until(all_delivered, "the rest", PATIENCE + people / 10)

    owed = Reminder.objects.filter(channel="email")
    keys = {f"<{key}@localhost>" for key in owed.values_list("key", flat=True)}
    times = Counter(smtp.message_ids)
    repeated = [key for key, count in times.items() if count > 1]
    print(f"\n{KILLS} kills, {killed_before_the_end} messages still to go after the last;")
    print(
        f"letters owed {people}, delivered {len(times)}, repeated {len(repeated)}; bells {Notification.objects.count()}"
    )
    assert (owed.count(), times.keys()) == (people, keys)  # none lost, none under another id
    assert len(repeated) <= KILLS
    assert max(times.values()) <= 2
    assert Counter(Notification.objects.values_list("user", flat=True)).most_common(1)[0][1] == 1
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.SENT}
    assert killed_before_the_end > 0


def test_queue_emptied_under_way_delays_and_loses_nothing(couriers, smtp):
    owe(20)
    for _ in range(5):
        couriers.ask()  # nobody is there yet to hear it
    couriers.queue.flushdb()

    with couriers.at_work():
        wait_until(lambda: smtp.letters, "a first letter", PATIENCE)
        couriers.queue.flushdb()
        wait_until(all_delivered, "the rest", PATIENCE)

    expect_each_once(smtp, 20)


def test_two_beats_and_two_workers_at_once_repeat_nothing(couriers, smtp):
    owe(150)

    with ExitStack() as stack:
        for name in ("one", "two"):
            stack.enter_context(couriers.at_work(name))
        for _ in range(10):
            couriers.ask()
        wait_until(all_delivered, "all messages", PATIENCE)

    expect_each_once(smtp, 150)


@pytest.mark.parametrize("moments", [1, 2, 9])
def test_beat_down_over_due_moments_says_once_what_still_makes_sense(couriers, smtp, moments):
    now = timezone.now()
    period = unfiled_period(now, 3)
    for n in range(moments):
        rule_at(now - timedelta(hours=1) * n - A_MINUTE_AGO, period, f"lần {n}")
    answered = UnitReport.objects.filter(period=period).order_by("pk").first()
    filed(answered, by=person_of(answered.unit), at=now - timedelta(seconds=10))

    for _ in range(2):  # back, and back again without a memory of its own
        with couriers.at_work():
            couriers.ask()
            wait_until(all_delivered, "the one message", PATIENCE)
            wait_until(lambda: couriers.queue.llen("celery") == 0, "an empty queue", PATIENCE)

    expect_each_once(smtp, 2)
    rules = Reminder.objects.values_list("items__rule__name", flat=True)
    assert set(rules) == {"lần 0"}


def test_server_away_for_a_while_and_an_address_refused_hold_up_nobody_else(couriers, smtp):
    owe(6)
    smtp.answers = {"xa-1@example.vn": "451 4.7.1 Greylisted", "xa-2@example.vn": "550 5.1.1 No such user"}
    smtp.stop()

    with couriers.at_work():
        wait_until(lambda: waiting() == 6, "six letters put off", PATIENCE)
        away = {email.error for email in Reminder.objects.filter(state="retry")}
        smtp.start()
        pass_time()
        couriers.ask()
        wait_until(lambda: (len(smtp.letters), waiting()) == (4, 1), "the others", PATIENCE)
        greylisted = Reminder.objects.get(state="retry")
        until_again = greylisted.send_after - timezone.now()
        del smtp.answers["xa-1@example.vn"]
        pass_time()
        couriers.ask()
        wait_until(all_delivered, "the one put off", PATIENCE)

    assert [error[:30] for error in away] == ["Không kết nối được máy chủ thư"]
    assert (greylisted.attempts, RETRY_AFTER[0] < until_again <= RETRY_AFTER[1]) == (2, True)
    assert "451" in greylisted.error
    assert "550" in Reminder.objects.failed().get().error
    assert Counter(Reminder.objects.values_list("channel", "state")) == {
        ("portal", "sent"): 6, ("email", "sent"): 5, ("email", "undeliverable"): 1,
    }  # fmt: skip


def waiting():
    """Letters put off after a first try."""
    return Reminder.objects.filter(channel="email", state="retry").count()
