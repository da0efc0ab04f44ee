"""Run one measurement by its name, or list them with what each measures."""

import ast
import importlib
import sys
from pathlib import Path


def listed() -> list[str]:
    files = sorted(path for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    return [f"  {path.stem:12} {first_line(path)}" for path in files]


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf8"))) or "").partition("\n")[0]


def main() -> None:
    name, *arguments = sys.argv[1:] or [""]
    if not name.isidentifier() or name.startswith("_") or not (Path(__file__).parent / f"{name}.py").is_file():
        print("Các phép đo (chạy: ./portal bench TÊN):", *listed(), sep="\n")
        raise SystemExit(f"Không có phép đo “{name}”." if name else 0)
    # By its name, since a module may be called what Python's own words are: import.
    importlib.import_module(f"tests.bench.{name}").main(*arguments)


if __name__ == "__main__":
    main()
