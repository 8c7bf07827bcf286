"""A small web server for tests: it keeps what it is sent and answers as it is told."""

from __future__ import annotations

import http.server
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = tuple[int, str, bytes]


class Double(http.server.ThreadingHTTPServer):
    """`answer(body)` says status, content type and body; `seen` holds every body."""

    def __init__(self, answer: Callable[[bytes], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.seen: list[bytes] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up; whatever else goes wrong is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/seals"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Double

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(body)
        status, kind, data = self.server.answer(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status in (301, 302, 307):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - name given by the library
        """Keep quiet."""


def accept(_body: bytes) -> Answer:
    """Takes whatever comes."""
    return 204, "text/plain", b""


@contextmanager
def serving(answer: Callable[[bytes], Answer] = accept) -> Iterator[Double]:
    """A server for one test."""
    server = Double(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
