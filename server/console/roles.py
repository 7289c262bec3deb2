"""What each role may do with which forms: roles.json as a table, for whoever gives roles. It is changed by loading a folder."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, render_template
from sqlalchemy import func, select

from ..context import server
from ..database import db
from ..models import Membership, Role, RoleRight
from ..scope import HOLD, SEE_PII
from .inbox import form_titles
from .people import today_only
from .visitor import needs

blueprint = Blueprint("roles", __name__, url_prefix="/people/roles")

# Action of roles.json → how people call it, in the order of a record's life; an action without words shows its name.
ACTIONS = {
    "read": "xem",
    "submit": "lập",
    "edit": "sửa của mình",
    "comment": "ghi ý kiến",
    "correct": "sửa khi duyệt",
    "step": "chuyển bước",
    "void": "hủy",
    "adjudicate": "phân xử",
    "table": "xem bảng tổng hợp",
    "export": "xuất hồ sơ",
    "commend": "lập hồ sơ khen thưởng",
    "people": "quản lý người và máy",
    "audit": "xem nhật ký",
    "privacy": "trả lời yêu cầu của người dân",
}
SURFACES = {"field": "điện thoại, máy xách tay", "console": "trang duyệt"}


@blueprint.get("")
@needs("people")
def page() -> str:
    held = select(Membership.role, func.count(Membership.person_id.distinct())).where(today_only(server().today()))
    counts = dict(db.session.execute(held.group_by(Membership.role)).all())
    rights: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for right in db.session.scalars(select(RoleRight)):
        rights[right.role][right.form_id].add(right.action)
    forms = sorted({form for of_role in rights.values() for form in of_role})
    return render_template(
        "console/roles.html",
        roles=[
            (role, counts.get(role.role, 0), alike(rights[role.role]), sees_people(rights[role.role]))
            for role in db.session.scalars(select(Role).order_by(Role.role))
        ],
        titles=form_titles(db.session, forms),
        actions_words=ACTIONS,
        surfaces=SURFACES,
    )


def sees_people(rights: dict[str, set[str]]) -> bool:
    return any(SEE_PII in actions for actions in rights.values())


def alike(rights: dict[str, set[str]]) -> list[tuple[list[str], list[str]]]:
    """(forms, what the role may do with each of them): forms with the same rights stand together."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    order = {action: number for number, action in enumerate(ACTIONS)}
    for form, actions in sorted(rights.items()):
        named = sorted(actions - {SEE_PII, HOLD}, key=lambda action: (order.get(action, len(order)), action))
        found[tuple(named)].append(form)
    return [(forms, list(actions)) for actions, forms in found.items() if actions]
