"""Delivers messages through Apprise."""

import hashlib
import logging
from collections.abc import Sequence

from pydantic import SecretStr

from core.messages import Message
from organizations.addresses import why_refused

WITHIN = 15.0
"""Seconds that one address may take; a message holds up nothing but the task that sends it."""


class Address:
    """One Apprise address. It holds tokens, so nothing but a digest of it is ever shown."""

    def __init__(self, address: SecretStr) -> None:
        self._address = address
        self.id = hashlib.sha256(address.get_secret_value().encode()).hexdigest()[:16]

    def deliver(self, message: Message) -> bool:
        """True if the message was taken.

        None is sent to an address that Apprise does not know or that is refused here, and no
        redirection is followed: it could lead to one.
        """
        if why_refused(self._address.get_secret_value(), resolve=True) is not None:
            return False
        import apprise  # a sixth of a second, where somebody is to be told

        # They would name the address, or show what it answered.
        for teller in ("apprise", "urllib3"):
            logging.getLogger(teller).setLevel(logging.CRITICAL + 1)
        sender = apprise.Apprise(
            asset=apprise.AppriseAsset(
                app_id="charthop-ashby",
                app_desc="ChartHop and Ashby in step",
                async_mode=False,
                http_redirects=False,
            )
        )
        sender.add(self._address.get_secret_value())
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
