"""The control plane, and an operator at a shell, over a whole deployment."""

from collections.abc import Iterator

import pytest

from control.deployment import Deployment as Control
from tests.control.cli.conftest import Operator, operator_of
from tests.deployment import Deployment


@pytest.fixture
def operator(deployment: Deployment) -> Iterator[Operator]:
    """Somebody who types commands."""
    with operator_of(deployment) as made:
        yield made


@pytest.fixture
def control(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """What commands, console and assistant have in common."""
    for name, value in operator.environment.items():
        monkeypatch.setenv(name, value)
    with Control() as made:
        yield made
