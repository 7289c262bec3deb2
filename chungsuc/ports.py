"""A port of 127.0.0.1 that nobody holds and that no outgoing connection will be given meanwhile.

A port that the system picks (bind to 0) comes out of the range from which it also serves outgoing connections:
closed again and wanted a moment later, it may be gone.
"""

from __future__ import annotations

import random
import socket

# Below the ephemeral range of Linux (32768 on), macOS and Windows (49152 on), above what services register.
PORTS = range(20_000, 32_000)
_chosen: set[int] = set()


def free_port() -> int:
    """A port not given out before by this process; parallel runs draw at random."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _chosen:
            _chosen.add(port)
            return port
    raise OSError("200 ports tried, none free")
