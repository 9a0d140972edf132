"""Several Redis commands in one round trip, each with a handle for its answer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from redis.typing import EncodableT

from store.space import Redis

T = TypeVar("T")
U = TypeVar("U")


class Reply(Generic[T]):
    """The answer to a command of a batch; `value` is available once the batch was sent."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read

    @property
    def value(self) -> T:
        """The answer. Raises LookupError before the batch was sent."""
        return self._read()

    def then(self, parse: Callable[[T], U]) -> "Reply[U]":
        """The same answer, converted."""
        return Reply(lambda: parse(self.value))


class Batch:
    """Commands that are sent together at the end of the `with` block, or by `send`.

    `atomic`: as one transaction. Nothing is sent if the block raises an error.
    """

    def __init__(self, redis: Redis, *, atomic: bool = True) -> None:
        self._pipe = redis.pipeline(transaction=atomic)
        self._atomic = atomic
        self._answers: list[list[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.send()
        else:
            self._forget()

    def ask(self, command: str, *arguments: EncodableT) -> Reply[Any]:
        """Add a command in Redis's own syntax."""
        answer: list[Any] = []
        self._pipe.execute_command(command, *arguments)  # type: ignore[no-untyped-call]
        self._answers.append(answer)
        return Reply(lambda: answer[0])

    def run(self, code: str, keys: Sequence[str], arguments: Sequence[EncodableT]) -> Reply[Any]:
        """Add a script, sent in full: in a transaction Redis could not report it as unknown."""
        return self.ask("EVAL", code, len(keys), *keys, *arguments)

    def send(self) -> None:
        """Send the commands added since the last time, if there are any."""
        answers, self._answers = self._answers, []
        # A single command is atomic anyway.
        self._pipe.transaction = self._atomic and len(answers) > 1  # type: ignore[method-assign, assignment]
        for answer, value in zip(answers, self._pipe.execute(), strict=True):
            answer.append(value)

    def __len__(self) -> int:
        """The number of commands that wait to be sent."""
        return len(self._answers)

    def _forget(self) -> None:
        self._answers = []
        self._pipe.reset()


@contextmanager
def within(redis: Redis, batch: Batch | None) -> Iterator[Batch]:
    """The given batch, or a new transaction if there is none."""
    if batch is not None:
        yield batch
        return
    with Batch(redis) as own:
        yield own
