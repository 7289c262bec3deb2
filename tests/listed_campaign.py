"""The campaign of Tam Đường with a support case that asks by look-up lists: where it is, and what a policy gives."""

from __future__ import annotations

import json

from server.campaigns import read_folder
from tests.live import CAMPAIGN

QUESTIONS = [
    {"type": "text", "name": "own_commune", "label": {"vi": "Xã của tổ", "en": "Own commune"},
     "default": "instance('author')/root/item/commune"},
    {"type": "select_one_from_file org_units.csv", "name": "place", "label": {"vi": "Ở bản nào?", "en": "Which village?"},
     "choice_filter": "kind = 'village' and commune = ${own_commune}"},
    {"type": "calculate", "name": "meal_rate",
     "calculation": "instance('policies')/root/item[name = 'nq68_f0_meal']/rate_vnd"},
]  # fmt: skip


def listed_campaign() -> dict[str, bytes]:
    files = dict(read_folder(CAMPAIGN))
    form = json.loads(files["forms/support_case.json"])
    form["survey"] += QUESTIONS
    files["forms/support_case.json"] = json.dumps(form, ensure_ascii=False).encode()
    return files
