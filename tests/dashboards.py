"""Flower processes of a station."""

import socket
from dataclasses import dataclass

import httpx

from tests.processes import Process, Station


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Dashboard:
    """A Flower process."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        assert self.process.runs, self.process.said()
        try:
            return httpx.get(f"{self.url}/healthcheck").is_success
        except httpx.TransportError:
            return False


def flower(station: Station, name: str, **environment: str) -> Dashboard:
    port = free_port()
    station.environment = {**station.environment, **environment, "FLOWER_PORT": str(port)}
    return Dashboard(_start(station, name), port)


def _start(station: Station, name: str) -> Process:
    # Not forked: what Flower's own modules make of their environment is part of what is tested.
    return station.start("celery", "-A", "workers", "flower", name=name, forked=False)
