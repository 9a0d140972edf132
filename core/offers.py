"""What of an offer goes where in ChartHop, and in which form?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core import reasons
from core.fields import Unmappable, calendar_day, read_number
from core.notes import Note
from core.records import Candidate, Field, Offer, Scalar, Value, folded

PAY = "baseComp"
PAY_INTERVAL = "baseComp.interval"
"""A code that an offer field may be mapped to: how often the salary is paid."""

INTERVALS = {
    "yearly": "YEARLY",
    "year": "YEARLY",
    "annual": "YEARLY",
    "annually": "YEARLY",
    "1 year": "YEARLY",
    "monthly": "MONTHLY",
    "month": "MONTHLY",
    "1 month": "MONTHLY",
    "weekly": "WEEKLY",
    "week": "WEEKLY",
    "1 week": "WEEKLY",
    "daily": "DAILY",
    "day": "DAILY",
    "1 day": "DAILY",
    "hourly": "HOURLY",
    "hour": "HOURLY",
    "1 hour": "HOURLY",
}
"""How people and Ashby say it -> ChartHop's interval."""

PERSON_PREFIXES = ("name.", "contact.")


@dataclass
class Terms:
    """An offer in ChartHop's terms. `pay` is ChartHop's baseComp, from the start date on."""

    job: dict[str, Value] = field(default_factory=dict)
    person: dict[str, Value] = field(default_factory=dict)
    pay: Value = None
    notes: list[Note] = field(default_factory=list)


def terms_of(
    offer: Offer,
    candidate: Candidate,
    mapping: Mapping[str, str],
    fields: Mapping[str, Field],
) -> Terms:
    """What is to be written for the offer.

    `mapping` is offer field title -> ChartHop field code, `fields` ChartHop's fields by code. A
    value that does not fit is left out and said.
    """
    terms = Terms(person=_person(candidate))
    phone = next(iter(candidate.phones), None)
    if phone is not None and "contact.mobilePhone" not in terms.person:
        terms.notes.append(reasons.NO_COUNTRY_CODE())
    interval = "YEARLY"
    by_title = {folded(title): value for title, value in offer.values.items()}
    for title, code in mapping.items():
        value = by_title.get(folded(title))
        if value is None or value in ("", []):
            continue
        if code == PAY_INTERVAL:
            found = INTERVALS.get(folded(str(value)))
            if found is None:
                why = "it is no pay interval"
                terms.notes.append(reasons.OFFER_FIELD_UNMAPPABLE(title=title, why=why))
            interval = found or interval
            continue
        target = target_of(code, fields)
        if target is None:
            terms.notes.append(reasons.OFFER_FIELD_UNKNOWN(title=title, code=code))
            continue
        fit = charthop_value(target, value)
        if isinstance(fit, Unmappable):
            terms.notes.append(reasons.OFFER_FIELD_UNMAPPABLE(title=title, why=fit.why))
        elif target.entity == "PERSON" or code.startswith(PERSON_PREFIXES):
            terms.person[code] = fit
        else:
            terms.job[code] = fit
    if offer.salary is not None:
        terms.pay = {"interval": interval, "pay": offer.salary}
    return terms


def target_of(code: str, fields: Mapping[str, Field]) -> Field | None:
    """The ChartHop field that a code of `offer_fields` names, None where there is none such.

    A part of a native field, like `name.first`, need not stand in ChartHop's list of fields.
    """
    if code in fields:
        return fields[code]
    if code.startswith(PERSON_PREFIXES):
        return Field(code, code, "STRING", entity="PERSON")
    return Field(code, code, "PAY_INTERVAL") if code == PAY_INTERVAL else None


def _person(candidate: Candidate) -> dict[str, Value]:
    """The person's own fields. The candidate has one name: all after the first word is the last."""
    first, _, last = candidate.name.strip().partition(" ")
    values: dict[str, Value] = {"name.last": last.strip() or first}
    if last.strip():
        values["name.first"] = first
    if candidate.emails:
        values["contact.homeEmail"] = candidate.emails[0]
    for phone in candidate.phones[:1]:
        digits = "".join(letter for letter in phone if letter.isdigit())
        if phone.strip().startswith("+") and 8 <= len(digits) <= 15:
            values["contact.mobilePhone"] = f"+{digits}"
    return values


def charthop_value(field_: Field, value: Value) -> Value | Unmappable:
    """The value of an offer field in the form that ChartHop's type asks for."""
    if field_.is_smart or field_.is_read_only:
        return Unmappable("ChartHop lets nobody write it")
    if field_.plural != "SINGLE" and field_.type not in ("ENUM", "ENUM_MULTI"):
        return Unmappable(f"its type {field_.type} {field_.plural} cannot be written")
    match field_.type:
        case "STRING" | "TEXT" | "EMAIL" | "URL" | "PHONE" | "NAME" | "CONTACTS":
            return (
                Unmappable("it is no text")
                if isinstance(value, dict | list)
                else str(value).strip()
            )
        case "INTEGER":
            number = read_number(value)
            return number if isinstance(number, int) else Unmappable("it is no whole number")
        case "DECIMAL" | "PERCENT":
            return read_number(value)
        case "BOOLEAN":
            return value if isinstance(value, bool) else Unmappable("it is neither yes nor no")
        case "DATE":
            return calendar_day(str(value)) or Unmappable("it is no calendar date")
        case "TIMESTAMP":
            day = calendar_day(str(value))
            return str(value) if day else Unmappable("it is no date and time")
        case "MONEY":
            return _money(value)
        case "ENUM" | "ENUM_SCALE" if field_.plural == "SINGLE":
            chosen = _options(field_, [value])
            return chosen if isinstance(chosen, Unmappable) else chosen[0]
        case "ENUM" | "ENUM_MULTI":
            return _options(field_, value if isinstance(value, list) else [value])
        case other:
            return Unmappable(f"its type {other} cannot be written")


def same_in_charthop(wanted: Value, stored: Value) -> bool:
    """Whether ChartHop already has the value; it may read back with more keys than were sent."""
    if isinstance(wanted, dict):
        return isinstance(stored, dict) and all(
            same_in_charthop(value, stored.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(stored, list) and sorted(map(str, wanted)) == sorted(map(str, stored))
    if isinstance(wanted, bool) or isinstance(stored, bool):
        return bool(wanted == stored)
    if isinstance(wanted, int | float) and isinstance(stored, int | float):
        return float(wanted) == float(stored)
    return folded(str(wanted)) == folded(str(stored)) if stored is not None else False


def spelled(fields: Mapping[str, Field], code: str, word: str) -> str:
    """A choice of a field as the organization's own field list spells it."""
    options = fields[code].options if code in fields else ()
    return next(
        (one.name for one in options if folded(word) in (folded(one.name), folded(one.label))), word
    )


def _money(value: Value) -> Value | Unmappable:
    if not isinstance(value, dict):
        return Unmappable("it has no currency")
    amount, currency = read_number(value.get("value")), value.get("currencyCode")
    if isinstance(amount, Unmappable) or not currency:
        return Unmappable("it is no amount with a currency")
    return {"amount": amount, "currency": str(currency)}


def _options(field_: Field, values: Iterable[Value]) -> list[Scalar] | Unmappable:
    chosen: list[Scalar] = []
    for value in values:
        wanted = folded(str(value))
        found = next(
            (one.name for one in field_.options if wanted in (folded(one.name), folded(one.label))),
            None,
        )
        if found is None:
            return Unmappable("it is none of the field's options")
        chosen.append(found)
    return chosen
