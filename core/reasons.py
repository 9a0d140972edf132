"""Which sentences can the product print about a record, and what fixes each?

Every reason an operator can meet stands here once. `docs/operations.md` is made from this list,
and a test fails when the page and the list disagree.
"""

from dataclasses import dataclass

ALL: dict[str, "Reason"] = {}


@dataclass(frozen=True)
class Reason:
    """A sentence with places to fill in; calling it fills them.

    `cause` says what happened in the world, `fix` what to do about it (empty: nothing to do).
    """

    code: str
    text: str
    cause: str
    fix: str = ""

    def __post_init__(self) -> None:
        if self.code in ALL:
            raise ValueError(f"two reasons have the code {self.code}")
        ALL[self.code] = self

    def __call__(self, **places: object) -> str:
        """The sentence, `fix` included, with its places filled in."""
        sentence = f"{self.text}: {self.fix}" if self.fix else self.text
        return sentence.format(**places)


# Why a job has no opening, or why its opening is left alone.
NOT_ACTIVE = Reason(
    "not-active",
    "recruiting status is {status}",
    "Only a job whose recruiting status in ChartHop is Active gets an opening.",
    "set it to Active in ChartHop to open it in Ashby",
)
LEFT_ALONE = Reason(
    "left-alone",
    "recruiting status is {status}, so the opening is left alone",
    "While an offer is out or somebody is about to start, the recruiter owns the opening.",
)
STATUS_UNKNOWN = Reason(
    "status-unknown",
    "recruiting status {status} is none that the sync knows",
    "The job's recruiting status is empty or is a value that the sync has no rule for.",
    "set it to Active, Passive, Inactive, Offer, Pending or Closed in ChartHop",
)
CONFIDENTIAL = Reason(
    "confidential",
    "the job is confidential",
    "Jobs of sensitivity HIGH or PRIVATE are synced only where the organization asks for it.",
    "set sync_confidential_jobs = true for this organization to sync it",
)
SCENARIO = Reason(
    "scenario",
    "the job belongs to a scenario",
    "Jobs of a scenario are a plan; they are synced once the scenario is merged.",
)
NOT_OPEN = Reason(
    "not-open",
    "the job is not open in ChartHop",
    "The job is filled, deleted or not visible to the key, and it has no opening to close.",
)
NO_TITLE = Reason(
    "no-title",
    "the job has no title",
    "An opening without a description would mean nothing to a recruiter.",
    "give the job a title in ChartHop",
)
FILLED = Reason(
    "filled",
    "the opening is Filled in Ashby and is not touched any more",
    "Somebody was hired against the opening. A new hire needs a new job in ChartHop.",
)
CLOSED_BY_RECRUITER = Reason(
    "closed-by-recruiter",
    "a recruiter closed the opening in Ashby",
    "The job is still Active in ChartHop. The sync does not fight a recruiter's decision.",
    "reopen it in Ashby, or set the job's recruiting status in ChartHop",
)
LINKED_ARCHIVED = Reason(
    "linked-archived",
    "the job's opening is archived in Ashby",
    "An archived opening is put away on purpose, so no second one is made for the same job.",
    "unarchive it in Ashby, or clear its field ChartHop Job ID and change its identifier to have "
    "a new one made",
)
LINKED_GONE = Reason(
    "linked-gone",
    "the job's opening was deleted in Ashby",
    "The opening was linked to this job and is no longer listed.",
    "set the job's recruiting status in ChartHop, or create an opening with the identifier "
    "{identifier} in Ashby and it will be adopted",
)
LINKED_TWICE = Reason(
    "linked-twice",
    "{count} openings in Ashby carry this job's id ({openings})",
    "Usually an opening was copied in Ashby together with its ChartHop Job ID.",
    "clear the field ChartHop Job ID on all but one of them",
)
NAMESAKES = Reason(
    "namesakes",
    "{count} openings in Ashby have the identifier {identifier} ({openings})",
    "None of them is linked, so nobody can say which one belongs to the job.",
    "write the job's id {job} into ChartHop Job ID of the right one",
)
NAMESAKE_TAKEN = Reason(
    "namesake-taken",
    "the opening with the identifier {identifier} is linked to another ChartHop job",
    "Two jobs would share one opening.",
    "give the job a requisition code of its own in ChartHop",
)
NAMESAKE_PUT_AWAY = Reason(
    "namesake-put-away",
    "the opening with the identifier {identifier} is {state} in Ashby",
    "An opening of that identifier exists but is no longer in use, so it is not adopted and no "
    "second one is made.",
    "give the job another requisition code, or rename that opening's identifier",
)

