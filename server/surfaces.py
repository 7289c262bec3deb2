"""Two surfaces, two origins, one WSGI app: the console and the field app never share an origin (ARCHITECTURE.md)."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from .problems import Refusal

Surface = Literal["console", "field"]
HOMES: dict[Surface | None, str] = {"console": "/home", "field": "/app/"}
DEFAULT_PORTS = {"http": 80, "https": 443}


def here() -> Surface | None:
    """The surface this request's host belongs to; None: a host we were never told of."""
    hosts: dict[str, Surface] = current_app.extensions["chungsuc_hosts"]
    return hosts.get(request.host.lower())


def port_surface() -> Surface | None:
    """The surface meant by the port alone: someone opened the right port under another name."""
    hosts: dict[str, Surface] = current_app.extensions["chungsuc_hosts"]
    port = request.host.rpartition(":")[2]
    return next((surface for host, surface in hosts.items() if host.rpartition(":")[2] == port), None)


def belongs(blueprint: Blueprint, surface: Surface) -> Blueprint:
    """Make a blueprint answer on its surface's host only; elsewhere its addresses do not exist."""

    @blueprint.before_request
    def on_its_own_host() -> None:
        if here() is None:
            raise Refusal("host.unknown")
        if here() != surface:
            raise Refusal("request.not_found")

    return blueprint


def to_home() -> Response:
    """ "/" leads to the front page of whichever surface was opened; an unknown host to the field app's explanation."""
    return redirect(HOMES.get(here(), HOMES["field"]))


def set_hosts(app: Flask, console_origin: str, *field_origins: str) -> None:
    """Remember which host is whose, in the form of a Host header (no default port)."""
    app.extensions["chungsuc_hosts"] = {
        host_of(console_origin): "console",
        **{host_of(origin): "field" for origin in field_origins},
    }


def host_of(origin: str) -> str:
    parts = urlsplit(origin)
    port = parts.port
    if port is None or port == DEFAULT_PORTS[parts.scheme]:
        return str(parts.hostname)
    return f"{parts.hostname}:{port}"
