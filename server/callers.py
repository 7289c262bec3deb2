"""Who calls the sync API: the bearer of a token, counted by device; who opens doors without one, by address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from .context import server
from .problems import Refusal
from .tokens import CHALLENGE, TOKEN, Tokens


def tokens(purpose: str) -> Tokens:
    here = server()
    lifetimes = {TOKEN: here.settings.token_lifetime_s, CHALLENGE: here.settings.challenge_lifetime_s}
    return Tokens(here.keys.secret, purpose, lifetimes[purpose], here.clock)


def bearer() -> str:
    """The id of the device whose token came with the request. Raises Refusal token.invalid."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Refusal("token.invalid")
    return tokens(TOKEN).read(token)


def device_or_address() -> str:
    """What a rate is counted by: the token's device; before there is one, the address and the device named there, for
    whoever knows a device's id must not use up its calls; else the address."""
    try:
        return bearer()
    except Refusal:
        body = request.get_json(silent=True) if request.is_json else None
        named = (body if isinstance(body, dict) else request.args).get("device")
        return f"{get_remote_address()} {named}" if named else get_remote_address()


# Counted in each worker's memory: with N workers a device may do N times as much, which harms nobody.
limiter = Limiter(device_or_address, storage_uri="memory://", strategy="moving-window")


def device_rate() -> str:
    return server().settings.device_rate


def by_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """Links are tried so often from one address, over all workers."""

    @wraps(view)
    def counted(*given: Any, **named: Any) -> Any:
        here = server()
        here.rates.count("enrol", get_remote_address(), here.settings.enrol_rate)
        return view(*given, **named)

    return counted


# All calls of a device together, not each kind for itself.
by_device = limiter.shared_limit(device_rate, scope="device")
