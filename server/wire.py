"""What sync requests and answers share: bounded inflation on the way in, a signature over exact bytes on way out."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import brotli
from flask import Request, Response, current_app, request
from webargs.flaskparser import FlaskParser

from sync.canonical import canonical
from sync.keys import Kind
from sync.messages import SIGNATURE_HEADER, Signed

from .keys import ServerKeys
from .problems import Refusal

INFLATED_MAX_BYTES = "INFLATED_MAX_BYTES"  # app.config: no request is larger once inflated
# Best first. Of a page of records brotli at 4 leaves 183 bytes each, gzip at 3 leaves 235 and at 9 still 203: first pulls
# go over links of 100 kbit/s.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=4),
    "gzip": lambda data: gzip.compress(data, 3, mtime=0),
}
WORTH_GZIP_BYTES = 800


class JsonReader(FlaskParser):
    """A body that no JSON reader can hold, brackets in brackets or a number of a million digits, is refused like any other."""

    def load_json(self, req: Request, schema: Any) -> Any:
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            raise Refusal("request.garbled") from error


class BoundedRequest(Request):
    """A request whose gzipped body is inflated as it is read, never past the bound."""

    _inflated: bytes | None = None

    def get_data(self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False) -> Any:
        """The body's bytes, inflated. Raises Refusal request.too_large, request.garbled."""
        if self.headers.get("Content-Encoding", "").lower() != "gzip":
            return super().get_data(cache, as_text, parse_form_data)
        if self._inflated is None:
            self._inflated = inflate(super().get_data(cache=False), current_app.config[INFLATED_MAX_BYTES])
        return self._inflated.decode(errors="replace") if as_text else self._inflated


def inflate(data: bytes, max_bytes: int) -> bytes:
    """Gunzip, stopping at the bound: a bomb costs no more memory than an honest body."""
    stream = zlib.decompressobj(wbits=31)
    try:
        inflated = stream.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise Refusal("request.garbled") from error
    if len(inflated) > max_bytes:
        raise Refusal("request.too_large", details={"max_bytes": max_bytes})
    if not stream.eof or stream.unused_data:
        raise Refusal("request.garbled")
    return inflated


def signed_answer(keys: ServerKeys, kind: Kind, content: dict[str, Any] | str) -> Response:
    """A 200 a client may believe (P-19): canonical JSON (or JSON text already made) and a signature of its bytes."""
    body = content if isinstance(content, str) else canonical({**keys.vouched(), **content})
    return believable(Signed(body, keys.sign.sign(kind, body.encode()), keys.key_id))


def believable(signed: Signed) -> Response:
    """A signed text as an answer, its signature in the header."""
    response = Response(signed.text.encode(), mimetype="application/json")
    response.headers[SIGNATURE_HEADER] = f"{signed.key}.{signed.sig}"
    response.headers["Cache-Control"] = "no-store"
    return response


def squeeze(response: Response) -> Response:
    """Compress an answer as its reader takes it. The signature is over the bytes before."""
    plain = response.status_code == 200 and not response.is_streamed and "Content-Encoding" not in response.headers
    encoding = next((each for each in ENCODINGS if request.accept_encodings[each]), None)
    if plain and encoding:
        data = response.get_data()
        if len(data) >= WORTH_GZIP_BYTES:
            response.set_data(ENCODINGS[encoding](data))
            response.headers["Content-Encoding"] = encoding
            response.vary.add("Accept-Encoding")
    return response
