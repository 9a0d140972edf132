"""Why a job has no opening, why its opening is left alone, and what is missing on it."""

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
    "While an offer is out or somebody is about to start, the recruiter owns the opening.",
)
STATUS_UNKNOWN = Reason(
    "STATUS_UNKNOWN",
    "recruiting status {status} is none that the sync knows",
    "The job's recruiting status is empty or is a value that the sync has no rule for.",
    "set it to Active, Passive, Inactive, Offer, Pending or Closed in ChartHop",
)
CONFIDENTIAL = Reason(
    "CONFIDENTIAL",
    "the job is confidential",
    "Jobs of sensitivity HIGH or PRIVATE are synced only where the organization asks for it.",
    "set sync_confidential_jobs = true for this organization to sync it",
)
SCENARIO = Reason(
    "SCENARIO",
    "the job belongs to a scenario",
    "Jobs of a scenario are a plan; they are synced once the scenario is merged.",
)
NOT_OPEN = Reason(
    "NOT_OPEN",
    "the job is not open in ChartHop",
    "The job is filled, deleted or not visible to the key, and it has no opening to close.",
)
NO_SUCH_JOB = Reason(
    "NO_SUCH_JOB",
    "ChartHop has no job {job}",
    "The id is misspelt, the job was deleted, or the key may not see it.",
    "`charthop-ashby status ORG` lists the jobs",
)
NO_TITLE = Reason(
    "NO_TITLE",
    "the job has no title",
    "An opening without a description would mean nothing to a recruiter.",
    "give the job a title in ChartHop",
)
FILLED = Reason(
    "FILLED",
    "the opening is Filled in Ashby and is not touched any more",
    "Somebody was hired against the opening. A new hire needs a new job in ChartHop.",
)
CLOSED_BY_RECRUITER = Reason(
    "CLOSED_BY_RECRUITER",
    "a recruiter closed the opening in Ashby",
    "The job is still Active in ChartHop. The sync does not fight a recruiter's decision.",
    "reopen it in Ashby by hand to go on",
)
CLOSED_AS_FILLED = Reason(
    "CLOSED_AS_FILLED",
    "a recruiter closed the opening in Ashby as filled",
    "The close reason is one of filled_close_reasons. A new hire needs a new job in ChartHop.",
)
NOT_APPROVED = Reason(
    "NOT_APPROVED",
    "Ashby does not approve the new opening yet ({code})",
    "The opening was made as a Draft. Ashby wants something more before it is Approved: values of "
    "required opening fields, or an approval. It is tried again with every sync.",
    "fill in what is missing, or approve the opening in Ashby",
)
REQUIRED_FIELDS = Reason(
    "REQUIRED_FIELDS",
    "Ashby requires a value of {labels} on every opening",
    "The field is required in Ashby and is not ticked, or the job has no value of it.",
    "tick it for the sync and give the job a value, fill it in by hand in Ashby, or make it "
    "optional there",
)
LINKED_ARCHIVED = Reason(
    "LINKED_ARCHIVED",
    "the job's opening is archived in Ashby",
    "An archived opening is put away on purpose, so no second one is made for the same job.",
    "unarchive it in Ashby, or clear its field ChartHop Job ID and change its identifier to have "
    "a new one made",
)
LINKED_GONE = Reason(
    "LINKED_GONE",
    "the job's opening was deleted in Ashby",
    "The opening was linked to this job and is no longer listed.",
    "set the job's recruiting status in ChartHop, or create an opening with the identifier "
    "{identifier} in Ashby and it will be adopted",
)
LINKED_TWICE = Reason(
    "LINKED_TWICE",
    "{count} openings in Ashby carry this job's id ({openings})",
    "Usually an opening was copied in Ashby together with its ChartHop Job ID.",
    "clear the field ChartHop Job ID on all but one of them",
)
NOT_LINKED_HERE = Reason(
    "NOT_LINKED_HERE",
    "ChartHop does not know the job {job} that the opening is linked to, and this deployment has "
    "not linked it",
    "Another deployment or organization may sync the same Ashby account. After Redis was emptied a "
    "deleted job looks the same.",
    "see that no other organization has this Ashby key; then close the opening in Ashby, or clear "
    "its field ChartHop Job ID",
)
CONTESTED = Reason(
    "CONTESTED",
    "the opening's state was changed in {count} syncs in a row although the job did not change",
    "Somebody else sets it back each time: a second deployment on the same Ashby account, an "
    "automation, or a person.",
    "find who does; then set the opening's state in Ashby, or edit the job in ChartHop",
)
NAMESAKES = Reason(
    "NAMESAKES",
    "{count} openings in Ashby have the identifier {identifier} ({openings})",
    "None of them is linked, so the sync cannot tell which one belongs to the job.",
    "write the job's id {job} into ChartHop Job ID of the right one",
)
NAMESAKE_TAKEN = Reason(
    "NAMESAKE_TAKEN",
    "the opening with the identifier {identifier} is linked to another ChartHop job",
    "Two jobs would share one opening.",
    "give the job a requisition code of its own in ChartHop",
)
NAMESAKE_PUT_AWAY = Reason(
    "NAMESAKE_PUT_AWAY",
    "the opening with the identifier {identifier} is {state} in Ashby",
    "An opening of that identifier exists but is no longer in use, so it is not adopted and no "
    "second one is made.",
    "give the job another requisition code, or rename that opening's identifier",
)
IDENTIFIER_TAKEN = Reason(
    "IDENTIFIER_TAKEN",
    "the identifier {identifier} belongs to another opening in Ashby",
    "The job's requisition code was changed to one that an opening already has.",
    "rename that opening's identifier, or give the job another requisition code",
)
NO_DEPARTMENT = Reason(
    "NO_DEPARTMENT",
    "Ashby has no department {name}",
    "The opening is made without it and filled in by itself once the department exists.",
    "create the department in Ashby, or correct its name",
)
TWO_DEPARTMENTS = Reason(
    "TWO_DEPARTMENTS",
    "Ashby has several departments {name}",
    "The sync cannot tell which one is meant.",
    "rename or archive all but one",
)
NO_LOCATION = Reason(
    "NO_LOCATION",
    "Ashby has no location {name}",
    "The opening is made without it and filled in by itself once the location exists.",
    "create the location in Ashby, or correct its name",
)
TWO_LOCATIONS = Reason(
    "TWO_LOCATIONS",
    "Ashby has several locations {name}",
    "The sync cannot tell which one is meant.",
    "rename or archive all but one",
)
NO_USER = Reason(
    "NO_USER",
    "Ashby has no active user with the e-mail address of the job's {role}",
    "The opening's hiring team is left as it is, and follows by itself once there is such a user. "
    "Who that is stands on the job in ChartHop.",
    "invite them to Ashby, or correct the address on either side",
)
TEAM_REFUSED = Reason(
    "TEAM_REFUSED",
    "Ashby does not change the {role} on the opening's hiring team ({code})",
    "The key may lack the permission Organization, Write, which sync_hiring_team needs.",
    "switch the permission on in Ashby, or set sync_hiring_team = false",
)
NO_DATE = Reason(
    "NO_DATE",
    "the job's start date is not a calendar date",
    "The opening is made without a target start date.",
    "correct the date in ChartHop",
)
UNMAPPABLE = Reason(
    "UNMAPPABLE",
    "field {label} is left out: {why}",
    "Ashby's field cannot hold the value that ChartHop has.",
    "correct the value in ChartHop",
)
CANNOT_CLEAR = Reason(
    "CANNOT_CLEAR",
    "Ashby does not take an empty value for {labels}",
    "The value was emptied in ChartHop; Ashby keeps the old one.",
    "clear it by hand in Ashby",
)
STORED_OTHERWISE = Reason(
    "STORED_OTHERWISE",
    "Ashby stores {what} in another form ({sent} was sent, {stored} is stored)",
    "What was written reads back differently, so it is not written again until it changes.",
)
HIRED_AGAINST = Reason(
    "HIRED_AGAINST",
    "somebody was hired against the opening",
    "The job leaves ChartHop's list of open jobs once the hire is announced.",
)
