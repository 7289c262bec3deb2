"""Who is proposed, in shares: direct workers, leaders and women among the individuals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Nominee(Protocol):
    recipient: str
    sex: str
    direct: bool
    is_leader: bool


@dataclass(frozen=True)
class Shares:
    """Percent of the individuals; None where there are none. by_recipient: recipient → how many."""

    total: int
    by_recipient: dict[str, int]
    direct: float | None
    leaders: float | None
    women: float | None

    def below(self, minimum: int | None) -> bool:
        """A minimum is set, and fewer work directly than it wants."""
        return minimum is not None and self.direct is not None and self.direct < minimum


def shares(nominees: Iterable[Nominee]) -> Shares:
    listed = list(nominees)
    people = [each for each in listed if each.recipient == "individual"]
    counts: dict[str, int] = {}
    for each in listed:
        counts[each.recipient] = counts.get(each.recipient, 0) + 1

    def share(count: int) -> float | None:
        return 100 * count / len(people) if people else None

    return Shares(
        len(listed),
        counts,
        share(sum(each.direct for each in people)),
        share(sum(each.is_leader for each in people)),
        share(sum(each.sex == "female" for each in people)),
    )
