"""Faults of the set-up or of the world: keys, services, the network, other workers."""

from core.notes import Reason

KEY_REFUSED = Reason(
    "KEY_REFUSED",
    "{system} refused the key ({detail})",
    "The key is wrong, was switched off or regenerated, or lacks a permission.",
    "`charthop-ashby check` says which permission is missing",
)
NO_PERMISSION = Reason(
    "NO_PERMISSION",
    "Ashby does not let the key call {endpoint}: it lacks the permission {permission}",
    "The permission is not switched on for the key, or was taken from it.",
    "switch it on in Ashby (Admin, Integrations, API Keys)",
)
REJECTED = Reason(
    "REJECTED",
    "{system} refused {what}: {code}",
    "The other side's validation did not accept the request. What it said may name people, so only "
    "`charthop-ashby explain` shows it.",
    "`charthop-ashby explain` shows what it said; correct the record, then run "
    "`charthop-ashby sync`",
)
UNREACHABLE = Reason(
    "UNREACHABLE",
    "{system} did not answer ({detail})",
    "The service or the network in between is down; it is tried again by itself.",
)
BUSY = Reason(
    "BUSY",
    "{system} asks to slow down",
    "The allowance of calls is used up; it is tried again by itself.",
)
NOT_READY = Reason(
    "NOT_READY",
    "ChartHop is still preparing its answer (202)",
    "ChartHop is computing a snapshot of the organization; it is tried again by itself.",
)
STRANGE_ANSWER = Reason(
    "STRANGE_ANSWER",
    "{system} gave an answer that cannot be read ({detail})",
    "A proxy in between or a change of the API; it is tried again by itself.",
)
STRANGE_ID = Reason(
    "STRANGE_ID",
    "an id that the record names is none",
    "Ids are letters, digits and dashes. Somebody wrote something else into a field that holds "
    "one; it is never made a part of an address.",
    "correct ChartHop Job ID of the opening, or ChartHop Person ID of the application, in Ashby",
)
INCOMPLETE_LIST = Reason(
    "INCOMPLETE_LIST",
    "the list of {what} did not come to its end",
    "A page repeated or was missing, so nothing is concluded from what is absent.",
)
ANSWER_LOST = Reason(
    "ANSWER_LOST",
    "{system} did not say whether it carried out a write ({detail})",
    "It is looked for before anything is written again, so nothing is doubled.",
)
LOOKED_FOR = Reason(
    "LOOKED_FOR",
    "Ashby did not say whether it made {what}, and does not show it yet",
    "Ashby's lists may lag behind, so it is looked for again before another one is made.",
)
OUTAGE = Reason(
    "OUTAGE",
    "{system} has failed several times in a row; calls to it wait",
    "The sync pauses for a growing while and starts again by itself.",
)
PAUSED = Reason(
    "PAUSED",
    "the organization is paused ({why})",
    "Somebody paused it, or switched it off in the organizations file.",
    "`charthop-ashby resume {organization}` starts it again",
)
WRONG_SETUP = Reason(
    "WRONG_SETUP",
    "{what}",
    "The organizations file, or a secret that it names, is wrong or missing; the sentence says "
    "what and where.",
)
SWITCHED_OFF = Reason(
    "SWITCHED_OFF",
    "the organization is not enabled",
    "The beta switch of the organization is off: nothing is read or written.",
    "set enabled = true in the organizations file",
)
FIELDS_IN_WORK = Reason(
    "FIELDS_IN_WORK",
    "another worker is still making the fields in Ashby",
    "Fields are made by one worker at a time, so that none is made twice; it is tried again by "
    "itself.",
)
TOO_LONG = Reason(
    "TOO_LONG",
    "the work on it took longer than {seconds} s",
    "The answers come so slowly that the task stopped, to leave room for others; it is tried again "
    "by itself.",
)
TAKEN_OVER = Reason(
    "TAKEN_OVER",
    "another worker has taken the record over",
    "The worker was held up for so long that its lock expired; it stops before it writes.",
)
WORKERS_DIED = Reason(
    "WORKERS_DIED",
    "{times} workers died while they were at it",
    "A worker that is killed leaves its records to the next one. This record was given up, so that "
    "it does not take them all; the next sync tries it again.",
    "look why the workers ended (memory?), and report it where it is always this record",
)
BUG = Reason(
    "BUG",
    "an unexpected error ({kind} at {place})",
    "A fault of this software; the log has the trace, and so has Sentry where it is set up.",
    "report it with the trace",
)
