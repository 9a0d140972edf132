"""Checks of one organization's set-up, each with its fix.

They only read: the file, both services, and Redis. Each finding is one line.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from redis import RedisError

from control import fields as custom_fields
from control.deployment import Deployment
from control.errors import RedisAway
from control.findings import Finding, Grade, failed, passed, warning
from control.key_checks import KEY_PAGE, key_findings
from control.plan import Forecast, forecast
from control.webhook_checks import webhook_findings
from control.wording import counts, pace
from core import reasons
from core.errors import NeedsHuman, TryLater
from core.fields import PRIVATE_LEVELS
from core.offers import target_of
from core.outcomes import Outcome
from core.records import folded, same_name
from organizations import Organization
from organizations.addresses import why_refused
from store.allowances import ASHBY, ASHBY_LIMIT, ashby_rate
from store.suitability import unsuitable
from tasks.context import OrgContext
from tasks.hire_reads import charthop_fields


def redis_findings(deployment: Deployment) -> Iterator[Finding]:
    """The problems of the deployment's Redis; none if it is not running yet."""
    try:
        found = unsuitable(deployment.redis)
    except (RedisAway, RedisError):
        return
    for one in found:
        yield (failed if one.is_fatal else warning)(one.what, one.fix)


def pace_findings(deployment: Deployment) -> Iterator[Finding]:
    """The configured number of Ashby calls per minute, if it is set."""
    rate = ashby_rate(deployment.settings.ashby_calls_per_minute)
    what = pace(rate.per_minute)
    if rate.per_minute + rate.burst > ASHBY_LIMIT:
        yield warning(
            f"{what}, but Ashby refuses more than {ASHBY_LIMIT}",
            f"leave it at {ASHBY.per_minute} unless Ashby has raised this account's limit",
        )
    elif rate != ASHBY:
        yield passed(what)


def inspect(deployment: Deployment, organization: Organization) -> Iterator[Finding]:
    """All findings about one organization, the most fundamental first."""
    org = deployment.wiring.any_context(organization, leave_no_trace=True)
    sound, refused = True, set()
    for finding in key_findings(deployment, organization):
        yield finding
        sound = sound and finding.grade is not Grade.FAILED
        refused.add(finding.refused)
    if len(refused - {None}) > 1:
        yield warning("both services refuse their key", "are the two keys swapped?")
    yield from _settings(organization)
    yield from webhook_findings(deployment, organization)
    if not sound:
        yield warning("fields and jobs were not checked", "fix the above, then check again")
        return
    yield from _guarded(_fields(org))
    yield from _guarded(_offer_fields(org))
    yield from _guarded(_close_reason(org))
    yield from _guarded(_first_sync(org))


