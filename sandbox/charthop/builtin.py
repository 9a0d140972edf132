"""The field codes of every ChartHop organization, and what each access level may do."""

from __future__ import annotations

APP_USER_ID = "5f10000000000000000000b2"
"""The user that the app token acts as."""

SOMEBODY_ID = "5f10000000000000000000c3"
"""The user who does everything that is done by hand."""

RECRUIT = ("Active", "Passive", "Inactive", "Offer", "Pending")
"""The recruiting statuses ChartHop documents; other words can still stand in a job."""

EMPLOYMENT = (
    ("FULL", "Full-time"),
    ("PART", "Part-time"),
    ("TEMP", "Temporary"),
    ("CONTRACT", "Contract"),
    ("INTERN", "Intern"),
    ("EXPAT", "Expat"),
)

SENSITIVE = ("GLOBAL", "ORG", "SENSITIVE", "PERSONAL", "MANAGER", "HIGH", "PRIVATE")

JOB_FIELDS: dict[str, tuple[str, str]] = {
    "title": ("Title", "STRING"),
    "recruit": ("Recruiting", "ENUM"),
    "employment": ("Employment", "ENUM"),
    "req": ("Requisition Code", "STRING"),
    "department": ("Department", "GROUP"),
    "location": ("Location", "GROUP"),
    "team": ("Team", "GROUP"),
    "manager": ("Manager", "JOB"),
    "hireMgr": ("Hiring Manager", "PERSON"),
    "recruiter": ("Recruiter", "PERSON"),
    "createDate": ("Create Date", "DATE"),
    "startDate": ("Start Date", "DATE"),
    "startDatePlanned": ("Planned Start Date", "DATE"),
    "recruitPriority": ("Recruiting Priority", "INTEGER"),
    "recruitActiveDate": ("Recruiting Active Date", "DATE"),
    "offerAcceptDate": ("Offer Accept Date", "DATE"),
    "backfill": ("Backfill", "BOOLEAN"),
    "backfillJob": ("Backfill Job", "JOB"),
    "backfillPersonId": ("Backfill For", "PERSON"),
    "jobCodeId": ("Job Code", "STRING"),
    "placement": ("Placement", "STRING"),
    "budgetCost": ("Budget Cost", "MONEY"),
    "leverReqId": ("Lever Requisition", "STRING"),
    "greenhouseId": ("Greenhouse Job", "STRING"),
    "baseComp": ("Base Pay", "PAY_INTERVAL"),
    "currency": ("Currency", "CURRENCY"),
    "grantShares": ("Grant Shares", "INTEGER"),
    "grantValue": ("Grant Value", "INTEGER"),
    "grantType": ("Grant Type", "STRING"),
    "sensitive": ("Sensitivity", "ENUM"),
}
"""Label and type of the job fields that can be written."""

JOB_READONLY = ("id", "jobId", "open", "state", "personId", "scenarioId", "name", "contact")
"""Codes of a job row that follow from something else."""

PERSON_FIELDS: dict[str, tuple[str, str]] = {
    "name": ("Name", "NAME"),
    "name.first": ("First Name", "STRING"),
    "name.middle": ("Middle Name", "STRING"),
    "name.last": ("Last Name", "STRING"),
    "name.pref": ("Preferred First Name", "STRING"),
    "name.prefLast": ("Preferred Last Name", "STRING"),
    "contact.homeEmail": ("Personal Email", "EMAIL"),
    "contact.workEmail": ("Work Email", "EMAIL"),
    "contact.mobilePhone": ("Mobile Phone", "PHONE"),
    "contact.homePhone": ("Home Phone", "PHONE"),
    "contact.workPhone": ("Work Phone", "PHONE"),
    "contact.employee": ("Employee ID", "STRING"),
}
"""Label and type of the person fields that can be written."""

NAME_PARTS = ("first", "middle", "last", "pref", "prefLast")
"""The parts of a person's name."""

PERSON_READONLY = ("id", "personId", "jobId", "state", "startDateOrg", "endDateOrg")

GROUP_TYPES = {"department": "DEPARTMENT", "location": "LOCATION", "team": "TEAM"}
"""Job code of a group field and the type of the groups in it."""

SEES_ALL = frozenset({"PRIMARY", "PEOPLE_OPS_ADMIN", "OWNER"})
"""Access levels that see future-dated changes, pay, and jobs of sensitivity HIGH or PRIVATE."""

MAY_WRITE = SEES_ALL | {"RECRUIT_PRIMARY", "PEOPLE_OPS_ADMIN_NO_COMP_DATA"}
"""Access levels that may change the primary timeline."""

ACCESS_LEVELS = frozenset({
    "NONE", "PREBOARDING", "VIEW", "LIMITED", "MEMBER_LIMITED_COMP", "MEMBER", "CUSTOM",
    "TECH_OWNER", "TIMEOFF", "CONTACT", "COMP_CASH", "COMP_EQUITY", "COMP_ALL",
    "RECRUIT_SENSITIVE", "RECRUIT_PRIMARY", "SENSITIVE_LIMITED_COMP", "SENSITIVE", "PRIMARY",
    "PEOPLE_OPS_ADMIN", "PEOPLE_OPS_ADMIN_NO_COMP_DATA", "PEOPLE_OPS_ADMIN_NO_SENSITIVE_DATA",
    "OWNER",
})  # fmt: skip
