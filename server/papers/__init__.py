"""Papers as .docx: templates with named fields, their checks, the layout of Decree 30/2020/NĐ-CP, amounts in words.

Knows nothing of what the papers are about: a kind of paper brings its fields (`PaperKind`), a caller its values.
"""

from .amounts import in_words, money_in_words
from .decree30 import Departure, check_layout
from .fields import FRAME, Field, PaperKind, Rows
from .packages import Fault
from .rendering import DOCX, render
from .templates import check_template

__all__ = [
    "DOCX",
    "FRAME",
    "Departure",
    "Fault",
    "Field",
    "PaperKind",
    "Rows",
    "check_layout",
    "check_template",
    "in_words",
    "money_in_words",
    "render",
]
