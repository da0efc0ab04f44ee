"""What the portal drafts under a heading of the outline, by its kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from models_registry.models import Initiative, InitiativeGroup
from reports.domain.states import SolvingLevel
from reports.domain.wording import document_percent
from reports.letterheads.citations import short_day
from reports.models import ProgressEntry, SectionKind

from .drafted_line import DraftLine, Form, heading, of_merged, paragraph
from .facts import Facts, ObstacleFamily
from .overall import direction, overall
from .phrases import LEADS_UNHEARD, NONE, by_state, codes, counted, names, said_by, sentence
from .similar import MergedStatement, UnitStatement, lines_of, merge_statements

# "Cấp huyện" first: what is nearest to who reads it; "" is a difficulty whose level nobody has named.
_LEVELS = (SolvingLevel.COMMUNE, SolvingLevel.DISTRICT, SolvingLevel.PROVINCE, SolvingLevel.MINISTRY, "")
_NO_LEVEL = "Chưa xác định cấp giải quyết"


def draft(kind: str, facts: Facts) -> list[DraftLine]:
    """The lines of a section of ``kind``; none where the portal has nothing to say under it."""
    drafter = _DRAFTERS.get(kind)
    return list(drafter(facts)) if drafter else []


# --- Results ---


def _results(facts: Facts) -> Iterator[DraftLine]:
    """By group and initiative: how it stands, then what was done and by whom; those without news in one line."""
    said = _by_initiative(_lines(facts.entries, "result"))
    for group, initiatives in groupby(facts.initiatives, key=lambda one: one.group):
        yield from _group(facts, group, list(initiatives), said)


def _group(
    facts: Facts, group: InitiativeGroup | None, initiatives: Sequence[Initiative], said: dict[int, list[UnitStatement]]
) -> Iterator[DraftLine]:
    if group:
        yield heading(group.name, f"group {group.pk}")
    for initiative in initiatives:
        if initiative.pk in said:
            yield _initiative_line(facts, initiative)
            for merged in merge_statements(said[initiative.pk]):
                text = said_by(merged.units, merged.text)
                yield of_merged(Form.SUB_BULLET, merged, text, f"result {initiative.pk}")
    silent = [initiative.code for initiative in initiatives if initiative.pk not in said]
    if silent:
        text = sentence(f"{codes(silent)}: trong kỳ chưa có kết quả mới")
        yield DraftLine(Form.BULLET, text, f"silent {group.pk if group else ''}")


def _initiative_line(facts: Facts, initiative: Initiative) -> DraftLine:
    """ "Mô hình 6: Khám chữa bệnh … – đang triển khai, tiến độ 60%."."""
    told, percent = _spread(facts.states_of(initiative)), document_percent(facts.percent_of(initiative))
    told += f", tiến độ {percent}" if percent else ""
    told += ", chậm so với thời hạn" if facts.is_late(initiative) else ""
    entries = tuple(known.entry_id for _, known in facts.progress_of(initiative))
    return DraftLine(Form.BULLET, sentence(f"{_title(initiative)} – {told}"), f"initiative {initiative.pk}", entries)


def _title(initiative: Initiative) -> str:
    """Without the stop some names end with in the plan; dots that go on stay."""
    title = str(initiative)
    return title if title.endswith("..") else title.removesuffix(".")


def _spread(states: Sequence[str]) -> str:
    """ "đang triển khai" where all say so, else "12 đơn vị đang triển khai, 03 đơn vị hoàn thành"."""
    if set(states) == {""}:
        return LEADS_UNHEARD
    each = [(look.word.lower(), count) for look, count in by_state(states)]
    return each[0][0] if len(each) == 1 else ", ".join(f"{counted(count)} đơn vị {word}" for word, count in each)


# --- Difficulties, proposals, next steps ---


def _difficulties(facts: Facts) -> Iterator[DraftLine]:
    """By who can solve them; the same difficulty of several units, with whichever initiatives, once."""
    for level in _LEVELS:
        found = [family for family in facts.obstacles if family.root.solving_level == level]
        if found:
            name = f"Thuộc thẩm quyền giải quyết của {SolvingLevel(level).label.lower()}" if level else _NO_LEVEL
            yield heading(name, f"level {level}")
            told = [said for family in found for said in _of_family(family, "text")]
            yield from _by_text(told, f"obstacle {level}", codes_first=True)
    if not facts.obstacles:
        yield paragraph("Trong kỳ không có khó khăn, vướng mắc cần báo cáo.", "none")


def _proposals(facts: Facts) -> Iterator[DraftLine]:
    """What units propose: with a difficulty that waits, or by itself; to the level that can decide it.

    What was proposed with a difficulty settled meanwhile goes no further.
    """
    free = [entry for entry in facts.entries if not entry.difficulty.strip()]
    found = False
    for level in _LEVELS:
        waiting = [family for family in facts.obstacles if family.root.solving_level == level]
        told = [said for family in waiting for said in _of_family(family, "proposal")]
        told += _lines([entry for entry in free if entry.solving_level == level], "proposal")
        if told:
            found = True
            name = f"Đối với {SolvingLevel(level).label.lower()}" if level else "Đề xuất chung"
            yield heading(name, f"level {level}")
            yield from _by_text(told, f"proposal {level}")
    if not found:
        yield paragraph(NONE, "none")


def _next_steps(facts: Facts) -> Iterator[DraftLine]:
    """Deadlines that come near first, then what units mean to do."""
    yield from _due_next(facts)
    told = _lines([entry for entry in facts.entries if not entry.is_kept], "next_steps")
    if told:
        yield from _by_text(told, "next")
    else:
        yield paragraph("Các đơn vị tiếp tục thực hiện các nhiệm vụ được giao theo kế hoạch.", "none")


def _due_next(facts: Facts) -> Iterator[DraftLine]:
    """Initiatives that are late, and those whose deadline is in the next period."""
    if facts.late_codes:
        text = sentence(f"Tập trung hoàn thành {codes(facts.late_codes)} đã quá thời hạn của kế hoạch")
        yield DraftLine(Form.BULLET, text, "late")
    if facts.period.is_special:
        return
    upto = facts.period.span.next.ends_on
    for initiative in facts.initiatives:
        for deadline in initiative.deadlines.all():
            if deadline.due_on and facts.period.ends_on <= deadline.due_on <= upto:
                text = f"Mô hình {initiative.code} đến hạn ngày {short_day(deadline.due_on)}: đôn đốc, kiểm tra kết quả"
                yield DraftLine(Form.BULLET, sentence(text), f"due {deadline.pk}")


# --- What was said, by initiative ---


def _lines(entries: Iterable[ProgressEntry], field: str) -> list[tuple[Initiative, UnitStatement]]:
    """Each line of ``field`` with its initiative; what was only kept is not of this period."""
    return [
        (entry.duty.initiative, UnitStatement(text, entry.duty.unit.name, entry.duty.initiative.code, entry=entry.pk))
        for entry in entries
        if not entry.is_kept
        for text in lines_of(getattr(entry, field))
    ]


def _by_initiative(told: Iterable[tuple[Initiative, UnitStatement]]) -> dict[int, list[UnitStatement]]:
    found: dict[int, list[UnitStatement]] = {}
    for initiative, said in told:
        found.setdefault(initiative.pk, []).append(said)
    return found


def _by_text(
    told: Iterable[tuple[Initiative, UnitStatement]], key: str, *, codes_first: bool = False
) -> Iterator[DraftLine]:
    """ "- Lắp nốt đầu đọc (mô hình 6: Trung tâm Y tế)." for each thing said, of whichever initiatives; or, with
    ``codes_first``, "- Mô hình 6: Thiếu đầu đọc (Trung tâm Y tế).".
    """
    pairs = sorted(told, key=lambda pair: (pair[0].position, pair[0].pk))
    for merged in merge_statements(said for _, said in pairs):
        where, who = codes(list(merged.codes)), names(merged.units)
        behind = f"{where}{';' if ':' in who else ':'} {who}"
        text = f"{where}: {_bare(merged)} ({who})" if codes_first else f"{_bare(merged)} ({behind})"
        yield of_merged(Form.BULLET, merged, sentence(text), key)


def _of_family(family: ObstacleFamily, field: str) -> list[tuple[Initiative, UnitStatement]]:
    """What it says, in its own words, for every unit and initiative it answers for."""
    text = " ".join(lines_of(getattr(family.root, field)))
    told = [(one.duty.initiative, one.duty.unit.name, one.pk) for one in family.members if text]
    return [(about, UnitStatement(text, unit, about.code, obstacle=pk)) for about, unit, pk in told]


def _bare(merged: MergedStatement) -> str:
    return merged.text.strip().rstrip(" .;,")


_DRAFTERS: dict[str, Callable[[Facts], Iterator[DraftLine]]] = {
    SectionKind.FIGURES: overall,
    SectionKind.RESULTS: _results,
    SectionKind.DIRECTION: direction,
    SectionKind.DIFFICULTIES: _difficulties,
    SectionKind.NEXT_STEPS: _next_steps,
    SectionKind.PROPOSALS: _proposals,
}
