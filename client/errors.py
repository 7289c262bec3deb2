"""Refusals of the device. Their words are those of client/web/device/errors.js, which the screens show by code."""

from __future__ import annotations

from typing import Any


class DeviceError(Exception):
    """A refusal or failure with a stable code. texts: {"vi", "en"} of a code that comes from the server."""

    def __init__(self, code: str, details: dict[str, Any] | None = None, texts: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.details, self.texts = code, details or {}, texts or {}

    def json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "details": self.details,
            **{f"message_{lang}": text for lang, text in self.texts.items()},
        }