# What is missing on an opening that is otherwise in step.
IDENTIFIER_TAKEN = Reason(
    "identifier-taken",
    "the identifier {identifier} belongs to another opening in Ashby",
    "The job's requisition code was changed to one that an opening already has.",
    "rename that opening's identifier, or give the job another requisition code",
)
NO_DEPARTMENT = Reason(
    "no-department",
    "Ashby has no department {name}",
    "The opening is made without it and filled in by itself once the department exists.",
    "create the department in Ashby, or correct its name",
)
TWO_DEPARTMENTS = Reason(
    "two-departments",
    "Ashby has several departments {name}",
    "Nobody can say which of them is meant.",
    "rename or archive all but one",
)
NO_LOCATION = Reason(
    "no-location",
    "Ashby has no location {name}",
    "The opening is made without it and filled in by itself once the location exists.",
    "create the location in Ashby, or correct its name",
)
TWO_LOCATIONS = Reason(
    "two-locations",
    "Ashby has several locations {name}",
    "Nobody can say which of them is meant.",
    "rename or archive all but one",
)
NO_DATE = Reason(
    "no-date",
    "the job's start date is no calendar date",
    "The opening is made without a target start date.",
    "correct the date in ChartHop",
)
UNFIT = Reason(
    "unfit",
    "field {label} is left out: {why}",
    "Ashby's field cannot hold the value that ChartHop has.",
    "correct the value in ChartHop",
)
CANNOT_CLEAR = Reason(
    "cannot-clear",
    "Ashby does not take an empty value for {labels}",
    "The value was emptied in ChartHop; Ashby keeps the old one.",
    "clear it by hand in Ashby",
)
STORED_OTHERWISE = Reason(
    "stored-otherwise",
    "Ashby stores {what} in another form",
    "What was written reads back differently, so it is not written again until it changes.",
)

# Why a ticked field is not synced.
FIELD_BUILT_IN = Reason(
    "field-built-in",
    "{code} is a built-in field: only custom fields can be ticked",
    "The sync's own table covers the built-in fields an opening needs.",
    "take it out of synced_fields",
)
FIELD_UNKNOWN = Reason(
    "field-unknown",
    "ChartHop has no custom field {code}{nearest}",
    "The code is misspelt, the field was removed, or the key may not see it.",
    "correct synced_fields; `charthop-ashby fields ORG` lists the codes",
)
FIELD_NOT_OF_JOBS = Reason(
    "field-not-of-jobs",
    "{label} is a field of {entity}, not of jobs",
    "An open job has no value of it.",
    "take it out of synced_fields",
)
FIELD_TYPE = Reason(
    "field-type",
    "{label} cannot be synced: its type {type} has no match in Ashby",
    "Smart fields, files, tables and the like have no counterpart among Ashby's field types.",
    "take it out of synced_fields",
)
FIELD_NO_OPTIONS = Reason(
    "field-no-options",
    "{label} has no options to choose from",
    "Ashby does not take a picklist without options.",
    "give the field its options in ChartHop",
)
FIELD_OTHER_TYPE = Reason(
    "field-other-type",
    "Ashby already has a field {label} of type {found} on {holder}, and {wanted} is needed",
    "Ashby can neither rename nor retype a custom field.",
    "rename the field's label in ChartHop, or archive the field in Ashby",
)
FIELD_ARCHIVED = Reason(
    "field-archived",
    "the field {label} is archived in Ashby",
    "Somebody put it away; the sync makes no second one.",
    "unarchive it in Ashby, or untick it",
)
FIELD_SAME_LABEL = Reason(
    "field-same-label",
    "{code} has the same label {label} as another field that is synced",
    "Two fields of one title on an opening could not be told apart.",
    "rename one of them in ChartHop",
)

