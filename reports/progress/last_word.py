"""The last word on a duty: the last thing said under it, for whatever period; no database.

Its result is that of the latest entry with a result of its own, for a result holds until a new one comes. Where nothing
was said under the duty itself, the word is that of the duty it took over from.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from assignments.models import AssignmentRole


class Word(NamedTuple):
    """An entry that counts, as far as the last word asks; ``counts_from``: the first day as of which it counts."""

    duty_id: int
    entry_id: int
    said_at: datetime
    counts_from: date
    ends_on: date
    role: str
    work_state: str
    percent: int | None
    has_own_result: bool


class LastWord(NamedTuple):
    """``result`` is the word whose result holds, None where none was told."""

    word: Word
    result: Word | None

    @property
    def is_of_lead(self) -> bool:
        return self.word.role == AssignmentRole.LEAD


class Handover(NamedTuple):
    """``heir`` goes on from ``on`` with what was said under ``predecessor`` until then, or until it became known.

    ``is_succession``: the unit of ``predecessor`` ended; otherwise it was the lead and is replaced.
    """

    heir: int
    predecessor: int
    on: date
    recorded_at: datetime
    is_succession: bool = False

    def passes_on(self, word: Word) -> bool:
        return word.ends_on < self.on or word.said_at <= self.recorded_at


def last_word(
    duty_id: int, words: Mapping[int, Sequence[Word]], handovers: Mapping[int, Sequence[Handover]]
) -> LastWord | None:
    """The last word on ``duty_id``; ``words`` by duty, ``handovers`` by heir."""
    return latest(words.get(duty_id, ()), inherited_word(duty_id, words, handovers))


def inherited_word(
    duty_id: int, words: Mapping[int, Sequence[Word]], handovers: Mapping[int, Sequence[Handover]]
) -> LastWord | None:
    """The last word that came to ``duty_id``: of several predecessors the lead's, of several leads the latest.

    Under which something was said before, or to which a unit that ended passed its word on, that has a thread of its
    own and needs no replaced lead's.
    """
    own = words.get(duty_id, ())
    come = [one for one in handovers.get(duty_id, ()) if not any(one.passes_on(word) for word in own)]
    passed = [(each, word) for each in come if (word := _passed_on(each, words, handovers))]
    threads = [each.on for each, _ in passed if each.is_succession]
    found = [word for each, word in passed if each.is_succession or not any(on <= each.on for on in threads)]
    return max(found, key=lambda one: (one.is_of_lead, one.word.said_at, one.word.entry_id), default=None)


def updated(duty_id: int, before: LastWord | None, news: Sequence[Word]) -> LastWord | None:
    """The last word after ``news`` came in; what was said under the duty itself goes before what it inherited."""
    if before is None or before.word.duty_id != duty_id:
        return latest(news, before)
    known = {before.word, before.result or before.word, *news}
    return latest(known)


def latest(words: Iterable[Word], before: LastWord | None = None) -> LastWord | None:
    """The last of ``words``, in whatever order they come, over what held ``before`` any of them."""
    in_order = sorted(words, key=lambda word: (word.said_at, word.entry_id))
    if not in_order:
        return before
    told = [word for word in in_order if word.has_own_result]
    return LastWord(in_order[-1], told[-1] if told else before.result if before else None)


def _passed_on(
    handover: Handover, words: Mapping[int, Sequence[Word]], handovers: Mapping[int, Sequence[Handover]]
) -> LastWord | None:
    said = [word for word in words.get(handover.predecessor, ()) if handover.passes_on(word)]
    # What came to the predecessor in its turn; a circle of replaced leads ends where it began.
    earlier = {heir: rows for heir, rows in handovers.items() if heir != handover.heir}
    return last_word(handover.predecessor, {**words, handover.predecessor: said}, earlier)
