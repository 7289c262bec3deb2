"""The meetings that review a dossier, of the unit and of the council: minutes and votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from ..models import Meeting, Vote
from ..problems import Refusal
from .acts import allowed, locked, note, preparing
from .dossiers import Acting, Opened


def hold_meeting(
    session: Session, opened: Opened, by: Acting, version: int, level: str, told: Mapping[str, Any],
    votes: Mapping[str, tuple[int, int]],
) -> None:  # fmt: skip
    """The minutes and the votes. told: met_on, met_at, chair, secretary, present, absent, notes.

    votes: nomination → (for, against); all are the members present. Raises Refusal dossier.field, dossier.votes.
    """
    allowed(opened, "prepare" if level == "unit" else "council")
    if not all(told[name] for name in ("met_on", "met_at", "chair", "secretary", "present")) or told["met_on"] > by.today:
        raise Refusal("dossier.field")
    total = len(told["present"])
    for in_favour, against in votes.values():
        if in_favour < 0 or against < 0 or in_favour + against > total:
            raise Refusal("dossier.votes")
    dossier = preparing(session, opened, by, version) if level == "unit" else locked(session, opened, version)
    meeting = session.get(Meeting, (dossier.dossier_id, level)) or Meeting(dossier_id=dossier.dossier_id, level=level)
    for name, value in told.items():
        setattr(meeting, name, value)
    session.add(meeting)
    for nomination in opened.nominations:
        key = (nomination.nomination_id, level)
        vote = session.get(Vote, key)
        if nomination.nomination_id not in votes:
            if vote is not None:
                session.delete(vote)
            continue
        vote = vote or Vote(nomination_id=nomination.nomination_id, level=level)
        vote.votes_for, vote.votes_against = votes[nomination.nomination_id]
        vote.votes_total = total
        session.add(vote)
    note(session, by, opened, "meeting", level=level, present=total, absent=len(told["absent"]), votes=len(votes))
