"""What the mass-change brake holds."""

from core.notes import Reason

_APPROVE = "an operator can press Approve on the organization's page, which releases exactly these"

BRAKE_CLOSE = Reason(
    "BRAKE_CLOSE",
    "the brake holds: {count} of {total} linked openings would be closed at once (limit: {limit} "
    "%)",
    "A mass change usually comes from a broken list or a lost permission.",
    "`charthop-ashby approve {organization}` releases exactly these",
    _APPROVE,
)
BRAKE_EMPTY = Reason(
    "BRAKE_EMPTY",
    "the brake holds: ChartHop's list of open jobs is suddenly empty, so {count} openings would "
    "be closed",
    "An empty list usually means that the key lost a permission.",
    "`charthop-ashby approve {organization}` releases exactly these",
    _APPROVE,
)
BRAKE_ELSEWHERE = Reason(
    "BRAKE_ELSEWHERE",
    "the brake holds: {count} jobs that had an opening would get another one, because Ashby has "
    "no linked opening at all",
    "The key probably belongs to another Ashby account, one without these openings.",
    "put the right key back, or run `charthop-ashby approve {organization}`",
    "put the right key back; if it is the right one, an operator can press Approve on the "
    "organization's page",
)
BRAKE_CREATE = Reason(
    "BRAKE_CREATE",
    "the brake holds: openings for {count} jobs would be created at once (limit: {limit})",
    "A mass change is usually a mistake.",
    "`charthop-ashby approve {organization}` releases exactly these",
    _APPROVE,
)
APPROVED = Reason(
    "APPROVED",
    "{by} approved what the brake held",
    "The next sync carries it out if it is still due then.",
)
BRAKE_PERSONS = Reason(
    "BRAKE_PERSONS",
    "the brake holds: {count} people would be created at once (limit: {limit})",
    "A mass change is usually a mistake.",
    "`charthop-ashby approve {organization}` releases exactly these",
    _APPROVE,
)
