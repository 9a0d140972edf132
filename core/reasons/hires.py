"""Why a hire is not brought in, and what of it is left out."""

from core.notes import Reason

NOT_HIRED = Reason(
    "NOT_HIRED",
    "the offer is accepted and the candidate is not marked Hired yet",
    "Both are needed before anybody becomes a person in ChartHop.",
    "mark the candidate Hired in Ashby",
)
OFFER_OUT = Reason(
    "OFFER_OUT",
    "the offer is not accepted yet, and the candidate is not marked Hired",
    "Both are needed before anybody becomes a person in ChartHop.",
)
NO_LONGER_HIRED = Reason(
    "NO_LONGER_HIRED",
    "the candidate is no longer Hired in Ashby, and nothing was made in ChartHop",
    "The recruiter archived the application or took the hire back.",
)
OFFER_OVER = Reason(
    "OFFER_OVER",
    "the offer was declined or cancelled, and nothing was made in ChartHop",
    "Only an accepted offer becomes a hire.",
)
OFFER_NOT_ACCEPTED = Reason(
    "OFFER_NOT_ACCEPTED",
    "the candidate is Hired and the offer is not accepted at the moment",
    "The offer was revised and goes through its approval again, or nobody recorded the acceptance.",
    "have the offer approved and accepted in Ashby, and it goes on by itself",
)
NO_OFFER = Reason(
    "NO_OFFER",
    "the candidate is Hired without an accepted offer",
    "An offer says into which opening, from which day on and at which pay somebody is hired.",
    "make an offer in Ashby and mark it as accepted",
)
APPLICATION_GONE = Reason(
    "APPLICATION_GONE",
    "Ashby no longer shows the application {application}",
    "It was deleted, or the key may not see it any more.",
)
HIRED_APPLICATION_GONE = Reason(
    "HIRED_APPLICATION_GONE",
    "Ashby no longer shows the application {application}, and its hire stands in ChartHop",
    "It was deleted, or the key may not see it any more.",
    "let the key see it, or run `charthop-ashby push {organization} {offer} --undo` if the hire is "
    "off",
)
RECORD_UNREADABLE = Reason(
    "RECORD_UNREADABLE",
    "Ashby's {what} cannot be read",
    "Ashby failed to answer for this one record. All others go on, and it is tried again by "
    "itself.",
)
LISTED_UNREADABLY = Reason(
    "LISTED_UNREADABLY",
    "Ashby lists the {what} without data that every such record has",
    "Something is missing in the list, such as an offer's latest version. All "
    "others go on, and it is read again when it changes in Ashby, or within a day.",
)
BEFORE_HIRES_SINCE = Reason(
    "BEFORE_HIRES_SINCE",
    "the offer was decided, or its start date lies, before {day}",
    "Hires from before the day named in hires_since are left alone; `push` brings one over all the "
    "same.",
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
NO_NAME = Reason(
    "NO_NAME",
    "the candidate has no name",
    "ChartHop makes nobody without a last name.",
    "write the candidate's name in Ashby",
)
ADDRESS_IN_WORK = Reason(
    "ADDRESS_IN_WORK",
    "another hire with the same e-mail address is being brought in",
    "One address is one person, so such hires are brought in one after the other; it is tried "
    "again by itself.",
)
HIRE_CHANGING = Reason(
    "HIRE_CHANGING",
    "the offer or its application was changed while it was looked at",
    "Nothing was written; it is tried again by itself.",
)
CONFIDENTIAL_HIRE = Reason(
    "CONFIDENTIAL_HIRE",
    "the ChartHop job of the opening is confidential",
    "Jobs of sensitivity HIGH or PRIVATE are filled only where the organization asks for it, "
    "whatever ChartHop Job ID says.",
    "choose the opening of another job in the offer, or set sync_confidential_jobs = true for this "
    "organization",
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
HIRE_NOT_MADE = Reason(
    "HIRE_NOT_MADE",
    "ChartHop did not make the hire: it answered with {what}",
    "The hire may wait for an approval in ChartHop, or collide with another change of the job or "
    "the person.",
    "approve or remove that change in ChartHop; the next sync tries again",
)
TWO_PERSONS = Reason(
    "TWO_PERSONS",
    "several persons in ChartHop have the candidate's e-mail address",
    "The sync cannot tell which one is meant.",
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
UNDONE_FILLED = Reason(
    "UNDONE_FILLED",
    "the hire is taken back, and the opening {opening} is still Filled in Ashby",
    "No API changes a Filled opening, so the sync cannot reopen it.",
    "open it in Ashby and set its state to Open; the sync goes on by itself then",
)
HIRE_CANCELLED = Reason(
    "HIRE_CANCELLED",
    "the hire was cancelled in ChartHop, but the candidate is still Hired in Ashby",
    "Somebody took the person out of the job in ChartHop; the sync does not put them back.",
    "withdraw the hire in Ashby, or make it again in ChartHop",
)
PERSON_NOT_OURS = Reason(
    "PERSON_NOT_OURS",
    "ChartHop Person ID of the application names a person whom the sync did not hire for it",
    "Somebody wrote the id by hand, or the hire was cancelled in ChartHop. A person counts only "
    "where the HIRE change names the offer, or where the person has one of the candidate's "
    "addresses.",
    "clear the field ChartHop Person ID of the application in Ashby",
)
HIRED_BY_HAND = Reason(
    "HIRED_BY_HAND",
    "the person was put into the job in ChartHop by hand, so nothing of the offer is written there",
    "Only what the sync hired is the sync's to change.",
)
OPENING_CHANGED = Reason(
    "OPENING_CHANGED",
    "the offer's opening was changed after the hire, which stands in ChartHop in the job {job}",
    "The sync moves nobody from one job to another.",
    "choose the former opening again in Ashby, or cancel the hire in ChartHop and clear ChartHop "
    "Person ID of the application",
)
BEGUN = Reason(
    "BEGUN",
    "the person started on {hired} in ChartHop, and the offer says {start}",
    "From the day of ChartHop's HIRE change on nothing is moved any more.",
)
NO_COUNTRY_CODE = Reason(
    "NO_COUNTRY_CODE",
    "the phone number is left out: it has no country code, or is no phone number",
    "ChartHop does not recognise such a number.",
    "write it with + and the country code in Ashby",
)
NAME_CUT = Reason(
    "NAME_CUT",
    "the candidate's name is cut after {letters} letters",
    "ChartHop takes no longer first or last names.",
)
PAY_INTERVAL_UNKNOWN = Reason(
    "PAY_INTERVAL_UNKNOWN",
    "the pay is left out: what offer field {title} says is no interval that ChartHop has",
    "ChartHop knows yearly, monthly, weekly, daily and hourly pay. An amount under another "
    "interval would be wrong.",
    "say it in one of these intervals in the offer, or enter the pay in ChartHop",
)
PAY_WITHOUT_INTERVAL = Reason(
    "PAY_WITHOUT_INTERVAL",
    "the pay is left out: nobody says how often the offer's salary is paid",
    "The amount is no yearly one, or is far from what the job was planned with.",
    "map an offer field to baseComp.interval and fill it in, or enter the pay in ChartHop",
)
VALUE_REFUSED = Reason(
    "VALUE_REFUSED",
    "{what} is left out: ChartHop refused it",
    "ChartHop's own rules do not take the value: too long, taken already, or no option.",
    "correct the value in the offer",
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
