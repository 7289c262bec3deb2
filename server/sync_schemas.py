"""Shapes of the sync API's requests and answers (docs/protocol.md, "Messages"): they check shape and never query.

Unknown keys are ignored, so that a newer client can talk to an older server (P-26).
"""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

UUID = validate.Regexp(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
POINT = validate.Regexp(r"^[A-Za-z0-9_-]{87}\Z")  # b64 of 65 bytes
SIGNATURE = validate.Regexp(r"^[A-Za-z0-9_-]{86}\Z")  # b64 of 64 bytes


HEX64 = validate.Regexp(r"^[0-9a-f]{64}\Z")
SCOPE = validate.Regexp(r"^[A-Za-z0-9-]{1,40}/[A-Za-z0-9_]{1,64}\Z")


def utf8(value: str) -> None:
    """A lone surrogate, which JSON can spell, is no text: it has no bytes to sign or to hash."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("not a text") from error


def text(max_length: int) -> fields.String:
    return fields.String(required=True, validate=[validate.Length(1, max_length), utf8])


class Message(Schema):
    class Meta:
        unknown = EXCLUDE

    req = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{16}\Z"))


class SignedText(Schema):
    class Meta:
        unknown = EXCLUDE

    text = text(20_000)
    sig = fields.String(required=True, validate=SIGNATURE)
    key = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{16}\Z"))


class PeekRequest(Message):
    code = text(100)


class EnrolRequest(PeekRequest):
    device = fields.String(required=True, validate=UUID)
    sign_key = fields.String(required=True, validate=POINT)
    seal_key = fields.String(required=True, validate=POINT)
    name = text(200)
    proof = fields.String(required=True, validate=SIGNATURE)


class HelloRequest(Message):
    """Without `challenge`: asks for one. With it: answers it."""

    device = fields.String(required=True, validate=UUID)
    challenge = fields.String(validate=[validate.Length(1, 400), utf8])
    sig = fields.String(validate=SIGNATURE)
    cert = fields.Nested(SignedText, allow_none=True)
    last_receipt = fields.Nested(SignedText, allow_none=True)
    audio_language = fields.String(validate=validate.Length(0, 80))


class PushRequest(Message):
    ops = fields.List(
        fields.Raw(
            allow_none=True,
            metadata={"description": "{header, payload, sig}; what is none gets the verdict `unreadable`"},
        ),
        required=True,
    )


class BundleRequest(Message):
    device = fields.String(required=True, validate=UUID)
    cert = fields.Nested(SignedText, allow_none=True)
    sealed = fields.List(fields.String(), required=True)


class Cursor(Schema):
    class Meta:
        unknown = EXCLUDE

    gen = fields.Integer(required=True, strict=True)
    cursor = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))


class PullRequest(Message):
    cursors = fields.Dict(keys=fields.String(validate=SCOPE), values=fields.Nested(Cursor), required=True)
    limit = fields.Integer(load_default=500, strict=True, validate=validate.Range(1, 10_000))


class DownRequest(Message):
    """cursors, have: where the device stood when it made the bundle that was carried here."""

    device = fields.String(required=True, validate=UUID)
    cursors = fields.Dict(keys=fields.String(validate=SCOPE), values=fields.Nested(Cursor), load_default=dict)
    have = fields.List(fields.String(validate=HEX64), load_default=list, validate=validate.Length(max=5000))


class ScopeDigest(Cursor):
    root = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{32}\Z"))


class DigestRequest(Message):
    scopes = fields.Dict(keys=fields.String(validate=SCOPE), values=fields.Nested(ScopeDigest), required=True)


class RepairRequest(Message):
    """held: what the device has in these buckets, {rec: hash}."""

    scope = fields.String(required=True, validate=SCOPE)
    gen = fields.Integer(required=True, strict=True)
    buckets = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 255)), required=True, validate=validate.Length(1, 256)
    )
    held = fields.Dict(keys=fields.String(validate=UUID), values=fields.String(validate=HEX64), required=True)


class ErrorAnswer(Schema):
    """The one shape of every refusal."""

    error = fields.Nested(
        Schema.from_dict(
            {
                "code": fields.String(),
                "message": fields.String(),
                "message_vi": fields.String(),
                "details": fields.Dict(),
            },
            name="Refusal",
        )
    )
