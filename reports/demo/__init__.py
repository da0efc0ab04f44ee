"""Made-up people and reports to see the portal at work, gone in one command."""

from .accounts import DEMO_PASSWORD, DemoRefused, username_of
from .clearing import clear_demo
from .scales import SCALE_WEEKS, SCALES, Scale
from .seeding import seed_demo, seed_scale

__all__ = (
    "DEMO_PASSWORD",
    "SCALES",
    "SCALE_WEEKS",
    "DemoRefused",
    "Scale",
    "clear_demo",
    "seed_demo",
    "seed_scale",
    "username_of",
)
