"""Why a ticked field is not synced."""

from core.notes import Reason

FIELD_BUILT_IN = Reason(
    "FIELD_BUILT_IN",
    "{code} is a built-in field: only custom fields can be ticked",
    "The sync already covers the built-in fields that an opening needs.",
    "remove it from synced_fields",
)
FIELD_UNKNOWN = Reason(
    "FIELD_UNKNOWN",
    "ChartHop has no custom field {code}{nearest}",
    "The code is misspelt, the field was removed, or the key cannot see it.",
    "correct synced_fields; `charthop-ashby fields ORG` lists the codes",
)
FIELD_NOT_OF_JOBS = Reason(
    "FIELD_NOT_OF_JOBS",
    "{label} is a field of {entity}, not of jobs",
    "An open job has no value for it.",
    "remove it from synced_fields",
)
FIELD_TYPE = Reason(
    "FIELD_TYPE",
    "{label} cannot be synced: its type {type} has no match in Ashby",
    "Smart fields, files, tables and similar types match none of Ashby's field types.",
    "remove it from synced_fields",
)
FIELD_NO_OPTIONS = Reason(
    "FIELD_NO_OPTIONS",
    "{label} has no options to choose from",
    "Ashby does not accept a picklist without options.",
    "add options to the field in ChartHop",
)
FIELD_OTHER_TYPE = Reason(
    "FIELD_OTHER_TYPE",
    "Ashby already has a field {label} of type {found} on {holder}, and {wanted} is needed",
    "Ashby can neither rename a custom field nor change its type.",
    "change the field's label in ChartHop, or archive the field in Ashby",
)
FIELD_ARCHIVED = Reason(
    "FIELD_ARCHIVED",
    "the field {label} is archived in Ashby",
    "Someone archived it on purpose, so the sync does not create a second one.",
    "unarchive it in Ashby, or untick it",
)
FIELD_REFUSED = Reason(
    "FIELD_REFUSED",
    "Ashby refused the field {label} as it is in ChartHop ({code})",
    "Ashby refused to create the field or to accept its options.",
    "correct the field in ChartHop, or untick it",
)
OPTIONS_NOT_STORED = Reason(
    "OPTIONS_NOT_STORED",
    "Ashby reported success, but the options of the field {label} differ from those in ChartHop",
    "The sync sends the same options again after a week. Values that Ashby does not offer are left "
    "out.",
    "change the field's options in Ashby",
)
OWN_FIELD_ARCHIVED = Reason(
    "OWN_FIELD_ARCHIVED",
    "the sync's own field {label} is archived in Ashby",
    "Without this field the sync cannot tell which opening or hire belongs to which record, so it "
    "writes nothing and creates no second field.",
    "unarchive it in Ashby",
)
FIELD_SAME_LABEL = Reason(
    "FIELD_SAME_LABEL",
    "{code} has the same label {label} as another synced field",
    "Two fields with the same title on an opening could not be told apart.",
    "rename one of them in ChartHop",
)
