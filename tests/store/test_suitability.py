"""What is said of a Redis that the sync cannot work with."""

import re
import socketserver
import threading
from pathlib import Path

import pytest

from store.connection import Server, connect
from store.space import Redis
from store.suitability import COMMANDS, OUTSIDE, unsuitable
from workers.embedded import ephemeral
from workers.quiet import look_at_redis

LITERAL = "&charthop-ashby:/0.celery.pidbox &charthop-ashby:/0.celeryev/*"


def test_a_plain_server_is_suitable_and_nothing_is_written(redis: Redis) -> None:
    assert unsuitable(redis) == []
    assert redis.keys() == []


def test_one_that_evicts_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with ephemeral(options=("--maxmemory-policy", "allkeys-lru")) as server:
        (found,) = unsuitable(connect(server.url))
        look_at_redis(connect(server.url))

    assert "maxmemory-policy allkeys-lru" in str(found)
    assert not found.is_fatal
    assert caplog.messages == [f"Redis: {found}"], "a worker says so, and starts"


def test_a_cluster_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with ephemeral(tcp=True, options=("--cluster-enabled", "yes")) as server:
        (found,) = unsuitable(connect(server.url))
        with pytest.raises(SystemExit) as ended:
            look_at_redis(connect(server.url))

    assert "cluster" in str(found)
    assert found.is_fatal
    assert ended.value.code == 2
    assert caplog.messages == [f"Redis: {found}"], "a worker says so, and ends"


class _Older(socketserver.BaseRequestHandler):
    """A Redis of another version: it answers INFO, and says OK to everything else."""

    version = ""

    def handle(self) -> None:
        while received := self.request.recv(65536):
            for command in received.split(b"*")[1:]:
                info = f"redis_version:{self.version}\r\nredis_mode:standalone\r\n"
                said = f"${len(info)}\r\n{info}\r\n" if b"INFO\r\n" in command[:20] else "+OK\r\n"
                self.request.sendall(said.encode())


@pytest.mark.parametrize(("version", "is_too_old"), [("6.0.20", True), ("6.2.0", False)])
def test_one_that_is_too_old_is_refused_and_the_oldest_one_is_not(
    monkeypatch: pytest.MonkeyPatch, version: str, is_too_old: bool
) -> None:
    monkeypatch.setattr(_Older, "version", version)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Older) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with connect(f"redis://127.0.0.1:{server.server_address[1]}?protocol=2") as client:
            found = unsuitable(client)
        server.shutdown()

    assert [one.is_fatal for one in found] == [True] * is_too_old
    if is_too_old:
        assert str(found[0]) == "Redis 6.0.20 is older than 6.2; run Redis 6.2 or newer, or Valkey."


@pytest.mark.parametrize(
    ("rights", "lacking"),
    [
        ("allcommands allkeys allchannels", None),
        (f"allcommands ~charthop-ashby:* &charthop-ashby:* {LITERAL}", None),
        ("allcommands ~charthop-ashby:* &charthop-ashby:*", "PSUBSCRIBE charthop-ashby:/0.celery"),
        ("allcommands ~charthop-ashby:* resetchannels", "PUBLISH"),
        ("allcommands ~other:* allchannels", "GET, SET, DEL"),
        ("allcommands -eval allkeys allchannels", "EVAL"),
        ("allcommands -info allkeys allchannels", None),
    ],
)
def test_rights_that_are_missing_are_named(rights: str, lacking: str | None) -> None:
    with ephemeral(tcp=True) as server, connect(server.url) as admin:
        admin.execute_command("ACL", "SETUSER", "sync", "on", ">secret", *rights.split())
        client = connect(Server(server.url.replace("redis://", "redis://sync:secret@")))
        found = unsuitable(client)

    if lacking is None:
        assert found == []
    else:
        (only,) = found
        assert lacking in only.what
        assert only.is_fatal


SPELLED = re.compile(r"""(?:ask\(\s*"|redis\.call\(')([A-Z]+)""")
CALLED = re.compile(r"(?:_redis|redis|pipe|release|put)\.([a-z]+)\(")
OURS = {"key", "queue", "pipeline", "execute", "call", "call_repeatedly", "ask", "run"}


def test_every_command_that_the_store_sends_is_looked_at() -> None:
    sent: set[str] = set()
    for file in (Path(__file__).parents[2] / "store").glob("*.py"):
        code = file.read_text()
        sent |= set(SPELLED.findall(code))
        sent |= {name.replace("delete", "del").upper() for name in CALLED.findall(code)} - {
            name.upper() for name in OURS
        }
    sent &= {name.upper() for name in dir(Redis)} | {"DEL"}

    assert sent - {"INFO", "RESET"} <= {words[0] for words in (*COMMANDS, *OUTSIDE)}
