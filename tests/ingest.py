"""A Sentry on this machine, for processes that report."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from sentry_sdk.envelope import Envelope


class Ingest(ThreadingHTTPServer):
    """A Sentry on this machine: it keeps what processes send to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Intake)
        self.raw: list[bytes] = []
        self.dsn = f"http://key@127.0.0.1:{self.server_address[1]}/1"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The items of that kind, in the order in which they came."""
        items = [one for raw in self.raw for one in Envelope.deserialize(raw).items]
        return [json.loads(one.get_bytes()) for one in items if one.type == kind]


class Intake(BaseHTTPRequestHandler):
    """Takes one envelope."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        assert isinstance(self.server, Ingest)
        self.server.raw.append(body)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """The test looks at what came."""
