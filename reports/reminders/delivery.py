"""Delivery of reminders: claim a few rows, send each, record the outcome.

A claim is a conditional update, so a reminder is one worker's at a time. Nothing is sent inside a transaction. A worker
may die anywhere: of its claims, those that had not begun to leave go back, the one that may have left is repeated once.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, Max, QuerySet

from assignments.models import User
from models_registry.models import Plan
from reports.domain.states import OWED, RequestState
from reports.models import (
    PENDING,
    Channel,
    Notification,
    Purpose,
    Reminder,
    ReminderItem,
    ReminderState,
    UnitReport,
    UnitRequest,
)

from .channels import NotDelivered, Refused, Unclear
from .channels.mail import MailConnection
from .channels.webhook import post
from .message_builder import MessageBuilder
from .messages import Message

BATCH = 50
# Longer than a whole batch can take with every letter timing out.
CLAIM_LASTS = timedelta(minutes=15)
# A mail server that is away for an hour costs nothing; after some seven hours somebody must look at it.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60))
_LOST_WORKER = "Tiến trình gửi bị ngắt giữa chừng; không rõ tin đã đến chưa."
_NO_ADDRESS = "Người nhận không còn địa chỉ thư trong cổng."


def deliver(*, at: datetime, limit: int = BATCH) -> list[Reminder]:
    """Send up to ``limit`` reminders that may leave at ``at``; returns those taken up, as they are now.

    Call again until nothing is returned. Must not run inside a transaction.
    """
    claimed = _claim(at, limit)
    if not claimed:
        return []
    superseded = _superseded(claimed)
    latest = [one for one in claimed if one.pk not in superseded]
    earlier = sorted((one for one in claimed if one.pk in superseded), key=lambda one: one.slot_at, reverse=True)
    builder = MessageBuilder(claimed, at)
    notified = _notify_in_bulk(latest, builder, at)
    with MailConnection() as mail:
        for reminder in (*latest, *earlier):
            if reminder.pk in notified or (reminder.pk in superseded and _gives_way(reminder, at)):
                continue
            if not _deliver_one(reminder, builder.message_of(reminder), mail, at):
                # Something was filed since the batch was read; what is left to say is read again.
                _deliver_one(reminder, MessageBuilder([reminder], at).message_of(reminder), mail, at)
    return claimed


def deliver_all(*, at: datetime) -> list[Reminder]:
    """Send all that may leave at ``at``; returns those taken up."""
    taken: list[Reminder] = []
    while batch := deliver(at=at):
        taken += batch
    return taken


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Take back the claims of workers that died; returns how many."""
    abandoned = Reminder.objects.abandoned(at - CLAIM_LASTS)
    if not abandoned.exists():
        return 0
    free = {"claim": None, "claimed_at": None, "sending_at": None}
    never_left = abandoned.filter(sending_at=None).update(state=ReminderState.OWED, **free)
    lost = abandoned.filter(is_repeated=True).update(state=ReminderState.UNKNOWN, error=_LOST_WORKER, **free)
    repeated = abandoned.update(state=ReminderState.RETRY, error=_LOST_WORKER, is_repeated=True, send_after=at, **free)
    return never_left + lost + repeated


# --- Claiming ---


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Reminder]:
    skip_locked = connection.features.has_select_for_update_skip_locked
    chosen = Reminder.objects.to_send(at).select_for_update(skip_locked=skip_locked)
    keys = list(chosen.values_list("pk", flat=True)[:limit])
    if not keys:
        return []
    claim = uuid.uuid4()
    mine = Reminder.objects.filter(pk__in=keys, state__in=PENDING, send_after__lte=at)
    mine.update(state=ReminderState.CLAIMED, claim=claim, claimed_at=at)
    claimed = (
        Reminder.objects.filter(claim=claim)
        .select_related("user", "focal_point", "hand")
        .prefetch_related("items__period__plan")
    )
    return list(claimed.order_by("send_after", "pk"))


