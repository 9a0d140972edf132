"""Why a hire is not brought over, or only in part."""

from core.notes import Reason

NOT_HIRED = Reason(
    "NOT_HIRED",
    "the offer is accepted, but the candidate is not marked Hired yet",
    "The sync creates a person in ChartHop only when both are true.",
    "mark the candidate Hired in Ashby",
)
OFFER_OUT = Reason(
    "OFFER_OUT",
    "the offer is not accepted yet, and the candidate is not marked Hired",
    "The sync creates a person in ChartHop only when both are true.",
)
NO_LONGER_HIRED = Reason(
    "NO_LONGER_HIRED",
    "the candidate is no longer Hired in Ashby, and the sync created nothing in ChartHop",
    "The recruiter archived the application or reverted the hire.",
)
OFFER_OVER = Reason(
    "OFFER_OVER",
    "the offer was declined or cancelled, and the sync created nothing in ChartHop",
    "Only an accepted offer becomes a hire.",
)
OFFER_NOT_ACCEPTED = Reason(
    "OFFER_NOT_ACCEPTED",
    "the candidate is Hired, but the offer is not accepted at the moment",
    "The offer was revised and is being approved again, or nobody recorded the acceptance.",
    "have the offer approved and accepted in Ashby; the sync then continues",
)
NO_OFFER = Reason(
    "NO_OFFER",
    "the candidate is Hired without an accepted offer",
    "The offer says which opening someone is hired for, their start date and their pay.",
    "create an offer in Ashby and mark it as accepted",
)
APPLICATION_GONE = Reason(
    "APPLICATION_GONE",
    "Ashby no longer shows the application {application}",
    "It was deleted, or the key can no longer see it.",
)
HIRED_APPLICATION_GONE = Reason(
    "HIRED_APPLICATION_GONE",
    "Ashby no longer shows the application {application}, but its hire is in ChartHop",
    "It was deleted, or the key can no longer see it.",
    "make it visible to the key, or run `charthop-ashby push {organization} {offer} --undo` if "
    "the hire is off",
)
RECORD_UNREADABLE = Reason(
    "RECORD_UNREADABLE",
    "Ashby's {what} cannot be read",
    "Ashby failed to return this one record. The sync continues with all others and retries this "
    "one automatically.",
)
LISTED_UNREADABLY = Reason(
    "LISTED_UNREADABLY",
    "Ashby lists the {what} without data that every such record has",
    "Something is missing from the list, such as an offer's latest version. The sync continues "
    "with all others and reads this one again when it changes in Ashby, or within a day.",
)
BEFORE_HIRES_SINCE = Reason(
    "BEFORE_HIRES_SINCE",
    "the offer was decided before {day}, or its start date is before it",
    "The sync ignores hires from before hires_since; `push` brings one over anyway.",
)
NO_HIRES_SINCE = Reason(
    "NO_HIRES_SINCE",
    "hires_since is not set",
    "Without it, connecting an account would create a person for everyone who was ever hired.",
    "add hires_since = YYYY-MM-DD to the organization's table: hires from that day on are brought "
    "over",
)
MANUAL_PUSH = Reason(
    "MANUAL_PUSH",
    "waits to be pushed",
    'The organization has push_hires = "manual".',
    "run `charthop-ashby push {organization} {offer}`",
    "an operator can press Push on its page",
)
PUSHED = Reason(
    "PUSHED",
    "{by} pushed the hire",
    "An operator released it with `push`; the sync carries it out next.",
)
NO_OPENING = Reason(
    "NO_OPENING",
    "the offer names no opening",
    "The opening tells the sync which ChartHop job the hire fills.",
    "choose the opening in the offer in Ashby",
)
OPENING_NOT_LINKED = Reason(
    "OPENING_NOT_LINKED",
    "the offer's opening {opening} is not linked to a ChartHop job",
    "The opening was created by hand, or its field ChartHop Job ID was cleared.",
    "in the offer, choose the opening of the ChartHop job, or write the job's id into the "
    "opening's field ChartHop Job ID",
)
SECOND_HIRE = Reason(
    "SECOND_HIRE",
    "another hire has the same opening {opening}",
    "An opening is one headcount, and the first hire fills it.",
    "give this hire its own opening in Ashby",
)
NO_EMAIL = Reason(
    "NO_EMAIL",
    "the candidate has no e-mail address",
    "ChartHop matches payroll by e-mail address; without one, the person would later be "
    "duplicated.",
    "add an e-mail address to the candidate in Ashby",
)
STRANGE_EMAIL = Reason(
    "STRANGE_EMAIL",
    "the candidate's e-mail address cannot be searched for in ChartHop",
    "It contains both single and double quotation marks.",
    "correct the address in Ashby",
)
NO_NAME = Reason(
    "NO_NAME",
    "the candidate has no name",
    "ChartHop requires a last name.",
    "enter the candidate's name in Ashby",
)
ADDRESS_IN_WORK = Reason(
    "ADDRESS_IN_WORK",
    "another hire with the same e-mail address is in progress",
    "One address is one person, so the sync takes such hires one at a time. It retries this one "
    "automatically.",
)
HIRE_CHANGING = Reason(
    "HIRE_CHANGING",
    "the offer or its application changed while the sync was reading it",
    "The sync wrote nothing and retries automatically.",
)
CONFIDENTIAL_HIRE = Reason(
    "CONFIDENTIAL_HIRE",
    "the opening's ChartHop job is confidential",
    "The sync fills jobs of sensitivity HIGH or PRIVATE only if the organization opts in, "
    "whatever ChartHop Job ID says.",
    "choose another job's opening in the offer, or set sync_confidential_jobs = true for this "
    "organization",
)
NO_START = Reason(
    "NO_START",
    "the offer has no start date",
    "A hire takes effect on its start date.",
    "enter the start date in the offer in Ashby",
)
START_TOO_EARLY = Reason(
    "START_TOO_EARLY",
    "the start date {start} is before the job was created in ChartHop ({created})",
    "In ChartHop nobody can start in a job before the job exists.",
    "correct the start date in Ashby, or the job's creation date in ChartHop",
)
JOB_NOT_THERE = Reason(
    "JOB_NOT_THERE",
    "the opening's ChartHop job is gone or no longer open",
    "The job was deleted or filled by someone else, or the key cannot see it.",
    "choose another job's opening in the offer",
)
FILLED_BY_OTHER = Reason(
    "FILLED_BY_OTHER",
    "the job is already filled by someone else in ChartHop",
    "The sync never replaces the person in a job.",
    "free the job in ChartHop, or choose another opening in the offer",
)
HIRE_NOT_MADE = Reason(
    "HIRE_NOT_MADE",
    "ChartHop did not create the hire: it answered with {what}",
    "The hire may be waiting for approval in ChartHop, or conflict with another change to the job "
    "or the person.",
    "approve or remove that change in ChartHop; the next sync tries again",
)
TWO_PERSONS = Reason(
    "TWO_PERSONS",
    "several people in ChartHop have the candidate's e-mail address",
    "The sync cannot tell which one is meant.",
    "merge them in ChartHop",
)
ACTIVE_EMPLOYEE = Reason(
    "ACTIVE_EMPLOYEE",
    "the candidate already has a job in ChartHop",
    "An internal move is not a hire, and a second person would be wrong.",
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
    "The sync does not take back a hire who has already started.",
    "end the employment in ChartHop",
)
WITHDRAWN_DONE = Reason(
    "WITHDRAWN_DONE",
    "withdrawn in Ashby, and no longer hired in ChartHop",
    "The hire was taken back on both sides.",
)
UNDONE_FILLED = Reason(
    "UNDONE_FILLED",
    "the hire was taken back, but the opening {opening} is still Filled in Ashby",
    "Ashby's API cannot change a Filled opening, so the sync cannot reopen it.",
    "open it in Ashby and set its state to Open; the sync then continues",
)
HIRE_CANCELLED = Reason(
    "HIRE_CANCELLED",
    "the hire was cancelled in ChartHop, but the candidate is still Hired in Ashby",
    "Someone removed the person from the job in ChartHop, and the sync does not put them back.",
    "withdraw the hire in Ashby, or hire the person again in ChartHop",
)
PERSON_NOT_OURS = Reason(
    "PERSON_NOT_OURS",
    "the application's ChartHop Person ID names a person whom the sync did not hire for it",
    "Someone entered the id by hand, or the hire was cancelled in ChartHop. The sync accepts a "
    "person only if the HIRE change names the offer or the person has one of the candidate's "
    "addresses.",
    "clear the application's field ChartHop Person ID in Ashby",
)
HIRED_BY_HAND = Reason(
    "HIRED_BY_HAND",
    "the person was put into the job by hand in ChartHop, so the sync writes nothing from the "
    "offer",
    "The sync changes only hires that it made.",
)
OPENING_CHANGED = Reason(
    "OPENING_CHANGED",
    "the offer's opening was changed after the hire; in ChartHop the person is in the job {job}",
    "The sync does not move people from one job to another.",
    "choose the previous opening again in Ashby, or cancel the hire in ChartHop and clear the "
    "application's field ChartHop Person ID",
)
BEGUN = Reason(
    "BEGUN",
    "the person started on {hired} in ChartHop, but the offer says {start}",
    "The sync does not move a start date once the day of ChartHop's HIRE change has come.",
)
NO_COUNTRY_CODE = Reason(
    "NO_COUNTRY_CODE",
    "the phone number is left out: it has no country code or is not a phone number",
    "ChartHop does not accept such a number.",
    "enter it in Ashby with + and the country code",
)
NAME_CUT = Reason(
    "NAME_CUT",
    "the candidate's name is cut off after {letters} letters",
    "ChartHop does not accept longer first or last names.",
)
PAY_INTERVAL_UNKNOWN = Reason(
    "PAY_INTERVAL_UNKNOWN",
    "the pay is left out: offer field {title} names an interval that ChartHop does not have",
    "ChartHop has yearly, monthly, weekly, daily and hourly pay. The same amount for another "
    "interval would be wrong.",
    "use one of these intervals in the offer, or enter the pay in ChartHop",
)
PAY_WITHOUT_INTERVAL = Reason(
    "PAY_WITHOUT_INTERVAL",
    "the pay is left out: the offer does not say how often its salary is paid",
    "The amount is too low for yearly pay, or does not fit the job's planned pay in amount or "
    "currency.",
    "map an offer field to baseComp.interval and fill it in, or enter the pay in ChartHop",
)
PAY_STAYS = Reason(
    "PAY_STAYS",
    "the offer has no salary any more: the pay that the sync wrote stays from {day} on",
    "Nothing says what the pay should be now. If the start moved, the pay still begins on its old "
    "day.",
    "enter the salary in the offer, or correct the pay in ChartHop",
)
VALUE_REFUSED = Reason(
    "VALUE_REFUSED",
    "{what} is left out: ChartHop refused it",
    "The value breaks one of ChartHop's own rules: it is too long, already taken, or not an "
    "option.",
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
    "The field in ChartHop cannot hold the offer's value.",
    "correct the value in the offer",
)
NO_SUCH_OFFER = Reason(
    "NO_SUCH_OFFER",
    "Ashby has no offer {offer}",
    "The id is misspelt, or the key cannot see the offer.",
    "`charthop-ashby status ORG` lists the offers",
)
NOTHING_TO_UNDO = Reason(
    "NOTHING_TO_UNDO",
    "there is nothing to undo: {why}",
    "A hire can be taken back only if the sync made it, it was withdrawn in Ashby, and the person "
    "has not started.",
)
