"""What all console pages share: one blueprint on the console's host, sign-in by default, CSRF, headers, language."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from sync.canonical import sha

from ..context import server
from ..database import db
from ..errors import refused
from ..field_app import is_loopback
from ..models import Campaign
from ..problems import Refusal
from ..surfaces import belongs, here
from . import (
    account,
    adjudications,
    attachments,
    behind,
    bulk,
    consents,
    dashboard,
    devices,
    district,
    dossier_acts,
    dossier_papers,
    dossiers,
    duplicates,
    exports,
    figures,
