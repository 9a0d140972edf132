"""The shapes of records in Ashby's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.ashby.records import (
    Application,
    Candidate,
    CustomField,
    Named,
    Offer,
    OfferVersion,
    Opening,
    User,
)

if TYPE_CHECKING:
    from sandbox.ashby.state import AccountState

OFFER_STATUS = {
    "Accepted": "CandidateAccepted",
    "Declined": "CandidateRejected",
    "Cancelled": "OfferCancelled",
    "WaitingOnResponse": "WaitingOnCandidateResponse",
    "Pending": "WaitingOnOfferApproval",
    "Created": "WaitingOnApprovalStart",
}


def shown_opening(account: AccountState, opening: Opening) -> dict[str, Any]:
    """An opening with its latest version and custom fields."""
    version = opening.version
    latest: dict[str, Any] = {
        "id": opening.version_id,
        "identifier": version["identifier"],
        "description": version["description"],
        "authorId": account.author_id,
        "createdAt": opening.version_at,
        "teamId": version["teamId"],
        "jobIds": list(version["jobIds"]),
        "targetHireDate": _target(account, version["targetHireDate"]),
        "targetStartDate": _target(account, version["targetStartDate"]),
        "isBackfill": version["isBackfill"],
        "employmentType": version["employmentType"],
        "locationIds": list(version["locationIds"]),
        "hiringTeam": [shown_member(account, *member) for member in opening.hiring_team],
        "customFields": shown_values(account, "Opening", opening.values),
    }
    shown: dict[str, Any] = {
        "id": opening.id,
        "openedAt": opening.opened_at,
        "closedAt": opening.closed_at,
        "isArchived": opening.archived_at is not None,
        "archivedAt": opening.archived_at,
        "closeReasonId": opening.close_reason_id,
        "openingState": opening.state,
    }
    if account.oddities.unset == "absent":
        shown = {name: value for name, value in shown.items() if value is not None}
        latest = {name: value for name, value in latest.items() if value is not None}
    shown["latestVersion"] = latest
    return shown


def shown_member(account: AccountState, user_id: str, role_id: str) -> dict[str, Any]:
    """A member of a hiring team."""
    user = account.users[user_id]
    return {
        "userId": user.id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "role": account.hiring_roles[role_id],
    }


def _target(account: AccountState, day: str | None) -> str | None:
    if day is None or account.oddities.dates_as == "date":
        return day
    return f"{day}T00:00:00.000Z"


def shown_values(
    account: AccountState, object_type: str, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """The custom fields of an object; unset ones with null, or not at all."""
    listed = []
    for field in account.custom_fields.values():
        if field.object_type != object_type or field.archived:
            continue
        if field.id in values:
            listed.append(shown_value(account, field, values[field.id]))
        elif account.oddities.unset_fields_listed:
            listed.append(_entry(field, None))
    return listed


def shown_value(account: AccountState, field: CustomField, value: Any) -> dict[str, Any]:
    """One value, with the label of its option where it has one."""
    if field.date_only and account.oddities.dates_as == "date":
        value = value[:10]
    shown = _entry(field, value)
    if field.field_type in ("ValueSelect", "MultiValueSelect"):
        labels = {option.value: option.label for option in field.options}
        many = isinstance(value, list)
        shown["valueLabel"] = [labels[one] for one in value] if many else labels[value]
    return shown


def _entry(field: CustomField, value: Any) -> dict[str, Any]:
    return {"id": field.id, "isPrivate": field.private, "title": field.title, "value": value}


def shown_field(account: AccountState, field: CustomField) -> dict[str, Any]:
    """The definition of a custom field."""
    shown: dict[str, Any] = {
        "id": field.id,
        "title": field.title,
        "description": field.description,
        "objectType": field.object_type,
        "fieldType": field.field_type,
        "isArchived": field.archived,
        "isRequired": field.required,
        "isPrivate": field.private,
        "isEditableOnlyViaPublicApi": False,
    }
    if field.field_type == "Date":
        shown["isDateOnlyField"] = field.date_only
    if field.field_type in account.oddities.options_shown:
        shown["selectableValues"] = [
            {"label": one.label, "value": one.value, "isArchived": one.archived}
            for one in field.options
        ]
    return shown


def shown_candidate(account: AccountState, candidate: Candidate) -> dict[str, Any]:
    """A candidate; without an e-mail the primary one is missing, not null."""
    return {
        "id": candidate.id,
        "createdAt": candidate.created_at,
        "updatedAt": candidate.updated_at,
        "name": candidate.name,
        **_primary(candidate),
        "emailAddresses": [_contact(one, one == candidate.emails[0]) for one in candidate.emails],
        "phoneNumbers": [_contact(one, one == candidate.phones[0]) for one in candidate.phones],
        "socialLinks": [],
        "tags": [],
        "applicationIds": [
            one.id for one in account.applications.values() if one.candidate_id == candidate.id
        ],
        "fileHandles": [],
        "customFields": shown_values(account, "Candidate", candidate.values),
        "profileUrl": f"https://app.ashbyhq.com/candidates/{candidate.id}",
        "source": None,
        "creditedToUser": None,
        "timezone": None,
        "fraudStatus": None,
    }


def _primary(candidate: Candidate) -> dict[str, Any]:
    primary: dict[str, Any] = {}
    if candidate.emails:
        primary["primaryEmailAddress"] = _contact(candidate.emails[0], True)
    if candidate.phones:
        primary["primaryPhoneNumber"] = _contact(candidate.phones[0], True)
    return primary


def _contact(value: str, primary: bool) -> dict[str, Any]:
    return {"value": value, "type": "Personal", "isPrimary": primary}


def shown_application(
    account: AccountState, application: Application, openings: bool = False
) -> dict[str, Any]:
    """An application; `openings` adds the openings that its offers name."""
    candidate_id = application.candidate_id
    candidate = account.candidates.get(candidate_id) or account.former_candidates[candidate_id]
    shown: dict[str, Any] = {
        "id": application.id,
        "createdAt": application.created_at,
        "updatedAt": application.updated_at,
        "status": application.status,
        "candidate": {"id": candidate.id, "name": candidate.name, **_primary(candidate)},
        "customFields": shown_values(account, "Application", application.values),
        "currentInterviewStage": {
            "id": account.stages[application.status],
            "title": application.status,
            "type": application.status,
            "orderInInterviewPlan": list(account.stages).index(application.status),
            "interviewStageGroupId": None,
            "interviewPlanId": account.plan_id,
        },
        "source": None,
        "archiveReason": None,
        "job": {"id": application.job_id, "title": account.jobs[application.job_id].name},
        "creditedToUser": None,
        "hiringTeam": [],
        "submitterClientIp": None,
        "submitterUserAgent": None,
    }
    if application.archived_at is not None:
        shown["archivedAt"] = application.archived_at
    if openings:
        named = [offer.latest.opening_id for offer in account.offers_of(application.id)]
        known = [one for one in dict.fromkeys(named) if one is not None]
        found = [account.openings[one] for one in known if one in account.openings]
        shown["openings"] = [shown_opening(account, opening) for opening in found]
    return shown


def shown_history(account: AccountState, application: Application) -> list[dict[str, Any]]:
    """The stages that an application has been in, the first one first."""
    return [
        {
            "id": event_id,
            "stageId": account.stages[title],
            "title": title,
            "enteredStageAt": entered,
            "stageNumber": number,
            "allowedActions": ["set_entered_at"],
            "actorId": None,
        }
        for number, (event_id, title, entered) in enumerate(application.history)
    ]


def shown_offer(account: AccountState, offer: Offer) -> dict[str, Any]:
    """An offer with its latest version, as lists have it."""
    return {
        "id": offer.id,
        "decidedAt": offer.decided_at,
        "applicationId": offer.application_id,
        "acceptanceStatus": offer.status,
        "offerStatus": OFFER_STATUS[offer.status],
        "latestVersion": shown_version(account, offer.latest),
    }


def shown_whole_offer(account: AccountState, offer: Offer) -> dict[str, Any]:
    """An offer with all its versions and the definition of its form."""
    return {
        **shown_offer(account, offer),
        "versions": [shown_version(account, version) for version in offer.versions],
        "formDefinition": {"sections": []},
    }


def shown_version(account: AccountState, version: OfferVersion) -> dict[str, Any]:
    """One version of an offer."""
    salary = version.salary
    return {
        "id": version.id,
        "createdAt": version.created_at,
        "startDate": version.start_date,
        "salary": None if salary is None else {"value": salary[0], "currencyCode": salary[1]},
        "openingId": version.opening_id,
        "customFields": shown_values(account, "Offer", version.values),
        "fileHandles": [],
        "author": None,
        "approvalStatus": version.approval,
    }


def shown_department(department: Named) -> dict[str, Any]:
    """A department."""
    return {
        "id": department.id,
        "name": department.name,
        "externalName": None,
        "isArchived": department.archived,
        "parentId": None,
        "createdAt": department.created_at,
        "updatedAt": department.created_at,
        "extraData": None,
    }


def shown_location(location: Named) -> dict[str, Any]:
    """A location."""
    return {
        "id": location.id,
        "name": location.name,
        "externalName": None,
        "isArchived": location.archived,
        "address": None,
        "isRemote": False,
        "workplaceType": None,
        "parentLocationId": None,
        "type": "Location",
        "extraData": None,
    }


def shown_close_reason(reason: Named) -> dict[str, Any]:
    """A reason why openings are closed."""
    return {"id": reason.id, "reasonText": reason.name, "isArchived": reason.archived}


def shown_user(user: User) -> dict[str, Any]:
    """A user."""
    return {
        "id": user.id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "globalRole": "Elevated Access",
        "isEnabled": user.enabled,
        "updatedAt": user.created_at,
    }
