"""Delivers messages through Apprise."""

import hashlib
import logging
from collections.abc import Sequence

from pydantic import SecretStr

from core.messages import Message
from organizations.addresses import is_link_local, why_refused

WITHIN = 15.0
"""Seconds that one address may take; a message delays only the task that sends it."""


class Address:
    """One Apprise address. It contains tokens, so only a digest of it is ever shown."""

    def __init__(self, address: SecretStr) -> None:
        self._address = address
        self.id = hashlib.sha256(address.get_secret_value().encode()).hexdigest()[:16]

    def deliver(self, message: Message) -> bool:
        """Deliver the message; True if it was accepted.

        Nothing is sent to an address that Apprise does not support or that is refused here, and no
        redirect is followed, because it could lead to one.
        """
        if why_refused(self._address.get_secret_value(), resolve=True) is not None:
            return False
        import apprise  # takes a sixth of a second, only if there is something to send

        # They would contain the address or its answer.
        for teller in ("apprise", "urllib3"):
            logging.getLogger(teller).setLevel(logging.CRITICAL + 1)
        asset = apprise.AppriseAsset(
            app_id="charthop-ashby",
            app_desc="ChartHop and Ashby in step",
            async_mode=False,
            http_redirects=False,
        )
        # Exactly one service: `add` would take every address that it finds in the text.
        service = apprise.Apprise.instantiate(self._address.get_secret_value(), asset=asset)
        if service is None or is_link_local(str(getattr(service, "host", ""))):
            return False  # Apprise may read another host out of the address.
        sender = apprise.Apprise(service, asset=asset)
        kind = apprise.NotifyType.SUCCESS if message.is_good else apprise.NotifyType.WARNING
        return bool(
            sender.notify(
                title=message.title,
                body=message.body,
                notify_type=kind,
                body_format=apprise.NotifyFormat.TEXT,
                timeout=WITHIN,
            )
        )


def addresses(notify: Sequence[SecretStr]) -> Sequence[Address]:
    """The addresses of an organization."""
    return tuple(Address(one) for one in dict.fromkeys(notify))
