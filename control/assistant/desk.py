"""The scope and the user of one server, and its errors."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from kombu.exceptions import OperationalError
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from redis import RedisError

from control.assistant.rendering import NAMESAKES, untrusted, word
from control.deployment import Deployment
from control.errors import NotOneRecord, Refusal
from control.orders import Operator
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.notes import ALL, Note
from core.text import for_assistant
from organizations.faults import nearest

LONGEST = 500
"""Maximum length of an argument; the address of a page is far shorter."""

LONGEST_ERROR = 600
"""Maximum length of a sentence."""

LONGEST_CLIENT = 60
"""Maximum length of the name that a client gives itself."""

_TABLE = re.compile(r"\[organizations\.([^\]]+)\]")


@dataclass(frozen=True)
class Desk:
    """The workplace of one server's tools.

    `user` is the operating-system user, `only` the organizations that may be shown (None: all). The
    environment and the organizations file are read anew for each call, as a command reads them.
    """

    user: str
    only: frozenset[str] | None = None
    reading: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    """Lets only one tool at a time read both services."""

    @contextmanager
    def opened(self) -> Iterator[Deployment]:
        """The deployment. Every expected failure becomes a ToolError."""
        try:
            with Deployment() as deployment, self._own_words(deployment):
                yield deployment
        except NotOneRecord as error:
            near = [
                {"record": word(str(record)), "untrusted_name": untrusted(label)}
                for record, label in error.near[:NAMESAKES]
            ]
            more = f"\n{json.dumps({'near': near}, ensure_ascii=False)}" if near else ""
            raise ToolError(f"{for_assistant(str(error), LONGEST_ERROR)}{more}") from None
        except (TryLater, NeedsHuman) as error:
            raise ToolError(_told(error.reason)) from None
        except WrongSetup as error:
            raise ToolError(for_assistant(str(error), LONGEST_ERROR)) from None
        except Refusal as error:
            raise ToolError(for_assistant(str(error), LONGEST_ERROR)) from None
        except (RedisError, OperationalError):
            raise ToolError("The deployment's Redis does not answer.") from None

    @contextmanager
    def _own_words(self, deployment: Deployment) -> Iterator[None]:
        """Report mistakes in the file, but only as much of them as may be shown."""
        try:
            yield
        except WrongSetup as error:
            raise ToolError(self._of_the_file(deployment, str(error))) from None

    @contextmanager
    def at(self, organization: str, record: str | None = None) -> Iterator[Deployment]:
        """The same for one organization; ToolError if it may not be shown."""
        with self.opened() as deployment:
            if len(organization) > LONGEST or len(record or "") > LONGEST:
                raise ToolError(f"An argument may have at most {LONGEST} characters.")
            if record is not None and not record.strip():
                raise ToolError("record is empty; name a job or hire, or leave it out.")
            names = self.visible(deployment)
            if organization not in names:
                raise ToolError(self._nothing_called(organization, names, deployment))
            deployment.named(organization)
            yield deployment

    def visible(self, deployment: Deployment) -> list[str]:
        """The organizations that may be shown, including those with a mistake in their table."""
        right = deployment.organizations.names()
        named = (one.organization for one in deployment.organizations.read().problems)
        names = dict.fromkeys((*right, *(name for name in named if name is not None)))
        return [name for name in names if self.only is None or name in self.only]

    def mistakes(self, deployment: Deployment) -> dict[str, str]:
        """The first mistake in each table that may be shown, by organization."""
        seen, found = self.visible(deployment), dict[str, str]()
        for one in deployment.organizations.read().problems:
            if one.organization is not None and one.organization in seen:
                found.setdefault(one.organization, self._of_the_file(deployment, one.sentence))
        return found

    def mistakes_of_file(self, deployment: Deployment) -> list[str]:
        """The mistakes in the file itself."""
        problems = deployment.organizations.read().problems
        return [
            self._of_the_file(deployment, one.sentence)
            for one in problems
            if one.organization is None
        ]

    def _nothing_called(self, name: str, names: list[str], deployment: Deployment) -> str:
        end = nearest(name, names).rstrip(".?")
        said = f'There is no organization "{for_assistant(name, LONGEST_CLIENT)}"; {end}.'
        return " ".join((said, *self.mistakes_of_file(deployment)))

    def operator(self, client: str | None) -> Operator:
        """The operator of an order: the user, and the client under the name it gives itself."""
        name = for_assistant(client or "", LONGEST_CLIENT).replace('"', "'") or "without a name"
        return Operator(f'{self.user}, with client "{name}" (unproven)', "assistant")

    def _of_the_file(self, deployment: Deployment, sentence: str) -> str:
        """A sentence about the set-up, or a general one if it may reveal too much of the file."""
        named = set(_TABLE.findall(sentence))
        is_of_file = bool(named) or str(deployment.organizations.path) in sentence
        if self.only is not None and is_of_file and not (named and named <= self.only):
            return "The organizations file has a mistake; `charthop-ashby check` names it."
        return for_assistant(sentence, LONGEST_ERROR)


def desk_of(context: Context[Desk, Any]) -> Desk:
    """The desk of the server that a tool was called at."""
    return context.request_context.lifespan_context


def client_of(context: Context[Desk, Any]) -> str | None:
    """The name that the client gives itself."""
    client = context.session.client_params
    return client.client_info.name if client is not None else None


def _told(reason: Note) -> str:
    """The code's meaning in our own words, then the whole sentence, marked as untrusted."""
    known = ALL.get(reason.code)
    own = f"{reason.code}: {known.cause} {known.fix}".rstrip() if known else reason.code
    return f"{own}\n{json.dumps({'untrusted_reason': untrusted(str(reason))}, ensure_ascii=False)}"
