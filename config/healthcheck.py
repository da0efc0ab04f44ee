"""Asks the web server of this container whether it is well; exits 1 if not.

Run by its path, not as a module of the project, so that a check every half minute loads nothing else.
"""

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
            return 0 if response.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
