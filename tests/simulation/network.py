"""The road between a device and the server, and everything that happens on it. Stands in for `requests.request`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

CAPTIVE = b"<html>Wi-Fi mi\xe1\xbb\x85n ph\xc3\xad: h\xc3\xa3y \xc4\x91\xc4\x83ng nh\xe1\xba\xadp</html>"


@dataclass(frozen=True)
class Sent:
    """A request as it went out."""

    method: str
    url: str
    headers: dict[str, str]
    data: bytes
    params: dict[str, str] | None


@dataclass
class Network:
    """deliver(sent) is the server. faults: whether anything goes wrong at all. note(text): for the trace."""

    random: Random
    deliver: Callable[[Sent], Any]
    note: Callable[[str], None]
    faults: bool = True
    late: list[Sent] = field(default_factory=list)  # on their way still
    kept: dict[str, requests.Response] = field(default_factory=dict)  # an old answer by path

    def request(self, method: str, url: str, *, headers: dict[str, str], timeout: Any, allow_redirects: bool,
                data: bytes = b"", params: dict[str, str] | None = None) -> requests.Response:  # fmt: skip
        sent = Sent(method, url, headers, data, params)
        fault = (
            self.random.choices(list(FAULTS), [weight for weight, _ in FAULTS.values()])[0] if self.faults else "none"
        )
        if fault != "none":
            self.note(f"    network: {fault} {urlsplit(url).path}")
        return FAULTS[fault][1](self, sent)

    def arrive(self, sent: Sent) -> requests.Response:
        answer = response(self.deliver(sent))
        self.kept[urlsplit(sent.url).path] = answer
        return answer

    def late_ones_arrive(self) -> None:
        while self.late:
            self.arrive(self.late.pop(self.random.randrange(len(self.late))))


def response(answer: Any) -> requests.Response:
    made = requests.Response()
    made.status_code = answer.status_code
    made._content = answer.get_data()
    made.headers = CaseInsensitiveDict(answer.headers)
    return made


def good(network: Network, sent: Sent) -> requests.Response:
    return network.arrive(sent)


def lost(network: Network, sent: Sent) -> requests.Response:
    raise requests.ConnectionError("lost on the way there")


def reply_lost(network: Network, sent: Sent) -> requests.Response:
    network.arrive(sent)
    raise requests.ConnectionError("lost on the way back")


def twice(network: Network, sent: Sent) -> requests.Response:
    network.arrive(sent)
    return network.arrive(sent)


def delayed(network: Network, sent: Sent) -> requests.Response:
    """The device gives up; the request arrives later, after others."""
    network.late.append(sent)
    raise requests.Timeout("too slow")


def cut(network: Network, sent: Sent) -> requests.Response:
    answer = network.arrive(sent)
    answer._content = answer.content[: network.random.randrange(len(answer.content) + 1)]
    return answer


def flipped(network: Network, sent: Sent) -> requests.Response:
    answer = network.arrive(sent)
    content = bytearray(answer.content)
    if content:
        content[network.random.randrange(len(content))] ^= 1 << network.random.randrange(7)
    answer._content = bytes(content)
    return answer


def captive(network: Network, sent: Sent) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content = 200, CAPTIVE
    return answer


def replayed(network: Network, sent: Sent) -> requests.Response:
    """Somebody gives the device an old answer of the same call."""
    old = network.kept.get(urlsplit(sent.url).path)
    return old if old is not None else network.arrive(sent)


FAULTS: dict[str, tuple[float, Callable[[Network, Sent], requests.Response]]] = {
    "none": (30, good),
    "lost": (2, lost),
    "reply lost": (2, reply_lost),
    "twice": (1.5, twice),
    "delayed": (1.5, delayed),
    "cut": (0.7, cut),
    "flipped": (0.5, flipped),
    "captive": (0.7, captive),
    "replayed": (1, replayed),
}
