"""The columns of XLSForm's sheets: what each header says, in which language, and how it is written again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

from forms.document_fields import LANGUAGE
from forms.documents import EXPRESSION_KEYS, MEDIA_KEYS, TEXT_KEYS

SURVEY_COLUMNS = (
    "type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant", "constraint",
    "constraint_message", "calculation", "default", "read_only", "trigger", "appearance", "choice_filter", "parameters",
    "repeat_count", "image", "big_image", "audio", "video", "pii", "writable_by", "anew", "summary", "comment",
)  # fmt: skip
CHOICE_COLUMNS = ("list_name", "name", "label", "icon", "image", "big_image", "audio")
SETTINGS_COLUMNS = (
    "form_title", "form_id", "version", "default_language", "description", "instance_name", "event_date", "icon", "style",
    "allow_choice_duplicates", "public_key", "submission_url", "auto_send", "auto_delete", "client_editable",
    "list_title", "list_subtitle", "dedupe", "comment",
)  # fmt: skip
# Columns whose texts may be in several languages.
SPOKEN: Mapping[str, tuple[str, ...]] = {
    "survey": (*TEXT_KEYS, *MEDIA_KEYS),
    "choices": ("label", "image", "big_image", "audio"),
    "settings": ("form_title", "description"),
}
EXPRESSIONS = {*EXPRESSION_KEYS, "instance_name", "event_date", "list_title", "list_subtitle"}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "survey": SURVEY_COLUMNS,
    "choices": CHOICE_COLUMNS,
    "settings": SETTINGS_COLUMNS,
}
ALIASES: Mapping[str, Mapping[str, str]] = {
    "survey": {
        "relevance": "relevant", "calculate": "calculation", "caption": "label", "readonly": "read_only",
        "constraining_message": "constraint_message", "constraint_msg": "constraint_message", "skip_logic": "relevant",
        "required_msg": "required_message", "count": "repeat_count", "jr:count": "repeat_count",
        "bind::relevant": "relevant", "bind::required": "required", "bind::readonly": "read_only",
        "bind::constraint": "constraint", "bind::calculate": "calculation",
        "bind::jr:constraintmsg": "constraint_message", "bind::jr:requiredmsg": "required_message",
        "control::appearance": "appearance", "body::appearance": "appearance", "control::jr:count": "repeat_count",
        "media::image": "image", "media::big_image": "big_image", "media::audio": "audio", "media::video": "video",
    },
    "choices": {"list": "list_name", "value": "name", "media::image": "image", "media::big_image": "big_image",
                "media::audio": "audio", "caption": "label"},
    "settings": {"title": "form_title", "id_string": "form_id", "set_form_title": "form_title", "set_form_id": "form_id"},
}  # fmt: skip
WRITTEN = {"big_image": "big-image"}  # as XLSForm spells what we spell otherwise


@dataclass(frozen=True)
class Column:
    """key: of SURVEY_COLUMNS …, or as written. language: a code, "" for none, None when it cannot be understood."""

    key: str
    language: str | None = ""
    known: bool = True


def read_header(sheet: str, text: str) -> Column:
    """What a header says: 'Label::Tiếng Việt (vi)' is label in vi, 'relevance' is relevant."""
    whole = plain(text)
    if key := _key(sheet, whole):
        return Column(key)
    base, _, language = text.rpartition("::") if "::" in text else text.rpartition(":")
    key = _key(sheet, plain(base))
    if key and key in SPOKEN[sheet]:
        return Column(key, language_code(language))
    return Column(text.strip(), "", False)


def plain(header: str) -> str:
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*(::?)\s*", r"\1", header.strip().lower()))


def _key(sheet: str, header: str) -> str:
    return header if header in COLUMNS[sheet] else ALIASES[sheet].get(header, "")


def language_code(text: str) -> str | None:
    """The code of 'Tiếng Việt (vi)', 'vi' or 'Vietnamese'; None when it names no language."""
    text = text.strip()
    in_brackets = re.search(r"\(([^()]+)\)\s*\Z", text)
    code = in_brackets[1].strip() if in_brackets else text
    if re.match(LANGUAGE, code):
        return code
    return _codes().get(text.casefold())


def language_header(code: str) -> str:
    """'Tiếng Việt (vi)', or the code alone where its own name is not known."""
    try:
        own = Locale.parse(code, sep="-").get_language_name()
    except (UnknownLocaleError, ValueError):
        own = None
    return f"{own[0].upper()}{own[1:]} ({code})" if own and "(" not in own else code


@cache
def _codes() -> dict[str, str]:
    """Names of languages → codes: in English, in Vietnamese and each in itself."""
    codes: dict[str, str] = {}
    for locale in (Locale("en"), Locale("vi")):
        for code, name in locale.languages.items():
            if re.match(LANGUAGE, code):
                codes.setdefault(str(name).casefold(), code)
    for code in ("vi", "en", "fr", "es", "pt", "ar", "lo", "th", "km", "my", "zh", "id", "sw", "hi", "ru"):
        codes.setdefault(str(Locale(code).get_language_name()).casefold(), code)
    return codes
