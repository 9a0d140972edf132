"""Why a hire is not brought in, and what of it is left out."""

from core.notes import Reason

NOT_HIRED = Reason(
    "NOT_HIRED",
    "the offer is accepted and the candidate is not marked Hired yet",
    "Both are needed before anybody becomes a person in ChartHop.",
    "mark the candidate Hired in Ashby",
)
BEFORE_HIRES_SINCE = Reason(
    "BEFORE_HIRES_SINCE",
    "the offer was decided before {day}",
    "Hires from before the day named in hires_since are left alone.",
)
NO_HIRES_SINCE = Reason(
    "NO_HIRES_SINCE",
    "hires_since is not set",
    "Without it connecting an account would make a person of everybody who was ever hired.",
    "write hires_since = YYYY-MM-DD into the organization's table to say from which day on",
)
MANUAL_PUSH = Reason(
    "MANUAL_PUSH",
    "waits to be pushed",
    'The organization has push_hires = "manual".',
    "`charthop-ashby push {organization} {offer}`",
)
PUSHED = Reason(
    "PUSHED",
    "{by} pushed the hire",
    "An operator let it go with `push`; its task is next.",
)
NO_OPENING = Reason(
    "NO_OPENING",
    "the offer names no opening",
    "Without an opening nobody can say which ChartHop job the hire fills.",
    "choose the opening in the offer in Ashby",
)
OPENING_NOT_LINKED = Reason(
    "OPENING_NOT_LINKED",
    "the offer's opening {opening} is not linked to a ChartHop job",
    "The opening was made by hand, or its field ChartHop Job ID was cleared.",
    "choose the opening of the ChartHop job in the offer, or write the job's id into ChartHop "
    "Job ID of the opening",
)
SECOND_HIRE = Reason(
    "SECOND_HIRE",
    "another hire has the same opening {opening}",
    "An opening is one headcount; the first hire fills it.",
    "give this hire an opening of its own in Ashby",
)
NO_EMAIL = Reason(
    "NO_EMAIL",
    "the candidate has no e-mail address",
    "ChartHop merges payroll by e-mail; without one the person would be doubled later.",
    "add an e-mail address to the candidate in Ashby",
)
STRANGE_EMAIL = Reason(
    "STRANGE_EMAIL",
    "the candidate's e-mail address cannot be searched for in ChartHop",
    "It holds both kinds of quotation marks.",
    "correct the address in Ashby",
)
NO_START = Reason(
    "NO_START",
    "the offer has no start date",
    "A hire takes effect on its start date.",
    "write the start date into the offer in Ashby",
)
START_TOO_EARLY = Reason(
    "START_TOO_EARLY",
    "the start date {start} is before the job was created in ChartHop ({created})",
    "ChartHop lets nobody start in a job before the job exists.",
    "correct the start date in Ashby, or the job's creation date in ChartHop",
)
JOB_NOT_THERE = Reason(
    "JOB_NOT_THERE",
    "the ChartHop job of the opening is gone or no longer open",
    "The job was deleted or filled otherwise, or the key may not see it.",
    "choose the opening of another job in the offer",
)
FILLED_BY_OTHER = Reason(
    "FILLED_BY_OTHER",
    "the job is already filled by somebody else in ChartHop",
    "Nobody is overwritten.",
    "free the job in ChartHop, or choose another opening in the offer",
)
TWO_PERSONS = Reason(
    "TWO_PERSONS",
    "several persons in ChartHop have the candidate's e-mail address",
    "Nobody can say which of them is meant.",
    "merge them in ChartHop",
)
ACTIVE_EMPLOYEE = Reason(
    "ACTIVE_EMPLOYEE",
    "the candidate already has a job in ChartHop",
    "An internal move is not a hire; a second person would be wrong.",
    "make the move in ChartHop",
)
WITHDRAWN = Reason(
    "WITHDRAWN",
    "withdrawn in Ashby: cancel the hire in ChartHop or run `charthop-ashby push {organization} "
    "{offer} --undo`",
    "The candidate is no longer Hired, or the offer is no longer accepted.",
)
WITHDRAWN_LATE = Reason(
    "WITHDRAWN_LATE",
    "withdrawn in Ashby, but the start date has passed",
    "Somebody who has started is not taken back by the sync.",
    "end the employment in ChartHop",
)
WITHDRAWN_DONE = Reason(
    "WITHDRAWN_DONE",
    "withdrawn in Ashby, and no longer hired in ChartHop",
    "The hire was taken back on both sides.",
)
HIRE_CANCELLED = Reason(
    "HIRE_CANCELLED",
    "the hire was cancelled in ChartHop, but the candidate is still Hired in Ashby",
    "Somebody took the person out of the job in ChartHop; the sync does not put them back.",
    "withdraw the hire in Ashby, or make it again in ChartHop",
)
NO_COUNTRY_CODE = Reason(
    "NO_COUNTRY_CODE",
    "the phone number is left out: it has no country code",
    "ChartHop does not recognise such a number.",
    "write it with + and the country code in Ashby",
)
OFFER_FIELD_UNKNOWN = Reason(
    "OFFER_FIELD_UNKNOWN",
    "offer field {title} is left out: ChartHop has no field {code}",
    "The code in offer_fields is misspelt, or the field was removed.",
    "correct offer_fields; `charthop-ashby fields ORG --offer` lists both sides",
)
OFFER_FIELD_UNMAPPABLE = Reason(
    "OFFER_FIELD_UNMAPPABLE",
    "offer field {title} is left out: {why}",
    "ChartHop's field cannot hold the value that the offer has.",
    "correct the value in the offer",
)
NO_SUCH_OFFER = Reason(
    "NO_SUCH_OFFER",
    "Ashby has no offer {offer}",
    "The id is misspelt, or the key may not see it.",
    "`charthop-ashby status ORG` lists the offers",
)
NOTHING_TO_UNDO = Reason(
    "NOTHING_TO_UNDO",
    "there is nothing to undo: {why}",
    "Only a hire that the sync made, that was withdrawn in Ashby and that has not started can be "
    "taken back.",
)
