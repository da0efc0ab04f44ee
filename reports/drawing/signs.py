"""Icons and signs, from the one sprite the setup builds (static/web/icons.txt, static/web/signs.svg)."""

import functools

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from reports.domain.states import Look

SPRITE = "vendor/icons.svg"


def icon(name: str, more: str = "") -> SafeString:
    """One of static/web/icons.txt; ``more``: further classes, "i-s" is the small one."""
    return _drawn(f"i {more}", name)


def sign(look: Look, more: str = "") -> SafeString:
    """The sign of a state alone, for where its word stands beside it or in a name."""
    return _drawn(f"sign {more}", look.sign)


def state(look: Look, more: str = "") -> SafeString:
    """Sign, word and colour of a state; ``more``: "chip" once in a head, nothing in lists."""
    return mark_safe(f'<span class="st c-{look.colour} {more}">{sign(look)}{look.word}</span>')  # noqa: S308 - see _drawn


@functools.lru_cache(maxsize=512)
def _drawn(classes: str, name: str) -> SafeString:
    # Names and classes are the portal's own; ``format_html`` takes many times as long, with hundreds on one page.
    return mark_safe(f'<svg class="{classes}" aria-hidden="true"><use href="{static(SPRITE)}#{name}"/></svg>')  # noqa: S308
