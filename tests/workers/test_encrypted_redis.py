"""rediss://: redis-py and Celery's broker both speak TLS, and both check the certificate."""

import datetime
import ipaddress
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kombu import Connection
from kombu.exceptions import OperationalError

from store.connection import Server
from tests.processes import Station, wait_until
from workers.backend import broker_url
from workers.embedded import ephemeral, redis_url
from workers.embedded.process import connect
from workers.settings import Settings


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redis")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "ca.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address of a Redis that speaks TLS only, and the certificate to trust."""
    certificate, key = make_certificate(tmp_path)
    with ephemeral(tcp=True) as server:
        inside = server.url.rpartition(":")[2].partition("/")[0]
        relay = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("tls_relay.py"), certificate, key, inside],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert relay.stdout is not None
            yield f"rediss://127.0.0.1:{int(relay.stdout.readline())}/0", certificate
        finally:
            relay.kill()
            relay.communicate()


def test_a_trusted_certificate(encrypted: tuple[str, Path]) -> None:
    address, certificate = encrypted
    url = redis_url(Settings(redis_url=f"{address}?ssl_ca_certs={certificate}"))
    with connect(url) as client:
        assert client.ping()
    with Connection(broker_url(Server(url))) as broker, closing(broker.SimpleQueue("q")) as queue:
        queue.put({"id": 1})
        assert queue.get(timeout=5).payload == {"id": 1}


def test_a_stranger_is_refused_by_both(encrypted: tuple[str, Path]) -> None:
    address, _ = encrypted
    with connect(address) as client, pytest.raises(redis.ConnectionError, match="CERTIFICATE"):
        client.ping()
    with (
        Connection(broker_url(Server(address)), transport_options={"max_retries": 1}) as broker,
        pytest.raises(OperationalError, match="CERTIFICATE"),
    ):
        broker.default_channel.client.ping()


@pytest.mark.slow
def test_processes_trust_what_redis_ca_file_holds(
    tmp_path: Path, encrypted: tuple[str, Path]
) -> None:
    address, certificate = encrypted
    folder = tmp_path / "station"
    folder.mkdir()
    with Station(folder, interval=1) as station:
        org, account = station.add()
        org.add_job("Engineer")
        station.environment["REDIS_URL"] = address
        stranger = station.start_worker("stranger")
        wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in stranger.said())
        assert not account.openings
        station.environment["REDIS_CA_FILE"] = str(certificate)
        worker, beat = station.start_worker(), station.start_beat()
        wait_until(lambda: account.openings, within=60.0)
        assert worker.runs and beat.runs
