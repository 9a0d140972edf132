"""A chat channel on this machine: it takes what is posted to it, or refuses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "tok3n-of-the-channel"


class Channel:
    """What was posted, in order. `refuses` answers 500 instead."""

    def __init__(self, port: int) -> None:
        self.address = f"json://127.0.0.1:{port}/{TOKEN}"
        self.posts: list[dict[str, Any]] = []
        self.refused = 0
        self.refuses = False

    @property
    def titles(self) -> list[str]:
        """The titles of what was posted."""
        return [post["title"] for post in self.posts]

    def take(self, post: dict[str, Any]) -> int:
        """The status to answer."""
        if self.refuses:
            self.refused += 1
            return 500
        self.posts.append(post)
        return 200


@contextmanager
def channel() -> Iterator[Channel]:
    """A channel while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == f"/{TOKEN}"
            self.send_response(made.take(post))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """The test looks at `posts`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Channel(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
