"""The trigger by which the database itself refuses a change of state no report can make."""

from collections.abc import Iterable

from .triggers import Trigger


def report_state_triggers(steps: Iterable[tuple[str, str]]) -> list[Trigger]:
    """Triggers by which ``state`` changes only by one of ``steps`` and ``missed_at`` is never taken back."""
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in steps)
    illegal = (
        f"(NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES {pairs}))"
        " OR (OLD.missed_at IS NOT NULL AND NEW.missed_at IS NULL)"
    )
    return [
        Trigger(
            name="report_takes_no_illegal_step",
            table="reports_unitreport",
            event="UPDATE OF state, missed_at",
            refused=illegal,
            message="a report cannot take this step",
            detail="': ' || OLD.state || ' to ' || NEW.state",
        )
    ]
