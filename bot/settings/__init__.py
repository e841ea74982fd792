"""What the school's technician may set from outside, read and checked all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings.declared import SETTINGS, Setting
from bot.settings.slack import SlackSettings, slack_faults, slack_settings
from bot.settings.teams import TeamsSettings, teams_faults, teams_settings

__all__ = [
    "LEVELS",
    "SETTINGS",
    "Misset",
    "Setting",
    "Settings",
    "SlackSettings",
    "TeamsSettings",
    "for_demo",
    "read_settings",
]

HERE = Path(__file__).resolve().parent.parent.parent
"""The folder that holds `bot`, `policy` and `intents`."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Misset(Exception):
    """Settings that cannot be used; `faults` says for each what is wrong and what to do."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What holds for one process."""

    home: Path
    learnt: Path
    """Where the engine keeps what it has learnt, so that it learns only once."""
    database: str
    key_text: str
    """USHER_KEYS as given, or "" when the key file is to be read."""
    key_file: Path
    policy: Path
    intents: Path
    port: int
    log_level: str
    slack: SlackSettings | None = None
    """None when the school has no Slack."""
    teams: TeamsSettings | None = None
    """None when the school has no Teams."""

    def keys(self) -> str:
        """The master keys as text; Misset with what to do when there are none."""
        if self.key_text:
            return self.key_text
        try:
            found = self.key_file.read_text("utf-8").strip()
        except FileNotFoundError:
            found = ""
        except OSError as refused:
            raise Misset(
                f"the key file {self.key_file} cannot be read ({refused.strerror}): "
                "make it readable by the user who runs Usher, and by nobody else"
            ) from None
        if not found:
            raise Misset(
                f"there is no master key: set USHER_KEYS, or run `usher keys new` to make "
                f"{self.key_file}, or restore the key file from your backup"
            )
        return found


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment. Misset with every fault at once when some are unusable."""
    home = Path(environ.get("USHER_HOME") or ".usher").absolute()
    looks = (_port_faults, _level_faults, _folder_faults, slack_faults, teams_faults)
    faults = [fault for look in looks for fault in look(environ)]
    if faults:
        raise Misset(*faults)
    return Settings(
        home=home,
        learnt=home / "learnt",
        database=environ.get("DATABASE_URL") or f"sqlite:///{home / 'usher.db'}",
        key_text=environ.get("USHER_KEYS", "").strip(),
        key_file=Path(environ.get("USHER_KEY_FILE") or home / "keys").absolute(),
        policy=Path(environ.get("USHER_POLICY") or HERE / "policy"),
        intents=Path(environ.get("USHER_INTENTS") or HERE / "intents"),
        port=int(environ.get("PORT") or 3978),
        log_level=(environ.get("USHER_LOG_LEVEL") or "INFO").upper(),
        slack=slack_settings(environ),
        teams=teams_settings(environ),
    )


def for_demo(environ: Mapping[str, str]) -> Settings:
    """The sample store of the local doors. Misset where a real store is set.

    Those doors take anyone at their word, so they open on the sample store only.
    """
    for name in ("DATABASE_URL", "USHER_KEYS"):
        if environ.get(name):
            raise Misset(
                f"{name} is set, and the demo cannot verify who anybody is, so it never opens a "
                f"real store: unset {name} to use the sample store"
            )
    real = read_settings(environ)
    home = real.home / "demo"
    return Settings(
        home=home,
        learnt=real.learnt,
        database=f"sqlite:///{home / 'usher.db'}",
        key_text="",
        key_file=home / "keys",
        policy=real.policy,
        intents=real.intents,
        port=0,
        log_level=real.log_level,
    )


def _port_faults(environ: Mapping[str, str]) -> list[str]:
    port = environ.get("PORT") or "3978"
    if port.isascii() and port.isdigit() and 0 <= int(port) <= 65535:
        return []
    return ["PORT must be a whole number from 0 to 65535"]


def _level_faults(environ: Mapping[str, str]) -> list[str]:
    level = (environ.get("USHER_LOG_LEVEL") or "INFO").upper()
    return [] if level in LEVELS else [f"USHER_LOG_LEVEL must be one of {', '.join(LEVELS)}"]


def _folder_faults(environ: Mapping[str, str]) -> list[str]:
    folders = [name for name in ("USHER_POLICY", "USHER_INTENTS") if environ.get(name)]
    return [
        f"{name} is not a folder: give the path of an existing folder or leave it unset"
        for name in folders
        if not Path(environ[name]).is_dir()
    ]
