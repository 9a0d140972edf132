"""The route of a path: the part of a call that may be published, because paths contain ids."""

import re

WORDS = frozenset(
    ("access", "built-in", "change", "entity", "field", "job", "me", "org", "person", "user")
) | {"v1", "v2"}
"""The fixed words of ChartHop's paths. Anything else may be personal."""

_METHOD = re.compile(r"/[A-Za-z]+\.[A-Za-z]+")


def route(path: str) -> str:
    """`/v2/org/{org}/job/{id}`; Ashby's paths are names: `/opening.list`."""
    if _METHOD.fullmatch(path):
        return path
    before, named = "", []
    for part in path.partition("?")[0].split("/"):
        name = part if part in WORDS or not part else "{org}" if before == "org" else "{id}"
        # An organization may be named like one of the words.
        named.append("{org}" if before == "org" else name)
        before = part if before != "org" else ""
    return "/".join(named)
