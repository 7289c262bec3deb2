"""The review console of commune and district: server-rendered pages, whole without JavaScript, on their own origin."""

from .surface import init_console

__all__ = ["init_console"]
