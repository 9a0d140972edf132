"""What the product is installed with may be used and passed on; the lock names all of it."""

import re
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.test_packaging import ROOT

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    # What is changed in its own files is passed on under it; nothing of ours is.
    "MPL-2.0",
    "PSF-2.0",
}
"""By their SPDX names. What is not here is looked at by somebody first."""

SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
}
"""As packages write them that came before SPDX."""


def locked() -> Iterator[Requirement]:
    """The packages of the locks that belong on this machine, those of the extras included."""
    extras = ("requirements-otel.lock", "requirements-mcp.lock")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in extras)
    for line in dict.fromkeys(re.findall(r"^[A-Za-z0-9][^\\#\n]*", text, re.M)):
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def licence(package: str) -> str:
    """The licence that a package declares, as an SPDX expression."""
    found = metadata.metadata(package)
    for expression in found.get_all("License-Expression") or ():
        return str(expression)
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in found.get_all("Classifier") or ()
        if one.startswith("License :: ")
    ]
    names = classifiers or [*(found.get_all("License") or ()), "none declared"][:1]
    return " OR ".join(SPELLINGS.get(one, one) for one in names)


def is_allowed(expression: str) -> bool:
    """One of those joined by OR will do; of those joined by AND each has to."""
    expression = re.sub(
        r"\(([^()]*)\)", lambda inner: "MIT" if is_allowed(inner[1]) else "refused", expression
    )
    return any(
        all(one.strip() in ALLOWED for one in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


@pytest.mark.parametrize("package", [one.name for one in locked()])
def test_every_package_of_the_runtime_has_a_licence_of_the_list(package: str) -> None:
    assert is_allowed(licence(package)), f"{package}: {licence(package)}"


def test_the_lock_was_read() -> None:
    assert len(list(locked())) > 50


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MPL-2.0 AND (GPL-2.0-only OR AGPL-3.0-only)", False),
        ("none declared", False),
        ("", False),
    ],
)
def test_an_expression_is_read_as_it_is_meant(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed
