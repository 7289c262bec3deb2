"""Make the shared cases of the two sync cores: `python -m tests.conformance.sync_cases` writes sync.json.

Signatures and seals are random, so they are made once here and only verified and opened by the tests.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from sync.canonical import answers_hash, b64, canonical, revision_hash, sha
from sync.keys import KeyPair, key_id
from sync.messages import Signed, signature
from sync.ops import ChainState, Intent, build_op
from sync.seal import seal

FILE = Path(__file__).parent / "sync.json"
DEVICE, REC = "018f0000-0000-4000-8000-000000000002", "018f0000-0000-7000-8000-000000000001"
FORM = {"id": "support_case", "version": "2021120101"}
AT = "2021-12-05T08:00:00.000+07:00"
VALUES: list[Any] = [
    {}, [], "", None, True, 0, -1, 2**53 - 1,
    {"b": 1, "a": [True, None, "x"]}, {"é": 1, "z": 2, "A": 3, "\U0001f33e": 4, "\ue000": 5},
    "Tam Đường \u0000\u001f\"\\\n\t/ 🌾 \u2028", {"answers": {"items": [{"__id": "r1", "qty": "5"}]}},
]  # fmt: skip


def op_cases(keys: KeyPair) -> list[dict[str, Any]]:
    state, cases = ChainState(DEVICE, 0, None), []
    intents = [
        Intent(
            "submit", REC, None, FORM, "03424-07-T1/support_case", {"answers": {"person": {"full_name": "Lò Thị Ơn"}}}
        ),
        Intent("comment", REC, "a" * 64, FORM, "03424-07-T1/support_case", {"text": "Đã gọi"}),
        Intent(
            "edit",
            REC,
            "a" * 64,
            FORM,
            "03424-07-T1/support_case",
            {"answers": {"note": unicodedata.normalize("NFD", "Tường, cột\0 đổ"), "household": {"size": 5}}},
            ("b" * 64, "c" * 64),
        ),
        Intent(
            "move",
            REC,
            "a" * 64,
            FORM,
            "03424-07-T1/support_case",
            {"to": "03412-01-T1/support_case", "reason": "Chuyển nhà"},
        ),
        Intent("link", REC, "a" * 64, FORM, "03424-07-T1/support_case", {"to": DEVICE, "kind": "duplicate"}),
        Intent("erase", REC, None, FORM, "03424-07-T1/support_case", {}),
    ]
    for intent in intents:
        op, after = build_op(state, intent, keys, lambda size: bytes(range(size)), lambda: AT)
        cases.append(
            {
                "state": {"device": state.device, "n": state.n, "prev": state.prev},
                "intent": {"type": intent.type, "rec": intent.rec, "base": intent.base, "form": intent.form,
                           "scope": intent.scope, "payload": intent.payload, "blobs": list(intent.blobs)},
                "at": AT, "wire": dict(op.wire), "h": op.h, "after": {"n": after.n, "prev": after.prev},
            }
        )  # fmt: skip
        state = after
    return cases


def bad_wires(wire: dict[str, str]) -> dict[str, Any]:
    """What read_op must refuse, by name."""
    header = json.loads(wire["header"])
    text = wire["header"]

    def with_header(**changes: Any) -> dict[str, str]:
        return {**wire, "header": canonical({**header, **changes})}

    def with_payload(payload: str) -> dict[str, str]:
        return {**with_header(payload_sha256=sha(payload.encode())), "payload": payload}

    return {
        "nothing": None, "a text": "x", "a list": [], "no signature": {"header": wire["header"], "payload": wire["payload"]},
        "header is no JSON": {**wire, "header": "{"}, "header is a list": {**wire, "header": "[]"},
        "payload altered": {**wire, "payload": wire["payload"].replace("Ơ", "O")},
        "payload cut": {**wire, "payload": wire["payload"][:-1]},
        "another version": with_header(v=2), "an unknown type": with_header(type="fly"), "no record": with_header(rec=""),
        "a short base": with_header(base="abc"), "n is 0": with_header(n=0), "n is a text": with_header(n="1"),
        "n is a float": {**wire, "header": text.replace('"n":1', '"n":1.0')}, "v is an exponent": {**wire, "header": text.replace('"v":1', '"v":1e0')},
        "no day of the calendar": with_header(at="2021-02-30T08:00:00+07:00"), "no moment": with_header(at="yesterday"),
        "a moment without offset": with_header(at="2021-12-05T08:00:00"), "a control character in a version": with_header(form={**FORM, "version": "1\0"}),
        "nested too deeply": with_header(more=nested(32)), "nested deeper than a stack": with_header(more=nested(450)),
        "a console op with a number": with_header(dev="server"), "a device's op without one": with_header(n=None),
        "the salt is not first": with_payload('{"answers":{},"salt":"AAECAwQFBgcICQoLDA0ODw"}'), "a short salt": with_payload('{"salt":"AAEC","answers":{}}'),
        "no salt": with_payload('{"answers":{}}'), "answers are a list": with_payload('{"salt":"AAECAwQFBgcICQoLDA0ODw","answers":[]}'),
        "a float among the answers": with_payload('{"salt":"AAECAwQFBgcICQoLDA0ODw","answers":{"a":1.5}}'),
        "no form": with_header(form={}), "a broken scope": with_header(scope="nowhere"), "blobs is a text": with_header(blobs="x"),
    }  # fmt: skip


def odd_wires(wire: dict[str, str]) -> dict[str, Any]:
    """What read_op takes although this version would not write it: {wire, answers as read}."""
    header = json.loads(wire["header"])

    def case(payload: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
        text = json.dumps({**header, "payload_sha256": sha(payload.encode()), **more}, indent=1)
        return {"wire": {**wire, "header": text, "payload": payload}, "answers": answers}

    start = '{"salt":"AAECAwQFBgcICQoLDA0ODw"'
    loose = unicodedata.normalize("NFD", "Đường")
    return {
        "white space and keys of a later version": case(start + ', "answers" : { } , "later": [1]}', {}, later={"a": None}),
        "letters with combining marks": case(f'{start},"answers":{{"{loose}":["{loose}"]}}}}', {"Đường": ["Đường"]}),
        "a character no database keeps": case(start + ',"answers":{"a":"x\\u0000y"}}', {"a": "xy"}),
        "numbers in texts": case(start + ',"answers":{"a":"1.5","b\\"":"2e3"}}', {"a": "1.5", 'b"': "2e3"}),
        "as deep as it may be": case(f'{start},"answers":{{"a":{json.dumps(nested(30))}}}}}', {"a": nested(30)}),
        "UTC": case(start + ',"answers":{}}', {}, at="2021-12-05T01:00:00Z"),
    }  # fmt: skip


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def make() -> dict[str, Any]:
    device, server, other = KeyPair.new(), KeyPair.new(), KeyPair.new()
    ops = op_cases(device)
    receipt = {
        "v": 1, "req": "0" * 16, "epoch": "e1", "device": DEVICE, "server_time": "2021-12-05T01:00:00Z", "counter": 7,
        "contiguous": 2, "verdicts": [
            {"h": "1" * 64, "rec": REC, "verdict": "applied", "wanted": []},
            {"h": "2" * 64, "rec": REC, "verdict": "adjudicate", "reason": "scope.outside", "wanted": []},
            {"h": "3" * 64, "rec": REC, "verdict": "retry", "wanted": []},
            {"h": "4" * 64, "rec": REC, "verdict": "duplicate", "was": "merged", "wanted": []},
            {"h": "5" * 64, "rec": REC, "verdict": "unreadable", "wanted": []},
            {"h": "9" * 64, "rec": REC, "verdict": "applied", "wanted": []},
        ],
    }  # fmt: skip
    outbox = [{"h": str(n) * 64, "n": n} for n in range(1, 7)]
    body = canonical(receipt)
    rotated = {"sign": other.point, "seal": other.point}
    doc = {"hash": "d" * 64, "answers": {"name": "server"}, "form": FORM, "title": "Tên máy chủ", "phase": "has_issues",
           "ops": ["1" * 64]}  # fmt: skip
    return {
        "canonical": [{"value": value, "text": canonical(value)} for value in VALUES],
        "not_canonical": [1.5, 2**53, -(2**53)],
        "answers_hash": [
            {"answers": {"b": 1, "a": "ơ"}, "form": FORM, "blobs": ["b" * 64, "a" * 64],
             "hash": answers_hash({"a": "ơ", "b": 1}, FORM, ["a" * 64, "b" * 64])},
        ],
        "revision_hash": [
            {"revision": (one := {"rec": REC, "rev": 2, "prev": "a" * 64, "op": "b" * 64, "answers_hash": "c" * 64,
                                  "state": "submitted", "scope": "03424-07-T1/support_case"}), "hash": revision_hash(one)},
        ],
        "device": {"pkcs8": b64(device.pkcs8()), "d": b64(device.private.private_numbers().private_value.to_bytes(32, "big")),
                   "point": device.point, "key_id": key_id(device.point)},
        "other": {"pkcs8": b64(other.pkcs8()), "point": other.point},
        "server": {"point": server.point},
        "ops": ops, "bad_wires": bad_wires(ops[0]["wire"]), "odd_wires": odd_wires(ops[0]["wire"]),
        "sealed": {"use": "outbox/1", "plain": "Lường Thị Đào", "sealed": b64(seal(device.point, "outbox/1", "Lường Thị Đào".encode()))},
        "response": {"body": body, "kind": "receipt", "header": signature(server, "receipt", body.encode())},
        "cert": Signed.make(server, "cert", {"v": 1, "kind": "cert", "device": DEVICE}).json(),
        "rotation": {"pinned": {"sign": server.point, "seal": server.point},
                     "offered": {**rotated, "previous": [{"sign": server.point, "sig": server.sign("keys", canonical(rotated).encode())}]},
                     "adopted": rotated},
        "receipts": [
            {"name": "of this epoch", "outbox": outbox, "receipt": receipt, "epoch": "e1", "device": DEVICE,
             "left": ["3" * 64, "5" * 64, "6" * 64], "settled": ["1" * 64, "2" * 64, "4" * 64], "stuck": ["3" * 64, "5" * 64]},
            {"name": "of another epoch", "outbox": outbox, "receipt": receipt, "epoch": "e2", "device": DEVICE,
             "left": [op["h"] for op in outbox], "settled": [], "stuck": []},
            {"name": "of another device", "outbox": outbox, "receipt": receipt, "epoch": "e1", "device": REC,
             "left": [op["h"] for op in outbox], "settled": [], "stuck": []},
        ],
        "effective": [{"verdict": {"verdict": "duplicate", "was": "merged"}, "is": "merged"},
                      {"verdict": {"verdict": "applied"}, "is": "applied"}, {"verdict": {"verdict": "duplicate"}, "is": "duplicate"}],
        "pages": page_cases(),
        "limits": limit_cases(),
        "push": [
            {"outbox": [{"h": "", "n": n, "wire": {"header": "x" * 50, "payload": "", "sig": ""}} for n in (3, 1, 2)],
             "limits": {"max_ops": ops_, "max_bytes": bytes_}, "takes": takes}
            for ops_, bytes_, takes in ((100, 10_000, 3), (2, 10_000, 2), (100, 200, 2), (100, 1, 1))
        ],
        "overlay": overlay_cases(doc),
    }  # fmt: skip


def page_cases() -> list[dict[str, Any]]:
    state = {"scope": "a/f", "gen": 1, "cursor": 10, "epoch": "e1"}
    page = {"scope": "a/f", "gen": 1, "epoch": "e1", "from": 10, "next": 20, "more": False,
            "changes": [{"rec": REC, "rev": 1, "hash": "", "seq": seq, "kind": "doc"} for seq in (9, 10, 11, 20)]}  # fmt: skip
    named = {
        "in order": (page, True, [11, 20], 20), "overlapping": ({**page, "from": 5}, True, [11, 20], 20),
        "with a gap": ({**page, "from": 11}, False, [], 10), "stale": ({**page, "from": 1, "next": 10}, False, [], 10),
        "of another epoch": ({**page, "epoch": "e0"}, False, [], 10), "of another generation": ({**page, "gen": 2}, False, [], 10),
        "of another scope": ({**page, "scope": "b/f"}, False, [], 10),
    }  # fmt: skip
    return [{"name": name, "state": state, "page": each, "epoch": "e1", "applies": applies, "seqs": seqs, "cursor": cursor}
            for name, (each, applies, seqs, cursor) in named.items()]  # fmt: skip


def limit_cases() -> list[dict[str, Any]]:
    """What is asked for along a road: whether each answer arrived, and what is asked for after it; from 200 on."""
    named: dict[str, tuple[list[bool], list[int]]] = {
        "a road that holds": ([True, True], [200, 200]),
        "a cut, and slowly more": ([False, True, True, True], [50, 62, 77, 96]),
        "cut again and again": ([False, False, False, True], [50, 25, 25, 31]),
        "never more than the most": ([False, *[True] * 7], [50, 62, 77, 96, 120, 150, 187, 200]),
    }
    return [{"name": name, "arrived": arrived, "limits": limits} for name, (arrived, limits) in named.items()]


def overlay_cases(doc: dict[str, Any]) -> list[dict[str, Any]]:
    def own(n: int, kind: str, settled: bool, **more: Any) -> dict[str, Any]:
        return {"h": str(n) * 64, "n": n, "type": kind, "at": AT, "form": FORM, "settled": settled, **more}

    edit = own(2, "edit", False, answers={"name": "mine"}, title="Của tôi")
    return [
        {"name": "nothing pending", "doc": doc, "ops": [own(1, "submit", True)],
         "seen": {"answers": doc["answers"], "form": FORM, "base": doc["hash"], "title": doc["title"], "phase": "has_issues", "pending": []}},
        {"name": "an edit waits", "doc": doc, "ops": [edit],
         "seen": {"answers": {"name": "mine"}, "form": FORM, "base": edit["h"], "title": "Của tôi", "phase": "waiting",
                  "pending": [{"h": edit["h"], "type": "edit", "at": AT}]}},
        {"name": "an edit arrived and is not folded yet", "doc": doc, "ops": [{**edit, "settled": True}],
         "seen": {"answers": {"name": "mine"}, "form": FORM, "base": edit["h"], "title": "Của tôi", "phase": "received",
                  "pending": [{"h": edit["h"], "type": "edit", "at": AT}]}},
        {"name": "before the first pull", "doc": None, "ops": [own(1, "submit", False, answers={"name": "first"}, title="Mới")],
         "seen": {"answers": {"name": "first"}, "form": FORM, "base": "1" * 64, "title": "Mới", "phase": "waiting",
                  "pending": [{"h": "1" * 64, "type": "submit", "at": AT}]}},
        {"name": "a comment waits", "doc": doc, "ops": [own(3, "comment", False)],
         "seen": {"answers": doc["answers"], "form": FORM, "base": doc["hash"], "title": doc["title"], "phase": "waiting",
                  "pending": [{"h": "3" * 64, "type": "comment", "at": AT}]}},
    ]  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", "utf-8")
