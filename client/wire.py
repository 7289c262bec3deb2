"""Talking to the server: one request, one believed answer. Success is a verified signature, never a status (P-19)."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from client.errors import DeviceError
from sync.blobs import MAX_BLOB
from sync.canonical import sha
from sync.keys import Kind
from sync.messages import SIGNATURE_HEADER, verify_response
from sync.shapes import answers

TIMEOUT_S = (10, 60)
# The first is also how long sending may take: a chunk of 256 KiB over a link of 16 kbit/s.
CHUNK_TIMEOUT_S = (150, 60)
KEY_HEADER, SIZE_HEADER = "Chungsuc-Key", "Chungsuc-Size"
GZIP_FROM_BYTES = 1024
Trust = Callable[[dict[str, Any]], str | None]


@dataclass(frozen=True)
class Answer:
    """The JSON of a believed response, and the signed text it came from."""

    body: dict[str, Any]
    signed: dict[str, str]


class Wire:
    """origin: of the server, without a slash. bytes_moved: sent and received, for the screen."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.bytes_moved = 0

    def post(self, path: str, content: dict[str, Any], kind: Kind, trust: Trust, token: str = "") -> Answer:
        """trust(claimed body): the point that must have signed it, or None. Raises DeviceError net.* or the server's code."""
        req = secrets.token_hex(8)
        body = json.dumps({"req": req, **content}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        if len(body) >= GZIP_FROM_BYTES:
            body, headers["Content-Encoding"] = gzip.compress(body, 4), "gzip"
        response = self._send("POST", path, token, headers=headers, data=body)
        return self._believe(response, req, path, kind, trust)

    def put(
        self, path: str, asked: dict[str, str], body: bytes, key: str, kind: Kind, trust: Trust, token: str = ""
    ) -> Answer:
        """Send bytes as they are. key: what they are encrypted with, sealed to the server. Raises as `post`."""
        req = secrets.token_hex(8)
        headers = {"Content-Type": "application/octet-stream", KEY_HEADER: key}
        params = {"req": req, **asked}
        response = self._send("PUT", path, token, CHUNK_TIMEOUT_S, headers=headers, data=body, params=params)
        return self._believe(response, req, path, kind, trust)

    def _believe(self, response: requests.Response, req: str, path: str, kind: Kind, trust: Trust) -> Answer:
        text, signature = response.content, response.headers.get(SIGNATURE_HEADER, "")
        claimed = _parsed(text)
        point = trust(claimed) if claimed else None
        believed = verify_response(text, signature, kind, point) if point else None
        if believed is None or believed.get("req") != req:
            raise DeviceError("net.unsigned" if claimed else "net.captive", {"path": path})
        if not answers(kind, path, believed):
            raise DeviceError("net.server", {"path": path})  # signed, and not what was asked for
        key, _, sig = signature.partition(".")
        return Answer(believed, {"text": text.decode(), "sig": sig, "key": key})

    def document(self, digest: str, token: str) -> bytes:
        """A document as it is. Its hash, named by a signed hello, is its proof."""
        content = self._send("GET", f"documents/{digest}", token).content
        if sha(content) != digest:
            raise DeviceError("net.document", {"hash": digest})
        return content

    def blob_chunk(self, blob: str, i: int, token: str) -> tuple[bytes, int]:
        """A chunk of a blob and the whole blob's size. Its bytes are proven by the blob's name, once all are here."""
        response = self._send("GET", f"blobs/{blob}/{i}", token, CHUNK_TIMEOUT_S)
        size = response.headers.get(SIZE_HEADER, "")
        if not size.isdecimal() or not 0 < int(size) <= MAX_BLOB:
            raise DeviceError("net.captive", {"path": "blobs"})
        return response.content, int(size)

    def _send(
        self, method: str, path: str, token: str, timeout_s: tuple[int, int] = TIMEOUT_S, **request: Any
    ) -> requests.Response:
        headers = {**request.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        try:
            response = requests.request(
                method,
                f"{self.origin}/sync/v1/{path}",
                headers=headers,
                timeout=timeout_s,
                allow_redirects=False,
                **request,
            )
        except requests.Timeout as late:
            raise DeviceError("net.timeout") from late
        except requests.RequestException as failure:
            raise DeviceError("net.offline") from failure
        self.bytes_moved += len(request.get("data", b"")) + len(response.content)
        if response.status_code == 200:
            return response
        said = (_parsed(response.content) or {}).get("error")
        refused = said if isinstance(said, dict) else {}
        more = refused.get("details")
        details = {**(more if isinstance(more, dict) else {}), "status": response.status_code}
        if not isinstance(refused.get("code"), str):
            raise DeviceError("net.server" if response.status_code >= 500 else "net.captive", details)
        texts = {"vi": str(refused.get("message_vi") or ""), "en": str(refused.get("message") or "")}
        raise DeviceError(refused["code"], details, texts)


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
