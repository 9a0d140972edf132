"""Why a job has no opening, or why its opening is unchanged or incomplete."""

from core.notes import Reason

NOT_ACTIVE = Reason(
    "NOT_ACTIVE",
    "recruiting status is {status}",
    "Only a job whose recruiting status in ChartHop is Active gets an opening.",
    "set it to Active in ChartHop to open it in Ashby",
)
LEFT_ALONE = Reason(
    "LEFT_ALONE",
    "recruiting status is {status}, so the opening is left alone",
    "While an offer is out, or until a hire has started, the recruiter owns the opening.",
)
STATUS_UNKNOWN = Reason(
    "STATUS_UNKNOWN",
    "the sync has no rule for the recruiting status {status}",
    "The job's recruiting status is empty, or is a value that the sync does not know.",
    "set it to Active, Passive, Inactive, Offer, Pending or Closed in ChartHop",
)
CONFIDENTIAL = Reason(
    "CONFIDENTIAL",
    "the job is confidential",
    "Jobs of sensitivity HIGH or PRIVATE are synced only if the organization opts in.",
    "to sync it, set sync_confidential_jobs = true for this organization",
)
SCENARIO = Reason(
    "SCENARIO",
    "the job belongs to a scenario",
    "A scenario is a plan. Its jobs are synced once the scenario is merged.",
)
NOT_OPEN = Reason(
    "NOT_OPEN",
    "the job is not open in ChartHop",
    "The job is filled, was deleted, or is not visible to the key, and it has no opening to close.",
)
NO_SUCH_JOB = Reason(
    "NO_SUCH_JOB",
    "ChartHop has no job {job}",
    "The id is misspelt, the job was deleted, or the key cannot see it.",
    "`charthop-ashby status ORG` lists the jobs",
)
NO_TITLE = Reason(
    "NO_TITLE",
    "the job has no title",
    "A recruiter could not tell what an opening without a description is for.",
    "give the job a title in ChartHop",
)
FILLED = Reason(
    "FILLED",
    "the opening is Filled in Ashby, so the sync no longer changes it",
    "Someone was hired for the opening. A new hire needs a new job in ChartHop.",
)
CLOSED_BY_RECRUITER = Reason(
    "CLOSED_BY_RECRUITER",
    "a recruiter closed the opening in Ashby",
    "The job is still Active in ChartHop, but the sync does not override a recruiter's decision.",
    "to sync it again, reopen it in Ashby",
)
CLOSED_AS_FILLED = Reason(
    "CLOSED_AS_FILLED",
    "a recruiter closed the opening in Ashby as filled",
    "The opening's close reason is listed in filled_close_reasons. A new hire needs a new job in "
    "ChartHop.",
)
NOT_APPROVED = Reason(
    "NOT_APPROVED",
    "Ashby has not approved the new opening yet ({code})",
    "The opening was created as a Draft. Before Ashby approves it, it needs values for required "
    "opening fields, or someone's approval. Every sync tries again.",
    "fill in the missing values, or approve the opening in Ashby",
)
REQUIRED_FIELDS = Reason(
    "REQUIRED_FIELDS",
    "Ashby requires a value for {labels} on every opening",
    "The field is required in Ashby, but it is not ticked or the job has no value for it.",
    "tick the field and give the job a value, fill it in by hand in Ashby, or make it optional "
    "there",
)
LINKED_ARCHIVED = Reason(
    "LINKED_ARCHIVED",
    "the job's opening is archived in Ashby",
    "Someone archived the opening on purpose, so the sync does not create a second one for the "
    "job.",
    "unarchive it in Ashby; for a new opening, clear its field ChartHop Job ID and change its "
    "identifier",
)
LINKED_GONE = Reason(
    "LINKED_GONE",
    "the job's opening was deleted in Ashby",
    "The opening was linked to this job, and Ashby no longer lists it.",
    "change the job's recruiting status in ChartHop, or create an opening with the identifier "
    "{identifier} in Ashby for the sync to adopt",
)
LINKED_TWICE = Reason(
    "LINKED_TWICE",
    "{count} openings in Ashby carry this job's id ({openings})",
    "Someone probably copied an opening in Ashby, and the copy kept its ChartHop Job ID.",
    "clear the field ChartHop Job ID on all but one of them",
)
NOT_LINKED_HERE = Reason(
    "NOT_LINKED_HERE",
    "the opening is linked to the job {job}, which ChartHop does not have and this deployment did "
    "not link",
    "Another deployment or organization may be syncing the same Ashby account. After Redis has "
    "been emptied, a deleted job looks the same.",
    "make sure that no other organization uses this Ashby key; then close the opening in Ashby, "
    "or clear its field ChartHop Job ID",
)
CONTESTED = Reason(
    "CONTESTED",
    "{count} syncs in a row changed the opening's state although the job did not change",
    "Something else changes it back each time: a second deployment on the same Ashby account, an "
    "automation, or a person.",
    "find out what changes it; then set the opening's state in Ashby, or edit the job in ChartHop",
)
NAMESAKES = Reason(
    "NAMESAKES",
    "{count} openings in Ashby have the identifier {identifier} ({openings})",
    "None of them is linked, so the sync cannot tell which one belongs to the job.",
    "write the job's id {job} into the field ChartHop Job ID of the right one",
)
NAMESAKE_TAKEN = Reason(
    "NAMESAKE_TAKEN",
    "the opening with the identifier {identifier} is linked to another ChartHop job",
    "Two jobs would share one opening.",
    "give the job its own requisition code in ChartHop",
)
NAMESAKE_PUT_AWAY = Reason(
    "NAMESAKE_PUT_AWAY",
    "the opening with the identifier {identifier} is {state} in Ashby",
    "An opening with that identifier exists but is no longer in use. The sync neither adopts it "
    "nor creates a second one.",
    "give the job another requisition code, or change that opening's identifier",
)
IDENTIFIER_TAKEN = Reason(
    "IDENTIFIER_TAKEN",
    "the identifier {identifier} belongs to another opening in Ashby",
    "The job's requisition code was changed to the identifier of another opening.",
    "change that opening's identifier, or give the job another requisition code",
)
NO_DEPARTMENT = Reason(
    "NO_DEPARTMENT",
    "Ashby has no department {name}",
    "The sync creates the opening without a department and sets it once Ashby has one with this "
    "name.",
    "create the department in Ashby, or correct its name",
)
TWO_DEPARTMENTS = Reason(
    "TWO_DEPARTMENTS",
    "Ashby has several departments called {name}",
    "The sync cannot tell which one is meant.",
    "rename or archive all but one",
)
NO_LOCATION = Reason(
    "NO_LOCATION",
    "Ashby has no location {name}",
    "The sync creates the opening without a location and sets it once Ashby has one with this "
    "name.",
    "create the location in Ashby, or correct its name",
)
TWO_LOCATIONS = Reason(
    "TWO_LOCATIONS",
    "Ashby has several locations called {name}",
    "The sync cannot tell which one is meant.",
    "rename or archive all but one",
)
NO_USER = Reason(
    "NO_USER",
    "Ashby has no active user with the e-mail address of the job's {role}",
    "The sync leaves the opening's hiring team as it is and updates it once Ashby has such a "
    "user. The job in ChartHop shows who it is.",
    "invite them to Ashby, or correct the address on either side",
)
TEAM_REFUSED = Reason(
    "TEAM_REFUSED",
    "Ashby refused to change the {role} on the opening's hiring team ({code})",
    "The key may lack the permission Organization, Write, which sync_hiring_team needs.",
    "grant the permission in Ashby, or set sync_hiring_team = false",
)
NO_DATE = Reason(
    "NO_DATE",
    "the job's start date is not a calendar date",
    "The sync creates the opening without a target start date.",
    "correct the date in ChartHop",
)
UNMAPPABLE = Reason(
    "UNMAPPABLE",
    "field {label} is left out: {why}",
    "The field in Ashby cannot hold ChartHop's value.",
    "correct the value in ChartHop",
)
NOT_OFFERED = Reason(
    "NOT_OFFERED",
    "field {label} is left out: Ashby does not offer the choice",
    "Ashby did not take the field's options as they are in ChartHop.",
    "see the field's own record in `status`, or add the choice to the field in Ashby",
)
CANNOT_CLEAR = Reason(
    "CANNOT_CLEAR",
    "Ashby does not accept an empty value for {labels}",
    "The value was cleared in ChartHop. Ashby keeps the old one.",
    "clear it by hand in Ashby",
)
STORED_OTHERWISE = Reason(
    "STORED_OTHERWISE",
    "Ashby stores {what} in another form ({sent} was sent, {stored} is stored)",
    "The value reads back differently, so the sync does not write it again until it changes.",
)
STATE_NOT_SET = Reason(
    "STATE_NOT_SET",
    "Ashby reported success, but the opening is still {stored} and not {sent}",
    "The answer to the write shows the state that the opening kept. Every sync tries again.",
    "set the opening to {sent} in Ashby",
)
HIRED_AGAINST = Reason(
    "HIRED_AGAINST",
    "someone was hired for the opening",
    "The job leaves ChartHop's list of open jobs once the hire is announced.",
)
