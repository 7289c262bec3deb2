"""A photo as a phone sends it: encrypted chunks and a key sealed to the server, over the real wire."""

from __future__ import annotations

import json
import os
import random
import secrets
from dataclasses import dataclass
from typing import Any

from sync.blobs import KEY_BYTES, encrypt_blob, key_use
from sync.canonical import b64, sha
from sync.messages import SIGNATURE_HEADER, verify_response
from sync.seal import seal
from tests.server.district import FIELD_HOST, FieldDevice


@dataclass
class Photo:
    """data: its bytes. size: what the device says they are."""

    data: bytes
    device: FieldDevice
    size: int = 0

    def __post_init__(self) -> None:
        self.size = self.size or len(self.data)
        self.blob = sha(self.data)
        key = os.urandom(KEY_BYTES)
        self.key = b64(seal(self.device.server_seal, key_use(self.blob), key))
        self.chunks = encrypt_blob(key, self.data)

    def ask(self) -> dict[str, Any]:
        """The server's line about it: {blob, state, have}."""
        asked = [{"blob": self.blob, "size": self.size}]
        answer = self.device.post("blobs/ask", "blob", device=self.device.device_id, blobs=asked)
        return answer["blobs"][0] if "blobs" in answer else answer

    def put(self, i: int, data: bytes | None = None, **query: Any) -> dict[str, Any]:
        """The line after sending chunk i; a refusal as {"error": …, "status": …}."""
        query = {"req": secrets.token_hex(8), "device": self.device.device_id, "size": self.size, **query}
        token = {"Authorization": f"Bearer {self.device.token}"} if self.device.token else {}
        answer = self.device.client.put(
            f"/sync/v1/blobs/{self.blob}/{i}", base_url=FIELD_HOST, query_string=query,
            data=self.chunks[i] if data is None else data, headers={"Chungsuc-Key": self.key, **token},
        )  # fmt: skip
        body = answer.get_data()
        if answer.status_code != 200:
            return {"status": answer.status_code, **json.loads(body)}
        believed = verify_response(body, answer.headers.get(SIGNATURE_HEADER), "blob", self.device.server_sign)
        assert believed is not None and believed["req"] == query["req"]
        return believed["blobs"][0]

    def send(self) -> dict[str, Any]:
        return [self.put(i) for i in range(len(self.chunks))][-1]

    def fetch(self, reader: FieldDevice, i: int = 0) -> tuple[int, bytes]:
        """(status, bytes or the refusal's code) of one chunk, as another device asks for it."""
        token = {"Authorization": f"Bearer {reader.token}"}
        answer = reader.client.get(f"/sync/v1/blobs/{self.blob}/{i}", base_url=FIELD_HOST, headers=token)
        body = answer.get_data()
        return answer.status_code, body if answer.status_code == 200 else json.loads(body)["error"]["code"]


def image_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)
