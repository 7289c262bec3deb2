"""The form language: a JSON document becomes a program, a program runs as an instance. Pure: no storage, no network."""

from forms.campaign import Campaign, Unit, load_campaign
from forms.compile import Compiled, Program, compile_form
from forms.evaluate import Env
from forms.instance import Answers, Form, Instance
from forms.problems import CODES, Problem, Where, errors

__all__ = [
    "CODES",
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
    "errors",
    "load_campaign",
]
