"""example: where does an organizations file come from?"""

import sys
from importlib.resources import files


def example() -> None:
    """Print a commented organizations file to fill in.

    `charthop-ashby example > organizations.toml`
    """
    text = files("organizations").joinpath("example.toml").read_text(encoding="utf-8")
    sys.stdout.write(text)
