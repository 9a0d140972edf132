"""The result of a measure, compared with its goal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Size:
    """How large a run is. The goals are stated for the sizes of `LONG`."""

    name: str
    rounds: int
    jobs: int
    """Jobs of the organization whose calls are counted and whose cold sync is timed."""
    crowd: int
    """Organizations that are due at once."""
    waiting: int
    """Records of one organization that wait while another asks for one."""
    allowance: int
    """Ashby's calls a minute in the sync that meets its allowance."""
    takes: str
    growth: bool


QUICK = Size("quick", 1, 200, 50, 500, 6000, "two minutes", growth=False)
NORMAL = Size("normal", 3, 400, 150, 2000, 4000, "six minutes", growth=False)
LONG = Size("long", 3, 1000, 1000, 10_000, 1000, "18 minutes", growth=True)


@dataclass
class Result:
    """One line of the table: the median of the samples, and the goal where there is one.

    `most` and `least` are the bounds of the goal, None where there is none on that side.
    """

    measure: str
    samples: Sequence[float]
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median."""
        return median(self.samples)

    @property
    def goal(self) -> str:
        """The goal in words."""
        if self.most is not None:
            return f"at most {number(self.most)} {self.unit}".rstrip()
        if self.least is not None:
            return f"at least {number(self.least)} {self.unit}".rstrip()
        return ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.most is not None:
            return round(self.value, 3) <= self.most
        if self.least is not None:
            return round(self.value, 3) >= self.least
        return None

    def plain(self) -> dict[str, Any]:
        """What results.json says of it."""
        plain = asdict(self)
        plain["samples"] = [round(one, 4) for one in self.samples]
        shown = {"measure": self.measure, "goal": self.goal, "value": round(self.value, 4)}
        return {**shown, "met": self.met, **plain}


def number(value: float) -> str:
    """As many digits as one reads."""
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
