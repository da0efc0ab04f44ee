"""Set up Django on the database the environment names, then run a part of a measurement: module, part."""

import importlib
import os
import sys

import django


def main(module: str, part: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    getattr(importlib.import_module(f"tests.bench.{module}"), part)()


if __name__ == "__main__":
    main(*sys.argv[1:])
