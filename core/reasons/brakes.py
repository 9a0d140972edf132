"""What the mass-change brake holds."""

from core.notes import Reason

BRAKE_CLOSE = Reason(
    "BRAKE_CLOSE",
    "the brake holds: {count} of {total} linked openings would be closed at once ({limit} % are "
    "allowed)",
    "A mass change is more often a mistake of a list or a permission than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
BRAKE_EMPTY = Reason(
    "BRAKE_EMPTY",
    "the brake holds: ChartHop's list of open jobs is suddenly empty and {count} openings would "
    "be closed",
    "An empty list is more often a permission that was lost than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
BRAKE_ELSEWHERE = Reason(
    "BRAKE_ELSEWHERE",
    "the brake holds: {count} jobs that had an opening would get another one, because Ashby has no "
    "linked opening at all",
    "The key is probably that of another Ashby account, where none of the openings is.",
    "put the right key back, or `charthop-ashby approve {organization}`",
)
BRAKE_CREATE = Reason(
    "BRAKE_CREATE",
    "the brake holds: openings for {count} jobs would be made at once ({limit} are allowed)",
    "A mass change is more often a mistake than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
APPROVED = Reason(
    "APPROVED",
    "{by} released what the brake held",
    "The next sync carries it out, unless it is no longer wanted then.",
)
BRAKE_PERSONS = Reason(
    "BRAKE_PERSONS",
    "the brake holds: {count} persons would be made at once ({limit} are allowed)",
    "A mass change is more often a mistake than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
