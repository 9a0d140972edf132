"""The calendar day in the organization's time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import NeedsHuman
from tasks.context import OrgContext


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def today(org: OrgContext) -> date:
    """Today in the organization's time zone, as ChartHop's own dates mean it."""
    return now().astimezone(zone(org)).date()


def zone(org: OrgContext) -> ZoneInfo:
    """The organization's time zone."""
    if org.time_zone is None:
        org.time_zone = org.memory.briefs.time_zone() or _read(org)
    return zone_named(org.time_zone)


def zone_named(name: str) -> ZoneInfo:
    """The time zone with that name; UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _read(org: OrgContext) -> str:
    try:
        return org.hris.time_zone() or "UTC"
    except NeedsHuman:  # The key may not read it.
        return "UTC"
