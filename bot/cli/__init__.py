"""The commands a school's technician types; each is loaded only when it is called."""

import importlib
import logging
import os
import sys
from collections.abc import Mapping

import click

from bot import log
from bot.settings import LEVELS, Misset

COMMANDS: Mapping[str, str] = {
    "demo": "local",
    "talk": "local",
    "playground": "playground",
    "ask": "answers",
    "train": "answers",
    "evaluate": "answers",
    "phrasing": "phrasings",
    "feedback": "feedback",
    "policy": "policies",
    "report": "reports",
    "campaign": "campaigns",
    "check": "checking",
    "drill": "drills",
    "slack": "slack",
    "teams": "teams",
    "teams-package": "teams",
    "keys": "keeping",
    "audit": "keeping",
    "backup": "keeping",
    "restore": "keeping",
    "migrate": "keeping",
    "serve": "running",
    "work": "running",
    "run": "running",
}
"""Command -> the module of this package that holds it, in the order that `--help` lists them."""

UNUSABLE = 2
"""Exit code: the command line or the settings cannot be used; nothing was done."""
UNFORESEEN = 70
"""Exit code: an error nobody foresaw; its kind and place are logged, never its words."""


class Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a first day with Usher."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.cli.{COMMANDS[cmd_name]}")
        found = getattr(module, cmd_name.replace("-", "_"))
        return found if isinstance(found, click.Command) else None


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"usher {version('usher-bot')}")
        ctx.exit()


ABOUT = """Straight answers from a school's social media policy, and a safe way to report a worry.

\b
Start with:  usher demo        in the browser, on a sample school
             usher talk        the same in this terminal
             usher ask TEXT    one answer

Exit codes: 0 done; 1 something is wrong that was looked for; 2 the command line or the settings
cannot be used; 70 an error nobody foresaw. docs/operate.md explains every command and setting.
"""


@click.group(cls=Commands, help=ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Say which version of Usher this is.",
)
def usher() -> None:
    """One command of Usher."""


def main() -> None:
    """Run one command. Nothing that goes wrong is ever shown in the words of what was typed."""
    level = os.environ.get("USHER_LOG_LEVEL", "INFO").upper()
    log.configure(level if level in LEVELS else "INFO")
    sys.excepthook = _unforeseen
    try:
        usher()
    except Misset as misset:
        refuse(*misset.faults)


def refuse(*faults: str) -> None:
    """Say what is wrong, one line each, and stop with exit code 2."""
    for fault in faults:
        click.echo(f"usher: {fault}", err=True)
    raise SystemExit(UNUSABLE)


def _unforeseen(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """The last resort: say that something broke, log where, and exit with 70."""
    log.failure("uncaught", error)
    click.echo(
        f"usher: something went wrong that nobody foresaw ({kind.__name__}). "
        "Nothing that was acknowledged is lost. The log line above says where.",
        err=True,
    )
    logging.shutdown()
    sys.stdout.flush()
    os._exit(UNFORESEEN)
