"""A server whose answers do not end: a JSON text that goes on with blanks, fast or as a trickle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BLANKS = b" " * (1 << 16)
PATIENCE = 20
"""Seconds after which it ends all the same, so that a reader without limits fails a test and does not hang it."""


@contextmanager
def endless(begin: bytes, *, trickle: float = 0.0) -> Iterator[str]:
    """The address of a server that sends `begin`, then blanks: a byte each `trickle` seconds, or many at once."""
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                self.wfile.write(begin)
                for _ in range(int(PATIENCE / trickle) if trickle else 2000):
                    self.wfile.write(b" " if trickle else BLANKS)
                    if stop.wait(trickle):
                        return
            except OSError:  # the client has gone, as it should
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
