"""Asks the web server of this container whether it and its database are well; exits 1 if not.

A worker that stopped is told by /healthz too, but is no reason to take the web server out of service.

Run by its path, not as a module of the project, so that a check every half minute loads nothing else.
"""

import json
import os
import sys
from http.client import HTTPConnection, HTTPException, HTTPResponse

DEFAULT_PORT = "8000"


def main(port: str = DEFAULT_PORT) -> int:
    # The portal answers only under its own name.
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", int(port), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        told = _content(connection.getresponse())
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()
    return 0 if told.get("database") == "ok" else 1


def _content(response: HTTPResponse) -> dict[str, str]:
    try:
        return json.load(response)
    except ValueError:
        return {}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
