"""The stylesheet: what one part looks like is said once."""

import re
from collections import Counter

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

LOOK = settings.BASE_DIR / "static" / "web" / "look.css"


def _rules(css: str) -> list[tuple[str, str]]:
    """Selectors and what is declared for them, without those that hold only for a width, a scheme or paper."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    always = re.sub(r"@[\w-]+[^{;]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})", "", plain)
    return re.findall(r"([^{}]+)\{([^{}]*)\}", always)


def _twice(css: str) -> list[str]:
    """The classes whose layout is declared in more than one place; a name taken twice draws both parts wrong."""
    drawn = Counter(
        name
        for selectors, body in _rules(css)
        if re.search(r"(?:^|[;\s])(?:display|width|position)\s*:", body)
        for selector in selectors.split(",")
        if re.fullmatch(r"\.[\w-]+", name := selector.strip())
    )
    return sorted(name for name, times in drawn.items() if times > 1)


def test_class_taken_twice_is_found():
    assert _twice(
        ".a { display: flex; } @media print { .a { display: none; } } .b, .a { display: grid; } .b { gap: 0; }"
    ) == [".a"]


def test_no_class_is_drawn_twice():
    assert _twice(LOOK.read_text(encoding="utf8")) == []


def test_every_icon_of_the_sprite_is_drawn_somewhere():
    told = [
        file.read_text(encoding="utf8")
        for folder, kinds in (("templates", ".html"), ("reports", ".py"), ("static", ".js"))
        for file in (settings.BASE_DIR / folder).rglob(f"*{kinds}")
    ]
    icons = (settings.BASE_DIR / "static" / "web" / "icons.txt").read_text(encoding="utf8").split()

    assert [name for name in icons if not any(re.search(rf"[\"'#]{name}[\"' ]", text) for text in told)] == []