def _guarded(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings, and the reason in place of any that could not be determined."""
    try:
        yield from findings
    except (TryLater, NeedsHuman) as error:
        yield failed(str(error.reason))


def _settings(organization: Organization) -> Iterator[Finding]:
    if not organization.enabled:
        yield warning("the organization is not enabled", "set enabled = true to sync it")
    rules = organization.rules
    if rules.hires_since is None:
        yield warning(
            "hires_since is not set, so every hire is held",
            "set hires_since: hires whose offer was decided on or after that day are brought over",
        )
    elif rules.hires_since > datetime.now(UTC).date():
        yield warning(
            f"hires_since is in the future ({rules.hires_since}): the sync ignores hires "
            "decided before that day",
            "set it to the first day whose hires are to be brought over",
        )
    if rules.drift_report is not None and not organization.notify:
        yield warning(
            "drift_report is set, but notify has no address to send it to",
            "add an address to notify, or remove drift_report",
        )
    if rules.sync_confidential_jobs:
        yield warning(
            "confidential jobs are synced, but Ashby does not say whether its key can see them",
            f"{KEY_PAGE}: turn on Allow access to confidential jobs and projects",
        )
    for at, address in enumerate(organization.notify, start=1):
        import apprise

        if (why := why_refused(address.get_secret_value())) is not None:
            yield failed(f"notify entry {at} {why}", "nothing is sent to it")
        elif not apprise.Apprise().add(address.get_secret_value()):
            yield failed(
                f"notify entry {at} is not an address that Apprise knows",
                "see https://appriseit.com for its format",
            )


def _fields(org: OrgContext) -> Iterator[Finding]:
    rows = [row for row in custom_fields.survey(org) if row.ticked]
    for row in rows:
        if row.refused is not None:
            yield failed(str(row.refused))
        elif row.field is not None and row.field.sensitive in PRIVATE_LEVELS:
            yield warning(
                f"ticked field {row.code}: {row.note}", "untick it if that is not intended"
            )
    good = sum(row.refused is None for row in rows)
    if rows and good == len(rows):
        yield passed(f"all {good} ticked fields can be synced")
    elif not rows:
        yield passed("no custom field is ticked")


def _offer_fields(org: OrgContext) -> Iterator[Finding]:
    if not org.rules.offer_fields:
        return
    titles = {
        folded(one.title)
        for one in org.ats.definitions(None).items
        if one.holder == "Offer" and not one.is_archived
    }
    fields = charthop_fields(org)
    bad = False
    for title, code in org.rules.offer_fields.items():
        if folded(title) not in titles:
            bad = True
            yield failed(
                f'Ashby has no offer field "{title}"',
                f"correct offer_fields; if the field is private, {KEY_PAGE}: turn on Allow "
                "access to non-offer private fields",
            )
        if target_of(code, fields) is None:
            bad = True
            yield failed(str(reasons.OFFER_FIELD_UNKNOWN(title=title, code=code)))
    if not bad:
        yield passed(f"all {len(org.rules.offer_fields)} offer fields exist on both sides")


def _close_reason(org: OrgContext) -> Iterator[Finding]:
    known = org.ats.close_reasons()
    for name in org.rules.filled_close_reasons:
        if not any(same_name(one.text, name) for one in known):
            yield failed(
                f'Ashby has no close reason "{name}"',
                "correct filled_close_reasons, or remove it",
            )
    known = [one for one in known if not one.is_archived]
    wanted = org.rules.close_reason
    if wanted is None:
        return
    if any(folded(one.text) == folded(wanted) for one in known):
        yield passed(f'Ashby has the close reason "{wanted}"')
    else:
        yield failed(
            f'Ashby has no active close reason "{wanted}"',
            f"set close_reason to one of: {', '.join(one.text for one in known) or '(none)'}",
        )


def _first_sync(org: OrgContext) -> Iterator[Finding]:
    """What a sync would do, and whether somebody else creates openings for the same jobs."""
    made = forecast(org)
    tally = Counter(result.outcome.value for result in made.results.values())
    yield passed(f"a sync now would result in {counts(tally)}")
    yield from _required_fields(made)
    for one in made.held:
        yield warning(str(one.reason), "")
    ambiguous = [record for record, one in made.results.items() if one.outcome is Outcome.HELD]
    if ambiguous:
        yield warning(
            f"{len(ambiguous)} records would be held",
            f"run charthop-ashby plan {org.rules.organization} to see why",
        )
    foreign = _made_by_others(made)
    if foreign:
        yield warning(
            f"{foreign} active jobs already have an opening that this sync did not create",
            "if Ashby's own ChartHop integration or another tool creates them, turn that off "
            "first; the sync adopts openings whose identifier matches the job's",
        )


def _required_fields(made: Forecast) -> Iterator[Finding]:
    """Required opening fields that no ticked field fills."""
    catalogue = made.survey.catalogue
    ticked = {definition.id for _, definition in catalogue.fields}
    for one in catalogue.required:
        if one.id not in ticked:
            yield warning(
                f'Ashby requires the opening field "{one.title}", which is not ticked, so new '
                "openings may stay Drafts",
                "tick a ChartHop field with that label, or make it optional in Ashby",
            )


def _made_by_others(made: Forecast) -> int:
    """Unlinked active jobs whose identifier or title is already used by an opening."""
    unlinked = [
        one
        for one in made.survey.openings.values()
        if made.survey.catalogue.linked_job(one) is None and not one.is_archived
    ]
    identifiers = {folded(one.identifier) for one in unlinked}
    titles = {folded(one.title) for one in unlinked} - {""}
    return sum(
        1
        for record, result in made.results.items()
        if result.outcome in (Outcome.CREATED, Outcome.ADOPTED, Outcome.HELD)
        and (job := made.survey.jobs.get(record.id)) is not None
        and not made.survey.linked(job.id)
        and (folded(job.identifier) in identifiers or folded(job.title) in titles)
    )
