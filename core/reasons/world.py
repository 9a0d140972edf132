"""Problems with the setup, keys, services, the network or other workers."""

from core.notes import Reason

KEY_REFUSED = Reason(
    "KEY_REFUSED",
    "{system} refused the key ({detail})",
    "The key is wrong, was disabled or regenerated, or lacks a permission.",
    "run `charthop-ashby check`: it says whether the key is wrong or lacks a permission",
)
KEY_WRONG = Reason(
    "KEY_WRONG",
    "{system} refused the key: it is wrong, disabled or replaced ({detail})",
    "The service does not know the key. This is not a missing permission.",
    "put the right key where the organizations file points; the next sync uses it",
)
NO_PERMISSION = Reason(
    "NO_PERMISSION",
    "the key may not call {endpoint} in Ashby: it lacks the permission {permission}",
    "The permission was never granted to the key, or was removed from it.",
    "grant it in Ashby (Admin, Integrations, API Keys)",
)
REJECTED = Reason(
    "REJECTED",
    "{system} refused {what}: {code}",
    "The request failed the service's validation. The service's own message may name people, so "
    "only `charthop-ashby explain` shows it.",
    "read the service's message with `charthop-ashby explain`, correct the record, then run "
    "`charthop-ashby sync`",
    "read the service's message with `charthop-ashby explain`, correct the record, then have an "
    "operator press Sync this now on its page",
)
UNREACHABLE = Reason(
    "UNREACHABLE",
    "{system} did not answer ({detail})",
    "The service or the network is down. The sync retries automatically.",
)
CONNECTION_REFUSED = Reason(
    "CONNECTION_REFUSED",
    "{system} cannot be reached: {place} refused the connection",
    "Nothing listens at that address, or a firewall rejects the connection. The sync retries "
    "automatically.",
    "allow this machine to reach {place}; if that is the wrong address, correct {setting}",
)
NO_SUCH_HOST = Reason(
    "NO_SUCH_HOST",
    "{system} cannot be reached: DNS has no address for {place}",
    "The name is misspelt, or this machine's name servers do not answer. The sync retries "
    "automatically.",
    "correct {setting} if the name is wrong; otherwise fix this machine's DNS",
)
NO_TLS = Reason(
    "NO_TLS",
    "{system} cannot be reached: the TLS connection to {place} cannot be trusted ({detail})",
    "A company proxy intercepts the connection and presents its own certificate, this machine's "
    "clock is wrong, or the address is not the service's. The sync retries automatically.",
    "exempt {place} from the proxy, or point SSL_CERT_FILE to its certificate authority; check "
    "the clock",
)
CONNECT_TIMEOUT = Reason(
    "CONNECT_TIMEOUT",
    "{system} cannot be reached: the connection to {place} timed out",
    "A firewall drops the packets, or the route is broken. The sync retries automatically.",
    "allow this machine to reach {place}",
)
PROXY_NOT_USED = Reason(
    "PROXY_NOT_USED",
    "{system} cannot be reached: there is no direct route to {place}, and the sync does not use "
    "the proxy in {variable}",
    "The sync connects directly and ignores proxy settings in the environment. It retries "
    "automatically.",
    "allow this machine to reach {place} without a proxy",
)
BUSY = Reason(
    "BUSY",
    "{system} asks to slow down",
    "The rate limit is used up. The sync retries automatically.",
)
NOT_READY = Reason(
    "NOT_READY",
    "ChartHop is still preparing its answer (202)",
    "ChartHop is computing a snapshot of the organization. The sync retries automatically.",
)
STRANGE_ANSWER = Reason(
    "STRANGE_ANSWER",
    "{system} sent a response that cannot be read ({detail})",
    "A proxy answered in its place, or the API changed. The sync retries automatically.",
)
STRANGE_ID = Reason(
    "STRANGE_ID",
    "an id in the record is not a valid id",
    "Ids are letters, digits and dashes. Someone entered something else into a field that holds "
    "an id; the sync never puts it into a URL.",
    "in Ashby, correct ChartHop Job ID of the opening or ChartHop Person ID of the application",
)
INCOMPLETE_LIST = Reason(
    "INCOMPLETE_LIST",
    "the list of {what} is incomplete",
    "A page was repeated or missing, so the sync draws no conclusion from what is absent.",
)
UNREADABLE_ROWS = Reason(
    "UNREADABLE_ROWS",
    "{system} lists {count} rows in a form that cannot be read ({what})",
    "The rows lack required data, perhaps even the id. The sync continues with all others, and "
    "closes or forgets nothing because it is absent from the readable rows.",
)
ANSWER_LOST = Reason(
    "ANSWER_LOST",
    "{system} did not say whether it carried out a write ({detail})",
    "The sync checks what is there before it writes again, so nothing is duplicated.",
)
LOOKED_FOR = Reason(
    "LOOKED_FOR",
    "Ashby did not say whether it created {what}, and does not show it yet",
    "Ashby's lists may lag, so the sync searches again before it creates another one.",
)
OUTAGE = Reason(
    "OUTAGE",
    "{system} has failed several times in a row, so calls to it wait",
    "The sync waits longer after each failure and resumes automatically.",
)
PAUSED = Reason(
    "PAUSED",
    "the organization is paused ({why})",
    "Someone paused it, or disabled it in the organizations file.",
    "to restart it, run `charthop-ashby resume {organization}`",
    "to restart it, an operator can press Resume on the organization's page",
)
WRONG_SETUP = Reason(
    "WRONG_SETUP",
    "{what}",
    "The organizations file, or a secret that it refers to, is wrong or missing. The message says "
    "what and where.",
)
SWITCHED_OFF = Reason(
    "SWITCHED_OFF",
    "the organization is not enabled",
    "Nothing is read or written for an organization that is not enabled.",
    "set enabled = true in the organizations file",
)
FIELDS_IN_WORK = Reason(
    "FIELDS_IN_WORK",
    "another worker is still creating the fields in Ashby",
    "Only one worker at a time creates fields, so that none is created twice. The sync retries "
    "automatically.",
)
TOO_LONG = Reason(
    "TOO_LONG",
    "the task took longer than {seconds} s",
    "The services answer so slowly that the task stopped to make room for others. The sync "
    "retries automatically.",
)
TAKEN_OVER = Reason(
    "TAKEN_OVER",
    "another worker has taken the record over",
    "This worker stalled for so long that its lease on the record expired; it stops before it "
    "writes.",
)
WORKERS_DIED = Reason(
    "WORKERS_DIED",
    "{times} workers died while working on it",
    "When a worker is killed, another one takes over its records. After so many deaths this "
    "record is set aside so that it does not bring down more workers; the next sync tries it "
    "again.",
    "find out why the workers died (out of memory?), and report it if it is always this record",
)
BUG = Reason(
    "BUG",
    "an unexpected error ({kind} at {place})",
    "This is a bug in charthop-ashby. The log has the traceback, and so does Sentry if it is set "
    "up.",
    "report it with the traceback",
)
