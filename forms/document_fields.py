"""The kinds of value a form document's keys hold, as marshmallow fields: texts in languages, expressions, parameters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"
PARAMETER = re.compile(r"([\w-]+)\s*=\s*(\$\{[^}]*\}|[^\s,;]+)")


class Text(fields.Field[Any]):
    """{"vi": …, "en": …} or a plain text, which is in the default language (kept under '')."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        texts = {"": value} if isinstance(value, str) else value
        if not isinstance(texts, dict) or not texts or not all(isinstance(text, str) for text in texts.values()):
            raise ValidationError("a text, or an object of language and text, is expected")
        if not isinstance(value, str):
            for language in texts:
                validate.Regexp(LANGUAGE, error="'{input}' is not a language code, as vi or en")(language)
        return {lang: unicodedata.normalize("NFC", text) for lang, text in texts.items()}


class Expression(fields.Field[Any]):
    """An expression as text; true and false may stand as JSON booleans, numbers as JSON numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "true()" if value else "false()"
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise ValidationError("an expression (a text) is expected")
        text = unicodedata.normalize("NFC", value).strip()
        return {"yes": "true()", "no": "false()", "true": "true()", "false": "false()"}.get(text, text)


class Parameters(fields.Field[Any]):
    """XLSForm's "start=0 end=10", or the same as an object; kept as {name: text}."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if isinstance(value, str):
            pairs = PARAMETER.findall(value)
            if PARAMETER.sub("", value).strip(" ;,\n\t"):
                raise ValidationError("name=value, name=value … is expected")
            return dict(pairs)
        if not isinstance(value, Mapping) or not all(isinstance(each, (str, int)) for each in value.values()):
            raise ValidationError("name=value, or an object of names and values, is expected")
        return {str(name): str(each).lower() if isinstance(each, bool) else str(each) for name, each in value.items()}


class States(fields.Field[Any]):
    """Names of workflow states, or "*" for all of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | list[str]:
        if value == "*" or (isinstance(value, list) and value and all(isinstance(state, str) for state in value)):
            states: str | list[str] = value
            return states
        raise ValidationError('a list of states or "*" is expected')