# Faults of the set-up or of the world.
KEY_REFUSED = Reason(
    "key-refused",
    "{system} refused the key ({detail})",
    "The key is wrong, was switched off or regenerated, or lacks a permission.",
    "`charthop-ashby check` says which permission is missing",
)
REJECTED = Reason(
    "rejected",
    "{system} refused {what}: {code} {message}",
    "The other side's validation did not accept the request.",
    "correct the record as the message says, then run `charthop-ashby sync`",
)
UNREACHABLE = Reason(
    "unreachable",
    "{system} did not answer ({detail})",
    "The service or the network in between is down; it is tried again by itself.",
)
BUSY = Reason(
    "busy",
    "{system} asks to slow down",
    "The allowance of calls is used up; it is tried again by itself.",
)
NOT_READY = Reason(
    "not-ready",
    "ChartHop is still preparing its answer (202)",
    "ChartHop is computing a snapshot of the organization; it is tried again by itself.",
)
STRANGE_ANSWER = Reason(
    "strange-answer",
    "{system} gave an answer that cannot be read ({detail})",
    "A proxy in between or a change of the API; it is tried again by itself.",
)
INCOMPLETE_LIST = Reason(
    "incomplete-list",
    "the list of {what} did not come to its end",
    "A page repeated or was missing, so nothing is concluded from what is absent.",
)
ANSWER_LOST = Reason(
    "answer-lost",
    "{system} did not say whether it carried out a write ({detail})",
    "It is looked for before anything is written again, so nothing is doubled.",
)
OUTAGE = Reason(
    "outage",
    "{system} has failed several times in a row; calls to it wait",
    "The sync pauses for a growing while and starts again by itself.",
)
PAUSED = Reason(
    "paused",
    "the organization is paused ({why})",
    "Somebody paused it, or switched it off in the organizations file.",
    "`charthop-ashby resume {organization}` starts it again",
)
SWITCHED_OFF = Reason(
    "switched-off",
    "the organization is not enabled",
    "The beta switch of the organization is off: nothing is read or written.",
    "set enabled = true in the organizations file",
)
FIELDS_IN_WORK = Reason(
    "fields-in-work",
    "another worker is still making the fields in Ashby",
    "Fields are made by one worker at a time, so that none is made twice; it is tried again by "
    "itself.",
)
TOO_LONG = Reason(
    "too-long",
    "the work on it took longer than {seconds} s",
    "The answers come so slowly that the task stopped, to leave room for others; it is tried again "
    "by itself.",
)
TAKEN_OVER = Reason(
    "taken-over",
    "another worker has taken the record over",
    "The worker was held up for so long that its lock expired; it stops before it writes.",
)
BUG = Reason(
    "bug",
    "an unexpected error ({kind} at {place})",
    "A fault of this software; the log has the trace, and so has Sentry where it is set up.",
    "report it with the trace",
)
BRAKE_CLOSE = Reason(
    "brake-close",
    "the brake holds: {count} of {total} linked openings would be closed at once ({limit} % are "
    "allowed)",
    "A mass change is more often a mistake of a list or a permission than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
BRAKE_EMPTY = Reason(
    "brake-empty",
    "the brake holds: ChartHop's list of open jobs is suddenly empty and {count} openings would "
    "be closed",
    "An empty list is more often a permission that was lost than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
BRAKE_CREATE = Reason(
    "brake-create",
    "the brake holds: openings for {count} jobs would be made at once ({limit} are allowed)",
    "A mass change is more often a mistake than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)
APPROVED = Reason(
    "approved",
    "{by} released what the brake held",
    "The next sync carries it out, unless it is no longer wanted then.",
)
BRAKE_PERSONS = Reason(
    "brake-persons",
    "the brake holds: {count} persons would be made at once ({limit} are allowed)",
    "A mass change is more often a mistake than a wish.",
    "`charthop-ashby approve {organization}` releases exactly these",
)

# Hires.
NOT_HIRED = Reason(
    "not-hired",
    "the offer is accepted and the candidate is not marked Hired yet",
    "Both are needed before anybody becomes a person in ChartHop.",
    "mark the candidate Hired in Ashby",
)
BEFORE_HIRES_SINCE = Reason(
    "before-hires-since",
    "the offer was decided before {day}",
    "Hires from before the day named in hires_since are left alone.",
)
NO_HIRES_SINCE = Reason(
    "no-hires-since",
    "hires_since is not set",
    "Without it connecting an account would make a person of everybody who was ever hired.",
    "write hires_since = YYYY-MM-DD into the organization's table to say from which day on",
)
MANUAL_PUSH = Reason(
    "manual-push",
    "waits to be pushed",
    'The organization has push_hires = "manual".',
    "`charthop-ashby push {organization} {offer}`",
)
PUSHED = Reason(
    "pushed",
    "{by} pushed the hire",
    "An operator let it go with `push`; its task is next.",
)
NO_OPENING = Reason(
    "no-opening",
    "the offer names no opening",
    "Without an opening nobody can say which ChartHop job the hire fills.",
    "choose the opening in the offer in Ashby",
)
OPENING_NOT_LINKED = Reason(
    "opening-not-linked",
    "the offer's opening {opening} is not linked to a ChartHop job",
    "The opening was made by hand, or its field ChartHop Job ID was cleared.",
    "choose the opening of the ChartHop job in the offer, or write the job's id into ChartHop "
    "Job ID of the opening",
)
SECOND_HIRE = Reason(
    "second-hire",
    "another hire has the same opening {opening}",
    "An opening is one headcount; the first hire fills it.",
    "give this hire an opening of its own in Ashby",
)
NO_EMAIL = Reason(
    "no-email",
    "the candidate has no e-mail address",
    "ChartHop merges payroll by e-mail; without one the person would be doubled later.",
    "add an e-mail address to the candidate in Ashby",
)
STRANGE_EMAIL = Reason(
    "strange-email",
    "the candidate's e-mail address cannot be searched for in ChartHop",
    "It holds both kinds of quotation marks.",
    "correct the address in Ashby",
)
NO_START = Reason(
    "no-start",
    "the offer has no start date",
    "A hire takes effect on its start date.",
    "write the start date into the offer in Ashby",
)
START_TOO_EARLY = Reason(
    "start-too-early",
    "the start date {start} is before the job was created in ChartHop ({created})",
    "ChartHop lets nobody start in a job before the job exists.",
    "correct the start date in Ashby, or the job's creation date in ChartHop",
)
JOB_NOT_THERE = Reason(
    "job-not-there",
    "the ChartHop job of the opening is gone or no longer open",
    "The job was deleted or filled otherwise, or the key may not see it.",
    "choose the opening of another job in the offer",
)
FILLED_BY_OTHER = Reason(
    "filled-by-other",
    "the job is already filled by somebody else in ChartHop",
    "Nobody is overwritten.",
    "free the job in ChartHop, or choose another opening in the offer",
)
TWO_PERSONS = Reason(
    "two-persons",
    "several persons in ChartHop have the candidate's e-mail address",
    "Nobody can say which of them is meant.",
    "merge them in ChartHop",
)
ACTIVE_EMPLOYEE = Reason(
    "active-employee",
    "the candidate already has a job in ChartHop",
    "An internal move is not a hire; a second person would be wrong.",
    "make the move in ChartHop",
)
WITHDRAWN = Reason(
    "withdrawn",
    "withdrawn in Ashby: cancel the hire in ChartHop or run `charthop-ashby push {organization} "
    "{offer} --undo`",
    "The candidate is no longer Hired, or the offer is no longer accepted.",
)
WITHDRAWN_LATE = Reason(
    "withdrawn-late",
    "withdrawn in Ashby, but the start date has passed",
    "Somebody who has started is not taken back by the sync.",
    "end the employment in ChartHop",
)
WITHDRAWN_DONE = Reason(
    "withdrawn-done",
    "withdrawn in Ashby, and no longer hired in ChartHop",
    "The hire was taken back on both sides.",
)
HIRE_CANCELLED = Reason(
    "hire-cancelled",
    "the hire was cancelled in ChartHop, but the candidate is still Hired in Ashby",
    "Somebody took the person out of the job in ChartHop; the sync does not put them back.",
    "withdraw the hire in Ashby, or make it again in ChartHop",
)
HIRED_AGAINST = Reason(
    "hired-against",
    "somebody was hired against the opening",
    "The job leaves ChartHop's list of open jobs once the hire is announced.",
)
NO_COUNTRY_CODE = Reason(
    "no-country-code",
    "the phone number is left out: it has no country code",
    "ChartHop does not recognise such a number.",
    "write it with + and the country code in Ashby",
)
OFFER_FIELD_UNKNOWN = Reason(
    "offer-field-unknown",
    "offer field {title} is left out: ChartHop has no field {code}",
    "The code in offer_fields is misspelt, or the field was removed.",
    "correct offer_fields; `charthop-ashby fields ORG --offer` lists both sides",
)
OFFER_FIELD_UNFIT = Reason(
    "offer-field-unfit",
    "offer field {title} is left out: {why}",
    "ChartHop's field cannot hold the value that the offer has.",
    "correct the value in the offer",
)
NO_SUCH_OFFER = Reason(
    "no-such-offer",
    "Ashby has no offer {offer}",
    "The id is misspelt, or the key may not see it.",
    "`charthop-ashby status ORG` lists the offers",
)
NOTHING_TO_UNDO = Reason(
    "nothing-to-undo",
    "there is nothing to undo: {why}",
    "Only a hire that the sync made, that was withdrawn in Ashby and that has not started can be "
    "taken back.",
)
