"""Words, numbers and days as the reader's language writes them. Vietnamese stands in the code, English in en*.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import has_request_context, session

from ..context import server
from ..figures.small_cells import HIDDEN

MINUTE, HOUR, DAY = 60, 3600, 86400


@cache
def english() -> Mapping[str, str]:
    """Vietnamese sentence → English sentence; a file a part of the console."""
    files = sorted(Path(__file__).parent.glob("en*.json"))
    return {vi: en for file in files for vi, en in json.loads(file.read_text("utf-8")).items()}


def language() -> str:
    """ "vi" or "en": what the reader chose, else the server's setting."""
    chosen = session.get("language") if has_request_context() else None
    return chosen or server().settings.language


def say(sentence: str, **values: Any) -> str:
    """A sentence in the reader's language, its %(names)s filled in."""
    text = english().get(sentence, sentence) if language() == "en" else sentence
    return text % values if values else text


def label(texts: Mapping[str, str] | None) -> str:
    """A text of the campaign in the reader's language, or in the one there is."""
    texts = texts or {}
    return texts.get(language()) or texts.get("vi") or next(iter(texts.values()), "")


def number(value: int | str | Decimal) -> str:
    """1.234.567 and 12,5 in Vietnamese; decimals come as texts."""
    return format_decimal(Decimal(value), locale=language())


def figure(value: int | str | Decimal | None) -> str:
    """A figure as it is read: nothing reported is a dash, a hidden one its mark."""
    return "–" if value is None else HIDDEN if value == HIDDEN else number(value)


def day(value: date | str) -> str:
    """dd/mm/yyyy; what is no day is shown as it is."""
    try:
        value = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{value:%d/%m/%Y}"


def moment(value: datetime | str) -> str:
    """A moment in the settings' time zone, to the minute."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{value.astimezone(ZoneInfo(server().settings.time_zone)):%H:%M %d/%m/%Y}"


def age(value: datetime | str) -> str:
    """How long ago, in words."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    seconds = int((server().clock() - value).total_seconds())
    if seconds < HOUR:
        return say("%(n)s phút trước", n=seconds // MINUTE) if seconds >= MINUTE else say("vừa xong")
    if seconds < DAY:
        return say("%(n)s giờ trước", n=seconds // HOUR)
    return say("%(n)s ngày trước", n=number(seconds // DAY))


def typed(value: str, kind: str) -> str:
    """An answer as people type it here: days as dd/mm/yyyy, decimals with the language's own mark."""
    if kind == "date":
        return day(value)
    return value.replace(".", decimal_mark()) if kind == "decimal" else value


def decimal_mark() -> str:
    return "." if language() == "en" else ","


FILTERS = {"typed": typed, "label": label, "number": number, "day": day, "moment": moment, "age": age}
