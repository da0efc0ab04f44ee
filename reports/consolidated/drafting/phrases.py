"""Vietnamese of the consolidated report: counts, shares, names in a row, sentences. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from models_registry.models import Indicator
from models_registry.text import write_number
from reports.domain.numbers import Figure, percent_of, write_figure
from reports.domain.states import Look, WorkState, look_of
from reports.domain.wording import document_percent

# More names than NAMED are counted too, and more than MOST_NAMED only counted: who they are the sources tell.
NAMED = 4
MOST_NAMED = 12
_COMMUNE = "UBND xã "
NONE = "Không có."
# Of an initiative: what others than its leads did is told beside it.
LEADS_UNHEARD = "chưa có báo cáo của đơn vị chủ trì"
NOBODY_OWES = "Trong kỳ không có đơn vị nào phải báo cáo."
_ENDS = (".", "!", "?", "…")


def counted(number: int) -> str:
    """ "05", "12", "1.234": below ten with a nought, as documents write a count."""
    return f"{number:02d}" if 0 < number < 10 else write_number(Decimal(number))


def share(part: int, whole: int) -> str:
    """ "87,9%"; "" of nothing."""
    return document_percent(Decimal(1000 * part / whole).quantize(Decimal(1)) / 10) if whole else ""


def target(indicator: Indicator) -> str:
    """ "95%", "12 DVC"."""
    number = write_number(indicator.target)
    return f"{number}%" if indicator.asks_for_total else f"{number} {indicator.unit_of_measure}"


def figure_words(indicator: Indicator, figure: Figure) -> str:
    """ "2/3 cơ sở", "12 DVC"."""
    counted_of = figure if indicator.asks_for_total else Figure(figure.value)
    return f"{write_figure(counted_of)} {indicator.unit_of_measure}"


def figure_percent(indicator: Indicator, figure: Figure) -> str:
    """ "66,7%"; "" where no percentage is asked for."""
    return document_percent(percent_of(figure)) if indicator.asks_for_total else ""


def by_state(states: Sequence[str]) -> list[tuple[Look, int]]:
    """Each work state that occurs, in the order of the work, with how often; those that never reported last."""
    return [(look_of(state), states.count(state)) for state in (*WorkState.values, "") if state in states]


def sentence(text: str) -> str:
    """``text`` with a capital in front and a stop behind."""
    text = text.strip()
    if not text.endswith(_ENDS):
        text = text.rstrip(" ,;:") + "."
    return text[:1].upper() + text[1:]


def names(units: Iterable[str]) -> str:
    """ "A, B", or "12 đơn vị: A, B, …" where they are many, "13 đơn vị" where too many."""
    found = list(units)
    if len(found) <= NAMED:
        return row(found)
    many = f"{counted(len(found))} đơn vị"
    return many if len(found) > MOST_NAMED else f"{many}: {row(found)}"


def row(units: Iterable[str]) -> str:
    """Names in a row, communes under one "UBND các xã"; set apart by ";" where a name has a comma of its own."""
    found = list(units)
    communes = [unit.removeprefix(_COMMUNE) for unit in found if unit.startswith(_COMMUNE)]
    if len(communes) < 2:
        return (";" if any("," in unit for unit in found) else ",").join(f" {unit}" for unit in found).strip()
    others = [unit for unit in found if not unit.startswith(_COMMUNE)]
    together = f"UBND các xã {', '.join(communes)}"
    return "; ".join([*others, together])


def said_by(units: Iterable[str], text: str) -> str:
    """ "Phòng Tư pháp: Đã tập huấn.", "12 đơn vị (A, B, …): Đã tập huấn."."""
    who, colon, listing = names(units).partition(": ")
    return f"{who}{f' ({listing})' if colon else ''}: {sentence(text)}"


def codes(found: Sequence[str]) -> str:
    """ "mô hình 9", "các mô hình 9, 11 và 18"."""
    if len(found) == 1:
        return f"mô hình {found[0]}"
    return f"các mô hình {', '.join(found[:-1])} và {found[-1]}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a và b", "a, b và c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} và {parts[-1]}"


def first_small(text: str) -> str:
    return text[:1].lower() + text[1:]
