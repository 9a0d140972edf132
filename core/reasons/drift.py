"""Differences that the sync must not resolve."""

from core.notes import Reason

CLOSED_IN_ASHBY = Reason(
    "CLOSED_IN_ASHBY",
    "the job is Active in ChartHop, but its opening is closed in Ashby",
    "A recruiter closed the opening, and the sync does not override that decision.",
    "reopen the opening in Ashby, or change the job's recruiting status in ChartHop",
)
FILLED_IN_ASHBY = Reason(
    "FILLED_IN_ASHBY",
    "the opening is filled in Ashby, but the job is open and empty in ChartHop",
    "Someone set the opening to Filled, or closed it as filled, and no hire came over for it.",
    "fill or close the job in ChartHop, or create a new job for the next hire",
)
FILLED_IN_CHARTHOP = Reason(
    "FILLED_IN_CHARTHOP",
    "the job is held in ChartHop by someone whom Ashby did not hire, and the opening is live",
    "The job was filled by hand in ChartHop while recruiting goes on in Ashby.",
    "close the opening in Ashby, or remove the person from the job in ChartHop",
)
LINKED_JOB_GONE = Reason(
    "LINKED_JOB_GONE",
    "the opening is live, but ChartHop does not show the job it is linked to",
    "The job was deleted, or the key can no longer see it.",
    "close the opening in Ashby, or clear its field ChartHop Job ID",
)
MISSING_IN_CHARTHOP = Reason(
    "MISSING_IN_CHARTHOP",
    "hired in Ashby {days} days ago but not hired in ChartHop ({why})",
    "A hire that has not come over after three days needs someone's attention.",
)
NOT_BROUGHT_OVER = Reason(
    "NOT_BROUGHT_OVER",
    "no sync has brought it over yet",
    "The organization is paused or not enabled, or no worker is running.",
    "see `charthop-ashby status`",
)
