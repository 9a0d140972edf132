"""Why a ticked field is not synced."""

from core.notes import Reason

FIELD_BUILT_IN = Reason(
    "FIELD_BUILT_IN",
    "{code} is a built-in field: only custom fields can be ticked",
    "The sync's own table covers the built-in fields an opening needs.",
    "take it out of synced_fields",
)
FIELD_UNKNOWN = Reason(
    "FIELD_UNKNOWN",
    "ChartHop has no custom field {code}{nearest}",
    "The code is misspelt, the field was removed, or the key may not see it.",
    "correct synced_fields; `charthop-ashby fields ORG` lists the codes",
)
FIELD_NOT_OF_JOBS = Reason(
    "FIELD_NOT_OF_JOBS",
    "{label} is a field of {entity}, not of jobs",
    "An open job has no value of it.",
    "take it out of synced_fields",
)
FIELD_TYPE = Reason(
    "FIELD_TYPE",
    "{label} cannot be synced: its type {type} has no match in Ashby",
    "Smart fields, files, tables and the like have no counterpart among Ashby's field types.",
    "take it out of synced_fields",
)
FIELD_NO_OPTIONS = Reason(
    "FIELD_NO_OPTIONS",
    "{label} has no options to choose from",
    "Ashby does not take a picklist without options.",
    "give the field its options in ChartHop",
)
FIELD_OTHER_TYPE = Reason(
    "FIELD_OTHER_TYPE",
    "Ashby already has a field {label} of type {found} on {holder}, and {wanted} is needed",
    "Ashby can neither rename nor retype a custom field.",
    "rename the field's label in ChartHop, or archive the field in Ashby",
)
FIELD_ARCHIVED = Reason(
    "FIELD_ARCHIVED",
    "the field {label} is archived in Ashby",
    "Somebody put it away; the sync makes no second one.",
    "unarchive it in Ashby, or untick it",
)
FIELD_REFUSED = Reason(
    "FIELD_REFUSED",
    "Ashby does not take the field {label} as it is in ChartHop ({code})",
    "Ashby refused to make the field, or to take its list of options.",
    "correct the field in ChartHop, or untick it",
)
OWN_FIELD_ARCHIVED = Reason(
    "OWN_FIELD_ARCHIVED",
    "the sync's own field {label} is archived in Ashby",
    "Without it nobody can say which opening or hire belongs to what, so nothing is written and no "
    "second field is made.",
    "unarchive it in Ashby",
)
FIELD_SAME_LABEL = Reason(
    "FIELD_SAME_LABEL",
    "{code} has the same label {label} as another field that is synced",
    "Two fields of one title on an opening could not be told apart.",
    "rename one of them in ChartHop",
)
