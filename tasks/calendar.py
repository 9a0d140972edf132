"""The organization's calendar day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import NeedsHuman
from tasks.context import OrgContext


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today(org: OrgContext) -> date:
    """The organization's calendar day; ChartHop's own dates mean that one."""
    return now().astimezone(zone(org)).date()


def zone(org: OrgContext) -> ZoneInfo:
    """The organization's time zone."""
    if org.time_zone is None:
        org.time_zone = org.memory.briefs.time_zone() or _read(org)
    return zone_named(org.time_zone)


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where this machine knows none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _read(org: OrgContext) -> str:
    try:
        return org.hris.time_zone() or "UTC"
    except NeedsHuman:  # The key may not read it.
        return "UTC"
