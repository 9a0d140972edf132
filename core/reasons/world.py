"""Faults of the set-up or of the world: keys, services, the network, other workers."""

from core.notes import Reason

KEY_REFUSED = Reason(
    "KEY_REFUSED",
    "{system} refused the key ({detail})",
    "The key is wrong, was switched off or regenerated, or lacks a permission.",
    "`charthop-ashby check` says whether it is wrong or lacks a permission",
)
KEY_WRONG = Reason(
    "KEY_WRONG",
    "{system} refused the key: it is wrong, was switched off, or was replaced ({detail})",
    "The service does not know the key. No permission is missing.",
    "write the right key where the organizations file points; the next sync uses it",
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
CONNECTION_REFUSED = Reason(
    "CONNECTION_REFUSED",
    "{system} cannot be reached: {place} refused the connection",
    "Nothing listens there, or a firewall says no. It is tried again by itself.",
    "let this machine reach {place}; where that is the wrong address, correct {setting}",
)
NO_SUCH_HOST = Reason(
    "NO_SUCH_HOST",
    "{system} cannot be reached: no address is found for the name in {place} (DNS)",
    "The name is misspelt, or this machine's name servers do not answer. It is tried again by "
    "itself.",
    "correct {setting} where the name is wrong, else this machine's DNS",
)
NO_TLS = Reason(
    "NO_TLS",
    "{system} cannot be reached: {place} gave no TLS connection that can be trusted ({detail})",
    "A proxy of the company opens the connection and shows a certificate of its own, the clock of "
    "this machine is wrong, or the address is not that of the service. It is tried again by "
    "itself.",
    "let the proxy pass {place} through, or name its certificate authority in SSL_CERT_FILE; check "
    "the clock",
)
CONNECT_TIMEOUT = Reason(
    "CONNECT_TIMEOUT",
    "{system} cannot be reached: {place} did not take the connection in time",
    "A firewall drops the packets, or the route is broken. It is tried again by itself.",
    "let this machine reach {place}",
)
PROXY_NOT_USED = Reason(
    "PROXY_NOT_USED",
    "{system} cannot be reached: there is no direct way to {place}, and the proxy of {variable} is "
    "not used",
    "The sync makes its connections itself; proxies of the environment are left out. It is tried "
    "again by itself.",
    "let this machine reach {place} without a proxy",
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
    "an id in the record is not a valid id",
    "Ids are letters, digits and dashes. Somebody wrote something else into a field that holds "
    "one, and it is never put into a URL.",
    "correct ChartHop Job ID of the opening, or ChartHop Person ID of the application, in Ashby",
)
INCOMPLETE_LIST = Reason(
    "INCOMPLETE_LIST",
    "the list of {what} did not come to its end",
    "A page repeated or was missing, so nothing is concluded from what is absent.",
)
UNREADABLE_ROWS = Reason(
    "UNREADABLE_ROWS",
    "{system} lists {count} rows in a form that cannot be read ({what})",
    "They say too little, or not even which item they are about. All others go on; nothing is "
    "closed or forgotten because it is not among those that can be read.",
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
    "{times} workers died while working on it",
    "A worker that is killed leaves its records to the next one. This record was given up, so that "
    "it does not take them all; the next sync tries it again.",
    "find out why the workers ended (memory?), and report it if it is always this record",
)
BUG = Reason(
    "BUG",
    "an unexpected error ({kind} at {place})",
    "A fault of this software; the log has the trace, and so has Sentry where it is set up.",
    "report it with the trace",
)
