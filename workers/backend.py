"""The addresses of Redis and of the broker in it, in their libraries' forms."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from store.connection import Server, watched
from workers.embedded import redis_url
from workers.settings import Settings


def server(settings: Settings) -> Server:
    """The Redis of this deployment. Raises WrongSetup as `redis_url` does."""
    return Server(
        url=redis_url(settings),
        prefix=settings.redis_prefix,
        master=settings.redis_sentinel_master,
        ca_file=settings.redis_ca_file,
    )


def broker_url(found: Server) -> str:
    """The address in the form of Celery's broker setting.

    There, sockets are spelled differently, each sentinel has to repeat the database and the login,
    and an encrypted connection checks the server's certificate only on request (redis-py always
    does).
    """
    parts = urlsplit(found.url)
    query = parse_qs(parts.query)
    if parts.scheme == "sentinel":
        login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        known = watched(found.url)
        return ";".join(
            f"sentinel://{login}{host}:{port}/{known.database}" for host, port in known.sentinels
        )
    if parts.scheme == "unix":
        database = query.get("db", ["0"])[0]
        login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return f"redis+socket://{login}{parts.path}?{urlencode({'virtual_host': database})}"
    if parts.scheme == "rediss":
        added = {} if "ssl_cert_reqs" in query else {"ssl_cert_reqs": "required"}
        if found.ca_file is not None:
            added["ssl_ca_certs"] = str(found.ca_file)
        joined = "&".join(filter(None, (parts.query, urlencode(added))))
        return parts._replace(query=joined).geturl()
    return found.url


def broker_options(found: Server) -> dict[str, Any]:
    """Further broker options: the prefix, and the server that the sentinels watch."""
    options: dict[str, Any] = {"global_keyprefix": f"{found.prefix}:"}
    if found.url.startswith("sentinel://"):
        timeouts = {"socket_timeout": 10, "socket_connect_timeout": 5}
        options |= {"master_name": found.master, "sentinel_kwargs": timeouts}
    return options
