"""What every page draws, known to every template (docs/look.md).

``{% icon "clock" %}``, ``{{ entry.work_state|state }}``, ``{{ report|status_at:at|state:"chip" }}``.
"""

from django import template
from django.utils.safestring import SafeString

from reports.domain.states import Look, look_of
from reports.drawing import signs

register = template.Library()

register.simple_tag(signs.icon)
register.filter(signs.sign)


@register.filter
def state(value: str | Look | None, more: str = "") -> SafeString:
    """Sign, word and colour of a state; ``more``: "chip" once in a head, nothing in lists."""
    return signs.state(look_of(value) if value is None or isinstance(value, str) else value, more)
