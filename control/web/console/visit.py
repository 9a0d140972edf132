"""One request to a page, and its answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from control.deployment import Deployment
from control.orders import Operator
from control.questions import Asker, NoAnswer
from control.records import Directory
from control.web.console.access import Role, Visitor
from control.web.console.harmless import commands, sentence, shortened, shown, who
from control.web.console.login import Login
from control.wording import ago, counts, duration, told
from core.keys import RecordKey
from store.results import iso

PAGES: Final = Environment(
    loader=PackageLoader("control.web.console"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.filters.update(
    ago=ago,
    counts=counts,
    duration=duration,
    iso=iso,
    commands=commands,
    sentence=sentence,
    shortened=shortened,
    told=told,
    who=who,
)


HERE: Final = {
    "organization.html": "",
    "records.html": "/records",
    "fields.html": "/fields",
    "plan.html": "/plan",
    "drift.html": "/drift",
    "syncs.html": "/syncs",
}
"""Pages that the navigation leads to, by template."""


@dataclass(frozen=True)
class Console:
    """The dependencies of the pages."""

    deployment: Deployment
    login: Login
    asker: Asker

    @property
    def web_url(self) -> str:
        """The public address."""
        return self.deployment.settings.web_url


@dataclass(frozen=True)
class Visit:
    """One request of somebody who may make it. `role` is what they are in `organization`."""

    console: Console
    visitor: Visitor
    role: Role
    path: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def deployment(self) -> Deployment:
        """The deployment."""
        return self.console.deployment

    @property
    def organization(self) -> str:
        """The organization of the page."""
        return self.path["organization"]

    @property
    def by(self) -> Operator:
        """The operator of an order."""
        return Operator(self.visitor.name, "console")

    def directory(self, known: Iterable[RecordKey] = ()) -> tuple[Directory, bool]:
        """The names of the records, and whether a worker still has to provide them.

        `known`: records to include even if their names are not known.
        """
        kept = frozenset(known)
        try:
            names = self.console.asker.names(self.organization)
        except NoAnswer:
            return Directory(others=kept), False
        if names is None:
            return Directory(others=kept), bool(self.deployment.workers())
        return replace(names, others=kept), False

    @property
    def has_session(self) -> bool:
        """True if there is a session to sign out of."""
        return any(name.endswith("session") for name in self.cookies)

    def text(self, name: str) -> str:
        """One field of the form."""
        return (self.form.get(name) or [""])[0].strip()

    def page(
        self, template: str, *, status: int = 200, refresh: int = 0, **values: Any
    ) -> Response:
        """A page; `refresh`: seconds after which the browser loads it anew, 0: never."""
        html = PAGES.get_template(template).render(
            visitor=self.visitor,
            may_sign_out=self.has_session,
            may_order=self.role >= Role.OPERATOR,
            organization=self.path.get("organization"),
            here=HERE.get(template),
            refresh=refresh,
            **values,
        )
        return HTMLResponse(html, status)

    def back(self, *parts: str, **query: str) -> Response:
        """Redirect to a page of the organization after an order."""
        path = "/".join(("/o", *(quote(part, safe=":") for part in (self.organization, *parts))))
        words = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        return RedirectResponse(f"{path}?{words}" if words else path, 303)


def error_page(status: int, sentence: str, visitor: Visitor | None = None) -> HTMLResponse:
    """A page with the reason why there is no other."""
    html = PAGES.get_template("error.html").render(
        visitor=visitor,
        may_sign_out=False,
        organization=None,
        here=None,
        refresh=0,
        status=status,
        commands=commands,
        sentence=sentence,
    )
    return HTMLResponse(html, status)
