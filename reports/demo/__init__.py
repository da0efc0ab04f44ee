"""Made-up people and reports to see the portal at work, gone in one command."""

from reports.demo.clearing import clear_demo
from reports.demo.people import DEMO_PASSWORD, DemoRefused, username_of
from reports.demo.scales import SCALE_WEEKS, SCALES, Scale
from reports.demo.seeding import seed_demo, seed_scale

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
