#!/usr/bin/env python
"""Runs the portal's management commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Whoever installs the portal needs the sentence, not the traceback.
        sys.exit(f"Chưa chạy được: {error}")


if __name__ == "__main__":
    main()
