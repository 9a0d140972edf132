"""What ChartHop does where its documentation is silent: one switch per open question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChartHopOddities:
    """The answers to the open questions; `one()` and `other()` are the two that tests run under."""

    recruit_case: Literal["Active", "ACTIVE", "active"] = "ACTIVE"
    """How the values of `recruit` are spelled in rows and in the built-in field's `values`; a
    write has to spell them the same way."""

    enum_read: Literal["name", "label"] = "name"
    """Whether a custom ENUM reads as its code or as its label. Writes take the code only."""

    person_values: Literal["id", "object"] = "id"
    """Whether the bare code of a PERSON, GROUP or JOB field reads as an id or as an object with
    `id` and `name`. `code.name` is flat and a string in both."""

    name_form: Literal["object", "string"] = "object"
    """Whether `name` of a person reads as {"first", "last"} or as one string. Writes take both."""

    unset: Literal["null", "absent"] = "null"
    """Whether a requested code without a value comes as null or not at all."""

    envelope: bool = False
    """Whether a single job or person comes wrapped in {"data": ...}."""

    unknown_codes: Literal["ignored", "refused"] = "ignored"
    """Whether a field code that the organization does not have is ignored or answered with 400,
    in `fields` of a read and in the body of a write."""

    from_inclusive: bool = False
    """Whether the row that `next` names comes again at the top of the next page."""

    max_limit: int = 1000
    """The largest page, whatever `limit` asks for."""

    stale_reads: int = 0
    """How many list reads after a write are answered 202 while the snapshot is built."""

    patch_status: Literal[200, 202, 204] = 204
    """The success status of PATCH job, which is not documented."""

    type_case: Literal["HIRE", "hire"] = "HIRE"
    """How a change type is spelled in a path; the other spelling is not found."""

    validate_answers: Literal["nothing", "change"] = "nothing"
    """Whether a dry run that succeeds answers with an empty body or with the change."""

    sync_key: Literal["job_person", "job_person_date"] = "job_person"
    """What `change/sync` takes for the same change. With the date in it, a moved date makes a
    second change."""

    hire_sets_pending: bool = False
    """Whether HIRE sets the recruiting status to Pending by itself."""

    person_id_key: Literal["id", "personId"] = "id"
    """The key that holds the new id in the answer to POST person."""

    duplicate_emails: Literal["accepted", "refused"] = "accepted"
    """Whether a second person with an e-mail address that is taken is made, or answered 400."""

    second_job: Literal["refused", "accepted"] = "refused"
    """Whether hiring somebody who has a job into another one is answered with 400."""

    bad_phones: Literal["dropped", "refused"] = "dropped"
    """Whether a phone number without country code is left out, or answered with 400."""

    refusals_name_fields: bool = True
    """Whether the 400 to a value names its field."""

    equals: Literal["folded", "exact"] = "folded"
    """Whether `=` in a query compares text without regard to case."""

    @classmethod
    def one(cls) -> ChartHopOddities:
        """The reading of the documentation that its sources favour."""
        return cls()

    @classmethod
    def other(cls) -> ChartHopOddities:
        """The other reading of every question, as far as both cannot be told from the sources."""
        return cls(
            recruit_case="Active",
            enum_read="label",
            person_values="object",
            name_form="string",
            unset="absent",
            envelope=True,
            unknown_codes="refused",
            from_inclusive=True,
            max_limit=50,
            stale_reads=1,
            patch_status=202,
            type_case="hire",
            validate_answers="change",
            hire_sets_pending=True,
            person_id_key="personId",
            duplicate_emails="refused",
            second_job="accepted",
            refusals_name_fields=False,
            bad_phones="refused",
        )
