"""The relevant offer of each application, and the hire that claims each opening."""

from collections.abc import Mapping, Sequence

from core.records import ApplicationTrace, OfferTrace


def chosen_offers(offers: Sequence[OfferTrace]) -> dict[str, OfferTrace]:
    """The relevant offer of each application: the accepted one that was decided last."""
    chosen: dict[str, OfferTrace] = {}
    for offer in sorted(offers, key=lambda one: (one.decided or "", one.id)):
        if offer.is_accepted:
            chosen[offer.application_id] = offer
    return chosen


def claims(
    chosen: Mapping[str, OfferTrace], applications: Mapping[str, ApplicationTrace]
) -> dict[str, str]:
    """The offer that claims each opening: the hire already done, else the one decided first."""

    def rank(offer: OfferTrace) -> tuple[bool, str, str]:
        return (applications[offer.application_id].person_id is None, offer.decided or "", offer.id)

    winners: dict[str, OfferTrace] = {}
    for offer in chosen.values():
        application = applications.get(offer.application_id)
        if offer.opening_id is None or application is None or not application.is_hired:
            continue
        holder = winners.get(offer.opening_id)
        if holder is None or rank(offer) < rank(holder):
            winners[offer.opening_id] = offer
    return {opening: offer.id for opening, offer in winners.items()}
