"""Flower, limited to this machine unless it requires a password.

Its options come from the environment, a file and the command line, the last one deciding; only
when all have been read is it known where it will listen and whom it asks. A web page that somebody
visits meanwhile must not read it through their browser.
"""

import os
import sys
from typing import Any

from flower.app import Flower
from tornado.httputil import HTTPServerRequest
from tornado.web import ErrorHandler

from workers.ports import once_free
from workers.settings import is_loopback


class GuardedFlower(Flower):
    """Flower that without a password serves only loopback addresses and names, without its API."""

    def start_http_server(self) -> Any:
        """Listen at the configured address, if that is safe."""
        # Empty ones would count as a password that everybody knows.
        self.options.basic_auth = [one for one in self.options.basic_auth or () if one]
        if not self.asks_who_comes:
            # With this its API would answer anybody and let every web page read the answers.
            os.environ.pop("FLOWER_UNAUTHENTICATED_API", None)
            if not self.options.address:
                self.options.address = "127.0.0.1"
            if not is_loopback(self.options.address):
                print(  # noqa: T201
                    f"charthop-ashby: Flower would listen on {self.options.address} without a "
                    "password; set FLOWER_BASIC_AUTH to user:password, or leave address out.",
                    file=sys.stderr,
                )
                raise SystemExit(2)
        return self._listen()

    def _listen(self) -> Any:
        place = f"{self.options.address or '*'}:{self.options.port}"
        try:
            return once_free(super().start_http_server, place)
        except OSError as error:
            reason = error.strerror or error
            print(  # noqa: T201
                f"charthop-ashby: Flower cannot listen on {place} ({reason}); set FLOWER_PORT.",
                file=sys.stderr,
            )
            raise SystemExit(2) from None

    @property
    def asks_who_comes(self) -> bool:
        """True if a password or a login is required."""
        return bool(self.options.basic_auth or self.options.auth)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """The page; 421 for another host name, as an attacker's may resolve to 127.0.0.1."""
        is_ours = self.options.unix_socket or is_loopback(request.host_name.strip("[]"))
        if self.asks_who_comes or is_ours:
            return super().find_handler(request, **kwargs)
        return self.get_handler_delegate(request, ErrorHandler, {"status_code": 421})
