"""The pages of a list, and where the next page or the next pass begins.

A pass is a list read to its end. Its last page brings a sync token; a later pass with that token
delivers what has changed since the pass that gave it began.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.ashby.account import Account

DAY = 86_400.0
MAXIMUM = 100


class Rejected(Exception):
    """Ashby's usual error: status 200, success false, and a code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Page:
    """One page of shaped records; `token` is None except on the last page of a pass."""

    results: list[Any]
    cursor: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a pass stands: what it delivers (`since`), when it began, what it delivered last."""

    since: int | None
    began: int
    last: int = 0


@dataclass(frozen=True)
class Ask:
    """The part of a list request that is about paging."""

    cursor: str | None = None
    sync_token: str | None = None
    limit: int = MAXIMUM


@dataclass(frozen=True)
class Limits:
    """How many seconds a token or cursor lives, how many changes an incremental pass may have."""

    life: float = 14 * DAY
    changes: int | None = None


def page(
    account: Account,
    name: str,
    ask: Ask,
    shape: Callable[[Any], dict[str, Any]],
    keep: Callable[[Any], bool],
    limits: Limits,
) -> Page:
    """The page of collection `name` that is asked for; raises `Rejected` for a bad place."""
    records, changes = account.listing(name)
    place = _place(account, name, ask, limits.life, changes)
    since = place.since
    if since is not None and account.oddities.incremental_filters == "ignored":
        chosen = [one for one in records if one.changed > since]
    else:
        chosen = [one for one in records if one.changed > (since or 0) and keep(one)]
    if since is not None and limits.changes is not None and len(chosen) > limits.changes:
        raise Rejected("incremental_sync_too_large", "Too much has changed: sync everything once")
    rest = [one for one in chosen if one.index > place.last]
    shown = rest[: ask.limit]
    results = [account.row(one, shape(one)) for one in shown]
    more = len(rest) > len(shown) or (bool(shown) and account.oddities.empty_last_page)
    if more:
        cursor = [name, place.since, place.began, shown[-1].index]
        return Page(results, cursor=_sealed(account, "cursor", cursor))
    return Page(results, token=_sealed(account, "token", [name, place.began]))


def _place(account: Account, name: str, ask: Ask, life: float, changes: int) -> Place:
    if ask.cursor is not None:
        match _opened(account, "cursor", ask.cursor, life):
            case [str() as of, int() | None as since, int() as began, int() as last] if of == name:
                return Place(since, began, last)
        raise Rejected("invalid_next_cursor", "The cursor is not valid: start again")
    if ask.sync_token is not None:
        match _opened(account, "token", ask.sync_token, life):
            case [str() as of, int() as since] if of == name:
                return Place(since, changes)
        raise Rejected("sync_token_invalid", "The sync token is not valid: sync everything once")
    return Place(None, changes)


def _sealed(account: Account, kind: str, content: list[Any]) -> str:
    age = [account.generation, account.world.time()]
    text = json.dumps([account.id, kind, age, content], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(account: Account, kind: str, sealed: str, life: float) -> Any:
    try:
        text = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        owner, of_kind, (generation, at), content = json.loads(text)
    except (ValueError, TypeError):
        return None
    if owner != account.id or of_kind != kind:
        return None
    if generation != account.generation or account.world.time() - at > life:
        code = "next_cursor_expired" if kind == "cursor" else "sync_token_expired"
        raise Rejected(code, f"The {kind} has expired: start again without it")
    return content
