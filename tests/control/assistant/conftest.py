"""An assistant in front of the server, in memory."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp.client.context import ClientRequestContext
from mcp_types import ElicitResult, ErrorData, Implementation

from control.assistant.server import make_server
from tests.control.cli.conftest import Operator

NAME = "Desk Assistant"

Person = Callable[[str], bool | None]
"""What the person answers to a question: yes, no, or nothing at all."""


class Refused(Exception):
    """The tool answered with an error; str() is what it said."""


class Assistant:
    """Calls tools; each call is a session of its own."""

    def __init__(self, *only: str, allow_writes: bool = False, mode: Any = "legacy") -> None:
        self.server = make_server("ana", allow_writes=allow_writes, only=only)
        self.mode = mode
        self.asked: list[str] = []

    def calls(self, tool: str, person: Person | None = None, **arguments: Any) -> dict[str, Any]:
        """What the tool answers. Refused where it is an error."""
        return asyncio.run(self._call(tool, arguments, person))

    async def _call(self, tool: str, arguments: Any, person: Person | None) -> dict[str, Any]:
        async with self.client(person) as client:
            result = await client.call_tool(tool, arguments)
        text = "".join(getattr(one, "text", "") for one in result.content)
        if result.is_error:
            raise Refused(text)
        assert isinstance(result.structured_content, dict)
        assert json.loads(text) == result.structured_content
        return result.structured_content

    def client(self, person: Person | None = None) -> Client:
        """A client that can ask `person`, where there is one."""

        async def elicit(context: ClientRequestContext, params: Any) -> ElicitResult | ErrorData:
            self.asked.append(params.message)
            assert person is not None
            answer = person(params.message)
            if answer is None:
                return ElicitResult(action="decline")
            return ElicitResult(action="accept", content={"confirm": answer})

        return Client(
            self.server,
            mode=self.mode,
            client_info=Implementation(name=NAME, version="1"),
            elicitation_callback=elicit if person is not None else None,
        )


@pytest.fixture
def here(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An operator in whose environment the server runs."""
    for name, value in operator.environment.items():
        monkeypatch.setenv(name, value)
    return operator
