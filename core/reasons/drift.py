"""What differs between the two sides and is not the sync's to change."""

from core.notes import Reason

CLOSED_IN_ASHBY = Reason(
    "CLOSED_IN_ASHBY",
    "the job is Active in ChartHop and its opening is closed in Ashby",
    "A recruiter closed the opening, and the sync does not fight that decision.",
    "reopen the opening in Ashby, or change the job's recruiting status in ChartHop",
)
FILLED_IN_ASHBY = Reason(
    "FILLED_IN_ASHBY",
    "the opening counts as filled in Ashby, and the job is open and empty in ChartHop",
    "Somebody set the opening to Filled, or closed it as filled, without a hire that came over.",
    "fill or close the job in ChartHop, or make a new job for the next hire",
)
FILLED_IN_CHARTHOP = Reason(
    "FILLED_IN_CHARTHOP",
    "somebody has the job in ChartHop whom Ashby did not hire, and the opening is live",
    "The job was filled by hand in ChartHop while candidates are still in process.",
    "close the opening in Ashby, or take the person out of the job in ChartHop",
)
LINKED_JOB_GONE = Reason(
    "LINKED_JOB_GONE",
    "the opening is live and ChartHop does not show the job that it is linked to",
    "The job was deleted, or the key may not see it any more.",
    "close the opening in Ashby, or clear its field ChartHop Job ID",
)
MISSING_IN_CHARTHOP = Reason(
    "MISSING_IN_CHARTHOP",
    "hired in Ashby for {days} days and not hired in ChartHop ({why})",
    "A hire that has not come over after three days waits for somebody.",
)
NOT_BROUGHT_OVER = Reason(
    "NOT_BROUGHT_OVER",
    "no sync has brought it over yet",
    "The organization is paused or not enabled, or no worker runs.",
    "see `charthop-ashby status`",
)
