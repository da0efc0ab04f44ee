"""``./portal bench NAME``: run one measurement of this folder."""

import importlib
import sys

if __name__ == "__main__":
    importlib.import_module(f"tests.bench.{sys.argv[1]}").main()
