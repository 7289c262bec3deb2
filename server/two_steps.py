"""The second step of signing in: six digits of an app (TOTP, RFC 6238), or a recovery code, each good for once.

The app's secret is kept sealed to the server's key, as a stolen database must not sign anybody in. A code is taken for
its half minute and the ones beside it, for clocks that go wrong; the step of a code that was taken is kept, and neither
it nor an earlier one is taken again (RFC 6238, 5.2). Knows no request.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from sync.canonical import b64, unb64
from sync.seal import SealError, seal, unseal

from . import audit
from .codes import hash_of, new_code
from .keys import ServerKeys
from .models import RecoveryCode, Role, SecondStep
from .problems import Refusal

USE = "second-step/1"
STEP_S, DIGITS, SECRET_BYTES = 30, 6, 20
BESIDE = (0, -1, 1)
RECOVERY_CODES = 10


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The half minute, later than `after`, whose code this is; None: the code is wrong, stale, or was taken before."""
    totp = TOTP(secret, DIGITS, SHA1(), STEP_S)
    present = int(now.timestamp()) // STEP_S
    for step in (present + beside for beside in BESIDE):
        if step > after and hmac.compare_digest(totp.generate(step * STEP_S), code.encode()):
            return step
    return None


def is_on(session: Session, person_id: str) -> bool:
    """Whether signing in asks this person for a second step."""
    row = session.get(SecondStep, person_id)
    return row is not None and row.confirmed_at is not None


def wanted(roles: Sequence[Role]) -> bool:
    """Whether one of these roles works in the console with a second step alone."""
    return any(role.two_steps and "console" in role.surface for role in roles)


def begin(session: Session, keys: ServerKeys, person_id: str, now: datetime) -> bytes:
    """A new secret to be confirmed, in the place of one that was not. Raises Refusal two_steps.on."""
    row = session.get(SecondStep, person_id, with_for_update=True)
    if row is not None and row.confirmed_at is not None:
        raise Refusal("two_steps.on")
    secret = secrets.token_bytes(SECRET_BYTES)
    row = row or SecondStep(person_id=person_id)
    row.sealed_secret = b64(seal(keys.seal.point, USE, secret))
    row.last_step, row.created_at = 0, now
    session.add(row)
    return secret


def pending(session: Session, keys: ServerKeys, person_id: str) -> bytes | None:
    """The secret that waits for its first code."""
    row = session.get(SecondStep, person_id)
    return opened(keys, row) if row is not None and row.confirmed_at is None else None


def opened(keys: ServerKeys, row: SecondStep) -> bytes:
    """A row's secret; sealed before the keys were rotated, it opens with the earlier ones."""
    sealed = unb64(row.sealed_secret)
    for pair in (keys.seal, *(seal_key for _, seal_key in keys.previous)):
        try:
            return unseal(pair, USE, sealed)
        except SealError:
            continue
    raise Refusal("keys.unreadable", details={"path": ""})


def confirm(session: Session, keys: ServerKeys, person_id: str, code: str, now: datetime) -> list[str]:
    """The first right code turns the second step on; the recovery codes, shown this once.

    Raises Refusal two_steps.wrong.
    """
    row = session.get(SecondStep, person_id, with_for_update=True)
    step = step_of(opened(keys, row), digits(code), now, row.last_step) if row is not None else None
    if row is None or row.confirmed_at is not None or step is None:
        raise Refusal("two_steps.wrong")
    row.last_step, row.confirmed_at = step, now
    audit.append(session, now, person_id, "two_steps.on", person_id)
    return renew_codes(session, person_id)


def renew_codes(session: Session, person_id: str) -> list[str]:
    """New recovery codes; the earlier ones are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=code_hash(person_id, code), person_id=person_id) for code in codes)
    return codes


def codes_left(session: Session, person_id: str) -> int:
    return (
        session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)) or 0
    )


def code_hash(person_id: str, code: str) -> str:
    return hash_of(code, f"recovery/{person_id}")


def pass_step(session: Session, keys: ServerKeys, person_id: str, code: str, now: datetime) -> None:
    """Take a code of the app, or a recovery code, for good. Raises Refusal two_steps.wrong."""
    row = session.get(SecondStep, person_id)
    if row is None or row.confirmed_at is None:
        raise Refusal("two_steps.wrong")
    step = step_of(opened(keys, row), digits(code), now, row.last_step)
    if step is not None:
        # Two requests with one code: the row is changed by one of them.
        later = update(SecondStep).where(SecondStep.person_id == person_id, SecondStep.last_step < step)
        taken = session.execute(later.values(last_step=step).returning(SecondStep.person_id)).first()
    else:
        used = delete(RecoveryCode).where(RecoveryCode.code_hash == code_hash(person_id, code))
        taken = session.execute(used.returning(RecoveryCode.person_id)).first()
        if taken is not None:
            audit.append(session, now, person_id, "two_steps.recovery", person_id, left=codes_left(session, person_id))
    if taken is None:
        raise Refusal("two_steps.wrong")


def turn_off(session: Session, person_id: str, now: datetime, *, by: str) -> None:
    """Ask this person for no second step any more; its secret and codes go."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    row = session.get(SecondStep, person_id)
    if row is not None:
        session.delete(row)
        audit.append(session, now, by, "two_steps.off", person_id)


def digits(code: str) -> str:
    """Apps show "123 456". Other than six digits it is no code of an app."""
    bare = "".join(code.split())
    return bare if len(bare) == DIGITS and bare.isascii() and bare.isdigit() else ""


def uri(secret: bytes, username: str) -> str:
    """What the app scans."""
    return f"otpauth://totp/{quote(f'Chung Sức:{username}')}?secret={typed(secret)}&issuer={quote('Chung Sức')}"


def typed(secret: bytes) -> str:
    """The secret for whoever cannot scan."""
    return base64.b32encode(secret).decode()
