"""docs/papers.md lists every kind of paper and every field of it."""

import re

from server.awards.paper_kinds import KINDS
from server.papers import Rows
from tests.server.conftest import ROOT

TEXT = (ROOT / "docs" / "papers.md").read_text("utf-8")


def test_every_kind_and_every_field_is_described():
    for kind in KINDS.values():
        assert f"`{kind.name}`" in TEXT, kind.name
        for field in kind.fields:
            assert re.search(rf"^\| `{field.name}` \|", TEXT, re.M), (kind.name, field.name)
            for each in field.fields if isinstance(field, Rows) else ():
                assert f"`{each.name}`" in TEXT, (kind.name, field.name, each.name)
