"""How the portal is served; gunicorn reads this file in the folder it is started in, whoever starts it.

A request takes a thread from its first byte to its last, so that somebody on a slow line keeps one thread and not a
whole process; nor is a request cut off for taking long, as long as something arrives.
"""

import gc
import os
import socket
import struct
from typing import Any

worker_class = "gthread"
# Each thread keeps one connection to the database.
threads = int(os.environ.get("WEB_THREADS") or 8)
# The server in front would send a form over a connection this one is just closing.
keepalive = 0
# Of a line that went dead without a word.
STALLED_SECONDS = 60


def when_ready(server: Any) -> None:
    """Connections inherit it from where they are accepted."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", STALLED_SECONDS, 0))


def post_worker_init(worker: Any) -> None:
    """What is loaded by now stays: looking through all of it for rubbish during requests finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
