"""Apprise addresses: the ones to which a message may be sent.

Apprise supports some 240 schemes. Some of them write to the machine's own log or read another file
of addresses, and some parameters name files to read. Only the schemes that reach teams are allowed.
"""

import ipaddress
import queue
import re
import socket
import threading
from urllib.parse import unquote, unquote_plus, urlsplit

_SCHEMES = """
    betterstack discord feishu firehydrant form forms gchat goalert goalerts gotify gotifys guilded
    humhub humhubs ilert incidentio jira json jsons lark line mailgun mailto mailtos matrix matrixs
    mattermost mmost mmosts msteams nctalk nctalks ntfy ntfys o365 opsgenie pagerduty pagertree
    postmark pover resend revolt rocket rockets ryver sendgrid ses signal signals signl4 slack
    smtp2go sns sparkpost spike splunk squadcast synology synologys tgram threema twilio twist
    victorops vonage webex whatsapp workflow workflows wxteams xml xmls zcliq zoom zulip
"""
SCHEMES = frozenset(_SCHEMES.split())

LOOK_UP_SECONDS = 5.0
"""Seconds within which a host's name has to resolve before a message is sent to it."""

_FILES = frozenset(
    {"template", "keyfile", "subfile", "pgp", "pgpkey", "pgppub", "pgpprv", "pub", "prv", "attach"}
    | {"smime", "smimecert", "smimekey", "cert", "key_file", "include", "config"}
)
"""Parameters that make some schemes read a file."""

_FILE_OPTION = re.compile(rf"(?<![a-z0-9_])({'|'.join(sorted(_FILES))})\s*=")
"""Such a parameter anywhere: Apprise finds them after ; and #, too, and strips spaces."""


def why_refused(address: str, *, resolve: bool = False) -> str | None:
    """A clause with the reason why nothing is sent to that address, None if it is allowed.

    It repeats nothing of the address but its scheme. `resolve` also looks up the host's name.
    """
    scheme = address.partition("://")[0].strip().lower()
    if scheme not in SCHEMES:
        shown = scheme if re.fullmatch(r"[a-z0-9.+-]{1,20}", scheme) else "this kind"
        return f"is of {shown}://, which is not among those that messages are sent to"
    if _SEVERAL.search(address) is not None:
        return "holds several addresses; write each as an entry of its own"
    try:
        # Apprise skips further slashes.
        host = urlsplit(re.sub(":/{2,}", "://", address, count=1)).hostname or ""
    except ValueError:
        return "cannot be read; write it like slack://A/B/C"
    if (file := _FILE_OPTION.search(unquote_plus(address).lower())) is not None:
        return f"would read a file ({file[1]}=); leave that out"
    if is_link_local(unquote(host)) or (resolve and resolves_to_link_local(unquote(host))):
        return "is of this machine's own network (link-local); name another host"
    return None


_SEVERAL = re.compile(r"[\s,][a-zA-Z0-9]+://")
"""Where Apprise would begin another address in the same text."""


def is_link_local(host: str) -> bool:
    """True if the host is a link-local address in any notation.

    The metadata services of cloud providers have such addresses and return credentials.
    """
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        try:
            # 2852039166, 0xa9fea9fe and 169.254.43518 mean the same to every resolver.
            address = ipaddress.ip_address(socket.inet_aton(host))
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return any(
        one.is_link_local or one.is_multicast or one == _METADATA_V6
        for one in (address, mapped)
        if one is not None
    )


_METADATA_V6 = ipaddress.ip_address("fd00:ec2::254")


def resolves_to_link_local(host: str) -> bool:
    """True if the name now resolves to such an address, or is not resolved in time.

    The resolver has no deadline, so a separate thread waits for it.
    """
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            found = []
        answers.put(any(is_link_local(str(one[4][0])) for one in found))

    threading.Thread(target=look_up, name="name look-up", daemon=True).start()
    try:
        return answers.get(timeout=LOOK_UP_SECONDS)
    except queue.Empty:
        return True
