"""The tables. docs/protocol.md says what the rows mean; every rule the schema can hold, it holds."""

from .accounts import ConsoleSession, Rate, RecoveryCode, ResetCode, SecondStep, SignInTry
from .audit import AccessEntry, AuditEntry, AuditHead
from .awards import (
    Citation,
    Decision,
    Dossier,
    DossierStep,
    Handover,
    Meeting,
    Nomination,
    Objection,
    Opinion,
    PaperTemplate,
    Vote,
)
from .blobs import Blob, BlobRef
from .campaign import Campaign, CampaignFile, CampaignList, Document, FormVersion, OrgUnit, Reference, Role, RoleRight
from .desk import BulkStep, SavedFilter
from .duplicates import DuplicateKey, DuplicatePair, DuplicateSearch, DuplicateTraits
from .erasure import Erasure
from .figures import Cell, FigureBasis, Tally
from .imports import ListImport
from .jobs import Job
from .life import Backup, Counter, Feed, Receipt, ServerLife
from .people import Delegation, Device, DeviceReach, Enrolment, Grant, Membership, MembershipForm, Person
from .recordings import QuestionAudio
from .records import Adjudication, Conflict, Op, Parked, Record, Revision
from .requests import LegalHold, SubjectRequest
from .returns import PeriodReturn, ReturnEvent, ReturnLate, Review

__all__ = [
    "AccessEntry",
    "Adjudication",
    "AuditEntry",
    "AuditHead",
    "Backup",
    "Blob",
    "BlobRef",
    "BulkStep",
    "Campaign",
    "CampaignFile",
    "CampaignList",
    "Cell",
    "Citation",
    "Conflict",
    "ConsoleSession",
    "Counter",
    "Decision",
    "Delegation",
    "Device",
    "DeviceReach",
    "Document",
    "Dossier",
    "DossierStep",
    "DuplicateKey",
    "DuplicatePair",
    "DuplicateSearch",
    "DuplicateTraits",
    "Enrolment",
    "Erasure",
    "Feed",
    "FigureBasis",
    "FormVersion",
    "Grant",
    "Handover",
    "Job",
    "LegalHold",
    "ListImport",
    "Meeting",
    "Membership",
    "MembershipForm",
    "Nomination",
    "Objection",
    "Op",
    "Opinion",
    "OrgUnit",
    "PaperTemplate",
    "Parked",
    "PeriodReturn",
    "Person",
    "QuestionAudio",
    "Rate",
    "Receipt",
    "Record",
    "RecoveryCode",
    "Reference",
    "ResetCode",
    "ReturnEvent",
    "ReturnLate",
    "Review",
    "Revision",
    "Role",
    "RoleRight",
    "SavedFilter",
    "SecondStep",
    "ServerLife",
    "SignInTry",
    "SubjectRequest",
    "Tally",
    "Vote",
]
