"""Challenges and bearer tokens of devices: signed, dated, kept nowhere, so any worker can check them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from .problems import Refusal

TOKEN, CHALLENGE = "device-token", "device-challenge"


class Tokens:
    """Makes and reads texts of one purpose (TOKEN or CHALLENGE), valid for `lifetime_s`."""

    def __init__(self, secret: bytes, purpose: str, lifetime_s: int, clock: Callable[[], datetime]) -> None:
        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock().timestamp())

        self.serializer = URLSafeTimedSerializer(secret, salt=purpose, signer=Signer)
        self.lifetime_s = lifetime_s
        self.clock = clock

    def issue(self, device_id: str) -> tuple[str, datetime]:
        """A text for one device, never twice the same, and when it ends."""
        text = self.serializer.dumps([device_id, secrets.token_urlsafe(12)])
        return text, self.clock() + timedelta(seconds=self.lifetime_s)

    def read(self, text: str) -> str:
        """The device id. Raises Refusal token.invalid."""
        try:
            device_id, _ = self.serializer.loads(text, max_age=self.lifetime_s)
        except (BadData, ValueError, TypeError) as error:
            raise Refusal("token.invalid") from error
        return str(device_id)
