"""Requests that wait for one another are worked off together: one of their threads does it for all (group commit).

Nothing waits for company. Whoever comes while nobody is at work begins at once; who comes meanwhile is taken along by
the next. Knows nothing of what the work is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass
class Waiting(Generic[Asked, Answer]):
    asked: Asked
    answer: Answer | None = None
    error: BaseException | None = None
    done: bool = False


class Together(Generic[Asked, Answer]):
    """work: several of what was asked → an answer each, in their order, or the error that this one met. may_join: whether one may be worked off with
    those before it."""

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Sequence[Answer | Exception]],
        may_join: Callable[[Sequence[Asked], Asked], bool],
    ) -> None:
        self.work, self.may_join = work, may_join
        self._waiting: deque[Waiting[Asked, Answer]] = deque()
        self._changed = threading.Condition()
        self._busy = False

    def __call__(self, asked: Asked) -> Answer:
        """The answer. Raises what the work raised, for all who were in it, or the error it gave for this one."""
        mine: Waiting[Asked, Any] = Waiting(asked)
        with self._changed:
            self._waiting.append(mine)
        while group := self._turn(mine):
            self._work_off(group)
        if mine.error is not None:
            raise mine.error
        answer: Answer = mine.answer
        return answer

    def _turn(self, mine: Waiting[Asked, Any]) -> list[Waiting[Asked, Any]]:
        """What this thread is to work off now; nothing, once its own is done."""
        with self._changed:
            while self._busy and not mine.done:
                self._changed.wait()
            if mine.done:
                return []
            self._busy = True
            group = [self._waiting.popleft()]
            while self._waiting and self.may_join([each.asked for each in group], self._waiting[0].asked):
                group.append(self._waiting.popleft())
            return group

    def _work_off(self, group: list[Waiting[Asked, Any]]) -> None:
        try:
            for each, answer in zip(group, self.work([each.asked for each in group]), strict=True):
                each.answer, each.error = (None, answer) if isinstance(answer, BaseException) else (answer, None)
        except BaseException as error:
            for each in group:
                each.error = error
        with self._changed:
            for each in group:
                each.done = True
            self._busy = False
            self._changed.notify_all()
