"""The campaign of Tam Đường with photos in its support case: one of the house, and one of each paper."""

from __future__ import annotations

import json

from server.campaigns import read_folder
from tests.live import CAMPAIGN

PHOTOS = [
    {"type": "image", "name": "house", "label": {"vi": "Ảnh nhà", "en": "The house"}, "pii": "address"},
    {
        "type": "repeat",
        "name": "papers",
        "label": {"vi": "Giấy tờ", "en": "Papers"},
        "children": [{"type": "image", "name": "page", "label": {"vi": "Ảnh trang", "en": "The page"}}],
    },
    {"type": "audio", "name": "voice", "label": {"vi": "Ghi âm", "en": "Recording"}},
]


def photo_campaign() -> dict[str, bytes]:
    files = dict(read_folder(CAMPAIGN))
    form = json.loads(files["forms/support_case.json"])
    form["survey"] += PHOTOS
    files["forms/support_case.json"] = json.dumps(form, ensure_ascii=False).encode()
    return files
