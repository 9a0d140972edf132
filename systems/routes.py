"""The name of the route that a path took: what may be told of a call, for a path holds ids."""

import re

WORDS = frozenset(
    ("access", "built-in", "change", "entity", "field", "job", "me", "org", "person", "user")
) | {"v1", "v2"}
"""The words of ChartHop's paths. Whatever is none of them is somebody's."""

_METHOD = re.compile(r"/[A-Za-z]+\.[A-Za-z]+")


def route(path: str) -> str:
    """`/v2/org/{org}/job/{id}`; Ashby's paths are names: `/opening.list`."""
    if _METHOD.fullmatch(path):
        return path
    before, named = "", []
    for part in path.partition("?")[0].split("/"):
        name = part if part in WORDS or not part else "{org}" if before == "org" else "{id}"
        # An organization may be called like one of the words.
        named.append("{org}" if before == "org" else name)
        before = part if before != "org" else ""
    return "/".join(named)
