"""The `wom` command: finds subcommands when they are called, turns errors into one line and an exit code."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys
import traceback
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from ..errors import DISK_FULL, ResourceError, WomSimError

COMMANDS = {
    "run": "Run a scenario and draw its reach curve.",
    "check": "Check a scenario, show what it resolves to; run nothing.",
    "rerun": "Repeat a run from its folder: identical, or what differs.",
    "pack": "Pack a run as one file that others can repeat.",
    "cite": "Print BibTeX of the software, papers and data behind a run.",
    "seeding": "Choose who starts: strategies against each other.",
    "compare": "Compare plans on the same people and the same luck.",
    "goal": "The odds of the goal, and what would reach it.",
    "sweep": "Run a scenario's [sweep]: many cases, one tidy table.",
    "merge": "Put the shards of a sweep together.",
    "sensitivity": "Find which keys matter, and how much of it is luck.",
    "explain": "Tell the story of one replica of a campaign, or of one person.",
    "new": "Write a commented scenario to start from.",
    "demo": "Run the scenario that comes with the program.",
    "models": "List the models, or explain one.",
    "networks": "List the networks that can be generated, or explain one.",
    "verify": "Prove the numbers: models against theory and other programs.",
    "bench": "Measure this machine, our speed on it, and other programs.",
    "schema": "Print the JSON Schema of scenario files.",
}


class LazyGroup(click.Group):
    """Imports a subcommand only when it is called: `wom --help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"wom_sim.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or say which may have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from ..spec import nearest

            raise click.UsageError(f"there is no command {args[0]!r}; {nearest(args[0], list(COMMANDS))}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="wom-sim", prog_name="wom")
def cli(*, debug: bool) -> None:
    """Simulate word of mouth on networks: who hears, who shares, how far it goes.

    Start with:  wom demo     then:  wom new launch my.toml,  wom run my.toml
    """
    del debug


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    # Loading modules makes a hundred thousand objects that live as long as the process; looking through them again and
    # again for garbage would take a fifth of a short command's time.
    gc.set_threshold(100_000, 20, 20)
    _open_output()
    sys.exit(_close_output(_call(sys.argv[1:] if args is None else args)))


def _open_output() -> None:
    """Give closed streams somewhere to go, and escape letters that a terminal's encoding lacks."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ["MPLBACKEND"] = "agg"  # nothing is shown on a screen; an unknown name would be refused at import


def _call(args: list[str]) -> int:
    debug = "--debug" in args[:1]
    try:
        code: Any = cli.main(args=args, prog_name="wom", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show(file=sys.stderr)
        return 2
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted before anything was finished; nothing was saved")
        return 130
    except WomSimError as error:
        if debug:
            traceback.print_exc()
        can_override = isinstance(error, ResourceError) and error.memory
        _complain(f"{error}{'; --yes-use-memory tries all the same' if can_override else ''}")
        return error.exit_code
    except MemoryError:
        _complain("out of memory; lower run.n_replicas or give a smaller network")
        return 5
    except BrokenPipeError:
        _discard_output()
        return 1
    except OSError as error:
        if error.errno in DISK_FULL:
            _complain(f"no room left on the disk for {error.filename or 'the output'}")
            _discard_output()
            return 5
        if debug:
            traceback.print_exc()
        _complain(f"{error.filename or 'wom'}: {error.strerror or error}")
        return 1
    except Exception as error:
        if debug:
            traceback.print_exc()
        _complain(f"internal error: {type(error).__name__}: {error}; `wom --debug ...` shows where")
        return 1


def _complain(message: str) -> None:
    with contextlib.suppress(OSError):
        lines = [line if line.startswith(" ") else f"wom: {line}" for line in message.split("\n")]
        sys.stderr.write("\n".join(lines) + "\n")


def _close_output(code: int) -> int:
    # Python would flush at exit, too late to turn a closed pipe or a full disk into an exit code.
    try:
        sys.stdout.flush()
    except OSError as error:
        _discard_output()
        if error.errno in DISK_FULL:
            _complain("no room left on the disk for the output")
            return 5
        return code or 1
    return code


def _discard_output() -> None:
    stream: IO[str] = sys.stdout
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