def _superseded(reminders: Sequence[Reminder]) -> set[int]:
    """Those whose person has a later message of the same sort over the same channel: it says all that these would."""
    by_rule = _by_rule().filter(recipient__in={reminder.recipient for reminder in reminders})
    latest = {
        (recipient, purpose, channel): moment
        for recipient, purpose, channel, moment in by_rule.values_list("recipient", "purpose", "channel").annotate(
            latest=Max("slot_at")
        )
    }
    return {
        reminder.pk
        for reminder in reminders
        if reminder.slot_at < latest.get((reminder.recipient, reminder.purpose, reminder.channel), reminder.slot_at)
    }


def _gives_way(reminder: Reminder, at: datetime) -> bool:
    """Drop ``reminder`` when a later message has left in its place, let it wait for one that is still to leave; False,
    with nothing done, when the later ones had nothing left to say, for this one may.
    """
    later = _by_rule().filter(
        recipient=reminder.recipient,
        purpose=reminder.purpose,
        channel=reminder.channel,
        slot_at__gt=reminder.slot_at,
    )
    if later.exclude(state__in=(*PENDING, ReminderState.CLAIMED)).exists():
        return _settle(reminder, ReminderState.NOT_NEEDED)
    if later.exists():
        return _settle(reminder, ReminderState.OWED, send_after=at + RETRY_AFTER[0])
    return False


def _by_rule() -> QuerySet[Reminder]:
    """Reminders by rule, but for those no longer needed."""
    return Reminder.objects.exclude(purpose=Purpose.BY_HAND).exclude(state=ReminderState.NOT_NEEDED)


# --- Sending one ---


def _deliver_one(reminder: Reminder, message: Message | None, mail: MailConnection, at: datetime) -> bool:
    """Deliver ``message``; False, with nothing done, when it is no longer true or the claim is lost."""
    if message is None:
        return _settle(reminder, ReminderState.NOT_NEEDED)
    if reminder.channel == Channel.PORTAL:
        return _notify(reminder, message, at)
    if not _mine(reminder, message).update(sending_at=at, attempts=F("attempts") + 1):
        return False
    _mark_filed(reminder, message)
    _send(reminder, message, mail, at)
    return True


def _mine(reminder: Reminder, message: Message) -> QuerySet[Reminder]:
    """The row while the claim holds, the message has not begun to leave, and all it names is still to be answered."""
    filed = UnitReport.objects.filter(pk__in=message.listed).exclude(state__in=OWED)
    answered = UnitRequest.objects.filter(pk__in=message.requests).exclude(state=RequestState.OPEN)
    mine = Reminder.objects.filter(pk=reminder.pk, claim=reminder.claim, sending_at=None)
    return mine.filter(~Exists(filed), ~Exists(answered))


@transaction.atomic
def _notify_in_bulk(reminders: Sequence[Reminder], builder: MessageBuilder, at: datetime) -> set[int]:
    """Write the notifications of ``reminders`` in a few statements; returns the keys of those that were sent so.

    A reminder whose report was filed since the batch was read, or whose claim is lost, is left to be handled alone.
    """
    in_portal = [one for one in reminders if one.channel == Channel.PORTAL]
    if not in_portal:
        return set()
    messages = {one.pk: message for one in in_portal if (message := builder.message_of(one))}
    held = Reminder.objects.filter(pk__in=messages, claim=in_portal[0].claim, sending_at=None).select_for_update()
    ours = set(held.order_by("pk").values_list("pk", flat=True))
    listed = {key for message in messages.values() for key in message.listed}
    filed = set(UnitReport.objects.filter(pk__in=listed).exclude(state__in=OWED).values_list("pk", flat=True))
    asked = {key for message in messages.values() for key in message.requests}
    answered = UnitRequest.objects.filter(pk__in=asked).exclude(state=RequestState.OPEN)
    not_open = set(answered.values_list("pk", flat=True))
    to_notify = [
        one
        for one in in_portal
        if one.pk in ours and not (messages[one.pk].listed & filed or messages[one.pk].requests & not_open)
    ]
    notifications = Notification.objects.bulk_create(_notification(one, messages[one.pk], at) for one in to_notify)
    for one, notification in zip(to_notify, notifications, strict=True):
        _mark_filed(one, messages[one.pk])
        one.state, one.sent_at, one.notification = ReminderState.SENT, at, notification
        one.claim, one.claimed_at, one.attempts = None, None, one.attempts + 1
    Reminder.objects.bulk_update(to_notify, ["notification"])
    notified = {one.pk for one in to_notify}
    Reminder.objects.filter(pk__in=notified).update(
        state=ReminderState.SENT, sent_at=at, claim=None, claimed_at=None, attempts=F("attempts") + 1
    )
    return notified


