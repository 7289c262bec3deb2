"""What the files of a campaign share: texts in both of its languages, and names."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from forms.document_fields import Text

LANGUAGES = ("vi", "en")
NAME = r"^[a-z][a-z0-9_]{0,63}\Z"


class Label(Text):
    """A text in Vietnamese and English: the console and the field app show both."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        texts = super()._deserialize(value, attr, data, **kwargs)
        if missing := [language for language in LANGUAGES if not texts.get(language)]:
            raise ValidationError(f"a text for {' and '.join(missing)} is missing")
        return texts


def name_field() -> fields.Str:
    """A name that expressions and addresses can carry: small letters, digits and _."""
    return fields.Str(required=True, validate=validate.Regexp(NAME, error="name.invalid"))
