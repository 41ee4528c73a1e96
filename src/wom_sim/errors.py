"""What can go wrong, as types a caller can catch and lines a user can act on.

    WomSimError               exit code 1
    ├── ScenarioError         2   a scenario, a parameter or a flag is wrong
    ├── GraphError            2   a network is wrong: its file, its columns, its numbers
    ├── FolderError           2   the results folder cannot be used as asked
    ├── ResultError           2   a result was asked for something it does not hold
    ├── ClusterError          2   workers elsewhere cannot be used: no answer, another version
    ├── FolderInUseError      3   another run holds the results folder
    └── ResourceError         5   not enough memory or disk

Each message is one line a problem: where, what was expected, what came, what to do.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

DISK_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What `OSError.errno` is when there is no room: the disk, a quota or a limit on the size of files."""


class WomSimError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class ScenarioError(WomSimError, ValueError):
    """A scenario, a parameter or a flag is wrong; `problems` holds one line for each fault."""

    exit_code = 2

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class GraphError(WomSimError, ValueError):
    """A network cannot be read, built or used."""

    exit_code = 2


class FolderError(WomSimError, OSError):
    """The results folder holds something else, or cannot be written."""

    exit_code = 2


class ResultError(WomSimError, ValueError):
    """A result was asked for something it does not hold."""

    exit_code = 2


class ClusterError(WomSimError, RuntimeError):
    """Workers elsewhere cannot be used."""

    exit_code = 2


class FolderInUseError(WomSimError, OSError):
    """Another run is writing to the results folder."""

    exit_code = 3


class ResourceError(WomSimError, RuntimeError):
    """The machine has too little memory or disk for what was asked; `memory` says which."""

    exit_code = 5

    def __init__(self, message: str, *, memory: bool = False) -> None:
        super().__init__(message)
        self.memory = memory
