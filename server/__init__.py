"""The server: intake, feed, enrolment, review console, tables. Knows forms and sync; never imports the client."""

from .app import create_app
from .settings import Settings

__all__ = ["Settings", "create_app"]