@transaction.atomic
def _notify(reminder: Reminder, message: Message, at: datetime) -> bool:
    """A notification is a row of our own: it is written and marked in one transaction, and so exactly once."""
    if not _mine(reminder, message).update(sending_at=at, attempts=F("attempts") + 1):
        return False
    notification = _notification(reminder, message, at)
    notification.save(force_insert=True)
    _mark_filed(reminder, message)
    return _settle(reminder, ReminderState.SENT, sent_at=at, notification=notification)


def _notification(reminder: Reminder, message: Message, at: datetime) -> Notification:
    """The database holds that notifications are for users alone."""
    told = {"text": message.notification_text, "url": message.path, "plan_id": message.plan}
    return Notification(user=reminder.user, created_at=at, **told)


def _send(reminder: Reminder, message: Message, mail: MailConnection, at: datetime) -> None:
    try:
        _hand_over(reminder, message, mail, at)
    except NotDelivered as error:
        _try_later(reminder, str(error), at)
    except Refused as error:
        _settle(reminder, ReminderState.UNDELIVERABLE, error=str(error))
    except Unclear as error:
        if reminder.is_repeated:
            _settle(reminder, ReminderState.UNKNOWN, error=str(error))
        else:
            _try_later(reminder, str(error), at, is_repeated=True)
    else:
        _settle(reminder, ReminderState.SENT, sent_at=at, error="")


def _hand_over(reminder: Reminder, message: Message, mail: MailConnection, at: datetime) -> None:
    """Raise NotDelivered, Refused or Unclear, as the channels do."""
    if reminder.channel == Channel.WEBHOOK:
        post(message, to=reminder.contact, key=str(reminder.key), at=at)
    elif reminder.email:
        mail.send(message, to=reminder.email, key=str(reminder.key))
    else:
        raise Refused(_NO_ADDRESS)


def _try_later(reminder: Reminder, error: str, at: datetime, **changes: object) -> None:
    tried = reminder.attempts + 1
    if tried > len(RETRY_AFTER):
        _settle(reminder, ReminderState.UNDELIVERABLE, error=error, **changes)
    else:
        _settle(reminder, ReminderState.RETRY, error=error, send_after=at + RETRY_AFTER[tried - 1], **changes)


def _settle(reminder: Reminder, state: ReminderState, **changes: object) -> bool:
    """Record the outcome and release the claim; False when the claim was no longer ours."""
    mine = Reminder.objects.filter(pk=reminder.pk, claim=reminder.claim)
    settled = mine.update(state=state, claim=None, claimed_at=None, sending_at=None, **changes)
    for name, value in {"state": state, **changes}.items():
        setattr(reminder, name, value)
    return bool(settled)


def _mark_filed(reminder: Reminder, message: Message) -> None:
    """Mark the items filed or answered before the message left, which it does not mention; as a rule there are none."""
    filed = [
        item.pk
        for item in reminder.items.all()
        if (item.report_id and item.report_id not in message.asked)
        or (item.request_id and item.request_id not in message.requests)
    ]
    if filed:
        ReminderItem.objects.filter(pk__in=filed).update(was_filed=True)


def send_again(plan: Plan, keys: Collection[int] | None = None, *, by: User, at: datetime) -> int:
    """Let the undeliverable messages of ``plan`` with ``keys``, or all of use, leave once more; returns how many.

    One whose delivery could not be known is not among them: it may have arrived, and nobody is told twice.
    """
    stuck = Reminder.objects.of_plan(plan).undeliverable()
    chosen = stuck.of_use(at) if keys is None else stuck.filter(pk__in=keys)
    return chosen.update(state=ReminderState.OWED, send_after=at, error="", asked_again_by=by, asked_again_at=at)
