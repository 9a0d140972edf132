"""An offer and its candidate in ChartHop's terms: the target and form of each value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core import reasons
from core.hire_values import ReadPhone, charthop_value
from core.notes import Note
from core.pay import PAY_INTERVAL, Salary, read_interval, read_salary
from core.records import Candidate, Field, Offer, Value, folded
from core.values import Unmappable, is_empty, without_spaces

PERSON_PREFIXES = ("name.", "contact.")

MOBILE = "contact.mobilePhone"

EMAILS = ("contact.homeEmail", "contact.workEmail")

LONGEST_NAME = 80
"""Maximum length of each part of a name in ChartHop."""


@dataclass
class Terms:
    """An offer in ChartHop's terms.

    `salary` applies from the start date on; None if there is none to write. `interval` is the
    offer's pay interval, None if it states none. `identity` holds the name and address from the
    candidate's own record, whatever is mapped over them. `addresses` are all addresses in the
    offer, even if there are too many to write. `titles` maps codes to the titles of their offer
    fields.
    """

    job: dict[str, Value] = field(default_factory=dict)
    person: dict[str, Value] = field(default_factory=dict)
    salary: Salary | None = None
    interval: str | None = None
    identity: dict[str, Value] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def emails(self, candidate: Candidate) -> tuple[str, ...]:
        """All addresses that may identify the person: the candidate's and the mapped ones."""
        return tuple(dict.fromkeys((*candidate.emails, *self.addresses)))


def terms_of(
    offer: Offer,
    candidate: Candidate,
    mapping: Mapping[str, str],
    fields: Mapping[str, Field],
    read_phone: ReadPhone,
) -> Terms:
    """The offer in ChartHop's terms.

    `mapping` maps offer field titles to ChartHop field codes; `fields` are ChartHop's fields by
    code. A value that does not fit is left out, with a note.
    """
    terms = Terms(salary=read_salary(offer.salary))
    terms.identity = {**_name(candidate)}
    if candidate.emails:
        terms.identity["contact.homeEmail"] = candidate.emails[0]
    terms.person |= terms.identity
    _map(terms, offer, mapping, fields, read_phone)
    _cut_names(terms)
    if candidate.phones and MOBILE not in terms.person:
        number = next(filter(None, map(read_phone, candidate.phones)), None)
        if number is None:
            terms.notes.append(reasons.NO_COUNTRY_CODE())
        else:
            terms.person[MOBILE] = number
    return terms


def target_of(code: str, fields: Mapping[str, Field]) -> Field | None:
    """The ChartHop field named by a code in `offer_fields`, None if it does not exist.

    Parts of a native field, like `name.first`, may be missing from ChartHop's list of fields.
    """
    if code in fields:
        return fields[code]
    if code.startswith(PERSON_PREFIXES):
        type_ = "PHONE" if code.endswith("Phone") else "STRING"
        return Field(code, code, type_, entity="PERSON")
    return Field(code, code, "PAY_INTERVAL") if code == PAY_INTERVAL else None


def _name(candidate: Candidate) -> dict[str, Value]:
    """Split the candidate's single name: everything after the first word is the last name."""
    first, *rest = candidate.name.split() or [""]
    names = {"name.first": first if rest else "", "name.last": " ".join(rest) or first}
    return {code: name for code, name in names.items() if name}


def _cut_names(terms: Terms) -> None:
    """Cut each part of the name to the length that ChartHop accepts."""
    for values in (terms.identity, terms.person):
        long = {
            code: value[:LONGEST_NAME].rstrip()
            for code, value in values.items()
            if code.startswith("name.") and isinstance(value, str) and len(value) > LONGEST_NAME
        }
        values.update(long)
    if long:
        terms.notes.append(reasons.NAME_CUT(letters=LONGEST_NAME))


def _map(
    terms: Terms,
    offer: Offer,
    mapping: Mapping[str, str],
    fields: Mapping[str, Field],
    read_phone: ReadPhone,
) -> None:
    """Assign each mapped offer field to its target."""
    by_title = {folded(title): (title, value) for title, value in offer.values.items()}
    for title, code in mapping.items():
        named, value = by_title.get(folded(title), (title, None))
        if is_empty(value):
            continue
        label = offer.labels.get(named)
        target = target_of(code, fields)
        if code == PAY_INTERVAL:
            _interval(terms, title, value, label)
            continue
        if target is None:
            terms.notes.append(reasons.OFFER_FIELD_UNKNOWN(title=title, code=code))
            continue
        fit = charthop_value(target, value, label, read_phone=read_phone)
        if code in EMAILS and isinstance(fit, str):
            fit = _address(terms, fit)
        if isinstance(fit, Unmappable):
            terms.notes.append(reasons.OFFER_FIELD_UNMAPPABLE(title=title, why=fit.why))
            continue
        terms.titles[code] = title
        belongs_to_person = target.entity == "PERSON" or code.startswith(PERSON_PREFIXES)
        (terms.person if belongs_to_person else terms.job)[code] = fit


def _address(terms: Terms, text: str) -> str | Unmappable:
    """A mapped address as it is written: like the candidate's own; a text with several is none."""
    parts = re.split(r"[\s,;]+", text) if text.count("@") > 1 else [text]
    addresses = [without_spaces(part) for part in parts if "@" in part]
    terms.addresses += addresses
    if len(addresses) > 1:
        return Unmappable("it is more than one e-mail address")
    return addresses[0] if addresses else text


def _interval(terms: Terms, title: str, value: Value, label: Value) -> None:
    """Set the pay interval; if ChartHop has no such interval, no salary is written."""
    read = [read_interval(str(one)) for one in (value, label) if one is not None]
    terms.interval = next(filter(None, read), None)
    if terms.interval is None and terms.salary is not None:
        terms.salary = None
        terms.notes.append(reasons.PAY_INTERVAL_UNKNOWN(title=title))
