"""Running a study: parts handed out in a fixed order, taken back in any, kept one by one; nothing is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from ..errors import ClusterError
from .adaptive import ladder, wide_cases
from .crew import Crew
from .parts import Block, Layout, Parts
from .study import Study
from .work import MADE_WITH, Part, PartDone, join_parts, nothing_of

RETRIES = 2
"""Times a part is run again after its worker was lost, before it is taken apart to find the case that kills workers."""

_LOOK = 0.25
"""Seconds between two looks at a request to stop."""


@dataclass
class Progress:
    """How far a study is.

    done, total : replicas finished and replicas wanted; of adaptive studies the total grows
    kept : of those finished, by an earlier run     failed : cases that could not be run
    cut_short : stopped before it was known which cases go on
    """

    total: int
    done: int = 0
    kept: int = 0
    failed: set[int] = field(default_factory=set)
    cut_short: bool = False

    @property
    def complete(self) -> bool:
        """Say whether everything was run."""
        return self.done == self.total and not self.cut_short


class Runner:
    """Runs what is missing of a study.

    study, parts, layout : what is asked, where it is kept, how it is cut up
    crew : who runs it
    """

    def __init__(
        self,
        study: Study,
        parts: Parts,
        layout: Layout,
        crew: Crew,
        *,
        stop: Event | None = None,
        progress: Callable[[Progress], None] | None = None,
        again: bool = False,
    ) -> None:
        """Prepare to run.

        Parameters
        ----------
        stop : once set, nothing more is handed out, and what is in work is thrown away
        progress : called whenever a part is finished
        again : run parts again in which cases failed
        """
        self.study, self.parts, self.layout, self.crew = study, parts, layout, crew
        self._stop, self._show, self._again = stop or Event(), progress or (lambda _: None), again
        self.progress = Progress(len(study.design) * study.n_replicas * study.n_sets)
        self._in_work: dict[Future[PartDone | None], tuple[Block, int]] = {}

    def run(self) -> Progress:
        """Run all parts that are missing; return how far it came.

        Raises
        ------
        ResourceError, FolderError
            When a part cannot be kept; what was kept before stays.
        """
        try:
            for block in self._missing():
                while len(self._in_work) >= 2 * max(1, self.crew.workers()):
                    self._take_back()
                if self._stop.is_set():
                    break
                self._hand_out(block, 0)
            while self._in_work:
                self._take_back()
        finally:
            for future in self._in_work:
                future.cancel()
        return self.progress

    def _missing(self) -> Iterator[Block]:
        n = self.study.n_replicas
        for block in self.layout.blocks(n):
            if not self._is_kept(block):
                yield block
        for block in self._more():
            self.progress.total += self._replicas(block)
            if not self._is_kept(block):
                yield block

    def _is_kept(self, block: Block) -> bool:
        record = self.parts.record(block, whole=True)
        if record is None or (self._again and record["failures"]):
            return False
        self._count(block, record["failures"])
        self.progress.kept += self._replicas(block)
        return True

    def _more(self) -> Iterator[Block]:
        """Yield blocks of the cases whose interval is still too wide, at fixed numbers of replicas."""
        if self.study.precision is None:
            return
        for first, last in ladder(self.study):
            for group in range(len(self.layout.groups) - 1):
                while any(block.case == self.layout.groups[group] for block, _ in self._in_work.values()):
                    self._take_back()
                if self._stop.is_set():
                    self.progress.cut_short = True
                    return
                wide = wide_cases(self.study, self.parts, self.layout, group, first)
                if wide:
                    yield from (self.layout.block(group, *piece, wide) for piece in self.layout.cut(first, last))

    def _hand_out(self, block: Block, tries: int) -> None:
        part = Part(
            asked=self.study.asked,
            bases=self.study.travelling,
            cases=tuple(self.study.work(case) for case in block.cases),
            first=block.first,
            last=block.last,
        )
        self._in_work[self.crew.submit(part)] = (block, tries)

    def _take_back(self) -> None:
        """Wait for parts in work and keep those that are finished."""
        finished, _ = wait(self._in_work, timeout=_LOOK, return_when=FIRST_COMPLETED)
        if self._stop.is_set():
            if self.crew.halt is None:  # they cannot be told: what they bring is not waited for
                self._in_work.clear()
                return
            self.crew.halt.set()
        for future in finished:
            block, tries = self._in_work.pop(future)
            if future.cancelled():
                done = None
                if not self._stop.is_set():
                    self._lost(block, tries, "the worker was lost")
            else:
                error = future.exception()
                if error is not None and not isinstance(error, self.crew.losses):
                    raise error
                done = None if error is not None else future.result()
                if error is not None and not self._stop.is_set():
                    self._lost(block, tries, str(error) or type(error).__name__)
            if done is not None:
                self._keep(block, done)

    def _keep(self, block: Block, done: PartDone) -> None:
        if done.made_with != MADE_WITH:
            raise ClusterError(f"a worker has {done.made_with}, here is {MADE_WITH}; install the same version there")
        self.parts.commit(block, done, [self.study.design[case].shown for case in block.cases])
        self._count(block, done.failures)
        self._show(self.progress)

    def _lost(self, block: Block, tries: int, said: str) -> None:
        """Run a part elsewhere whose worker was lost; the case that loses every worker is left out as failed."""
        if tries < RETRIES:
            self._hand_out(block, tries + 1)
            return
        done = self._apart(block, said)
        if done is not None:
            self._keep(block, done)

    def _apart(self, block: Block, said: str) -> PartDone | None:
        """Run a part case by case, one at a time; None when that was stopped."""
        found: list[PartDone] = []
        for case in block.cases:
            part = Part(self.study.asked, self.study.travelling, (self.study.work(case),), block.first, block.last)
            done = self._alone(part)
            if self._stop.is_set():
                return None
            found.append(done or lost_case(part, case, said))
        return join_parts(found)

    def _alone(self, part: Part) -> PartDone | None:
        for _ in range(RETRIES):
            future = self.crew.submit(part)
            while not wait([future], timeout=_LOOK).done:
                if self._stop.is_set():
                    return None
            error = None if future.cancelled() else future.exception()
            if error is not None and not isinstance(error, self.crew.losses):
                raise error
            if not future.cancelled() and error is None:
                return future.result()
        return None

    def _count(self, block: Block, failures: list[dict[str, Any]]) -> None:
        self.progress.done += self._replicas(block)
        self.progress.failed.update(int(failure["case"]) for failure in failures)

    def _replicas(self, block: Block) -> int:
        return len(block.cases) * (block.last - block.first) * self.study.n_sets


def lost_case(part: Part, case: int, said: str) -> PartDone:
    """Return what stands for a case that loses every worker it is given to."""
    failure = {"case": case, "error": "WorkerLost", "message": f"every worker that ran it was lost: {said}", "at": ""}
    return nothing_of(part, [failure])
