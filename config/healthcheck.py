"""Asks the web server of this container whether it and its database are well; exits 1 if not.

A worker that stopped is told by /healthz too, but is no reason to take the web server out of service.

Run by its path, not as a module of the project, so that a check every half minute loads nothing else.
"""

import json
import os
import sys
import urllib.error
import urllib.request

DEFAULT_PORT = "8000"


def main(port: str = DEFAULT_PORT) -> int:
    # The portal answers only under its own name.
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": name})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            told = json.load(response)
    except urllib.error.HTTPError as error:
        told = _content(error)
    except (OSError, ValueError):
        return 1
    return 0 if told.get("database") == "ok" else 1


def _content(error: urllib.error.HTTPError) -> dict[str, str]:
    try:
        return json.load(error)
    except ValueError:
        return {}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
