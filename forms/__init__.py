"""The form language: a JSON document becomes a program, a program runs as an instance. Pure: no storage, no network."""

from forms.answers import Answers
from forms.campaign import Campaign, load_campaign
from forms.compile import Compiled, Program, compile_form
from forms.evaluate import Env
from forms.file_answers import files
from forms.form import Form
from forms.instance import Instance
from forms.json_schema import document_schema
from forms.problem_codes import CODES, REMEDIES
from forms.problems import Problem, Where, errors
from forms.reading import read_json
from forms.units import Unit

__all__ = [
    "CODES",
    "REMEDIES",
    "Answers",
    "Campaign",
    "Compiled",
    "Env",
    "Form",
    "Instance",
    "Problem",
    "Program",
    "Unit",
    "Where",
    "compile_form",
    "document_schema",
    "errors",
    "files",
    "load_campaign",
    "read_json",
]
