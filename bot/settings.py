"""What the school's technician may set from outside, each declared once with its meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
"""The folder that holds `bot`, `policy` and `intents`."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One environment variable: its name, what it means, and what holds when it is not set."""

    name: str
    meaning: str
    default: str
    secret: bool = False
    reserved: bool = False
    """The name is fixed for a door that is not built yet; setting it changes nothing today."""


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="USHER_HOME",
        meaning="Folder for Usher's own files: SQLite database, key file, learnt model.",
        default="`.usher` in the current folder",
    ),
    Setting(
        name="DATABASE_URL",
        meaning="Database address, postgresql://... or sqlite:///... .",
        default="a SQLite file `usher.db` in USHER_HOME",
        secret=True,
    ),
    Setting(
        name="USHER_KEYS",
        meaning="The master keys themselves, newest first, as printed by `usher keys new --print`.",
        default="the key file",
        secret=True,
    ),
    Setting(
        name="USHER_KEY_FILE",
        meaning="File that holds the master keys, one a line, newest first. Not used when USHER_KEYS is set.",
        default="`keys` in USHER_HOME",
    ),
    Setting(
        name="USHER_POLICY",
        meaning="Folder with school.yml, the clauses and the forms; or with such a folder for each school.",
        default="the `policy` folder beside `bot`",
    ),
    Setting(
        name="USHER_INTENTS",
        meaning="Folder with what staff say and what the answer is.",
        default="the `intents` folder beside `bot`",
    ),
    Setting(
        name="PORT",
        meaning="Port of the web doors, on all addresses, for `usher serve` and `usher run`.",
        default="3978",
    ),
    Setting(
        name="USHER_LOG_LEVEL",
        meaning="DEBUG, INFO, WARNING or ERROR. No level ever logs what somebody wrote.",
        default="INFO",
    ),
    Setting(
        name="SLACK_BOT_TOKEN",
        meaning="Slack: the bot token (xoxb-...). Slack is connected when it is set.",
        default="not set",
        secret=True,
    ),
    Setting(
        name="SLACK_APP_TOKEN",
        meaning="Slack: the app-level token (xapp-...) for Socket Mode, which needs no public address.",
        default="not set",
        secret=True,
    ),
    Setting(
        name="SLACK_SIGNING_SECRET",
        meaning="Slack: the signing secret, for HTTP mode: Slack then knocks at /slack/events on PORT.",
        default="not set",
        secret=True,
    ),
    Setting(
        name="USHER_SLACK_CLIENT_ID",
        meaning="Slack, several schools: the app's client id. `usher serve` then offers /slack/install.",
        default="not set",
    ),
    Setting(
        name="USHER_SLACK_CLIENT_SECRET",
        meaning="Slack, several schools: the app's client secret.",
        default="not set",
        secret=True,
    ),
    Setting(
        name="SLACK_API_URL",
        meaning="Slack: address of the Web API, for trials against a stand-in.",
        default="Slack's own",
    ),
    *(
        Setting(name=name, meaning=meaning, default="not set", secret=secret, reserved=True)
        for name, meaning, secret in (
            ("TEAMS_APP_ID", "Teams: the bot's application id.", False),
            ("TEAMS_TENANT_ID", "Teams: the school's tenant id.", False),
            ("TEAMS_APP_SECRET", "Teams: the application secret.", True),
            ("TEAMS_CERT_PATH", "Teams: file with the application's certificate.", False),
        )
    ),
)

CLIENT = ("USHER_SLACK_CLIENT_ID", "USHER_SLACK_CLIENT_SECRET")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Misset(Exception):
    """Settings that cannot be used; `faults` says for each what is wrong and what to do."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class SlackSettings:
    """How Slack is reached. Socket Mode when there is an app token, HTTP when there is a signing secret."""

    bot_token: str = field(default="", repr=False)
    """Of the one workspace; "" where each school installs Usher in its own."""
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"

    @property
    def own_secret(self) -> bytes:
        """What only the processes of this deployment know, all the same."""
        return (self.bot_token or self.client_secret).encode()


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
    looks = (_port_faults, _level_faults, _folder_faults, _slack_faults)
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
        slack=_slack(environ),
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


def _slack(environ: Mapping[str, str]) -> SlackSettings | None:
    if not (environ.get("SLACK_BOT_TOKEN") or environ.get(CLIENT[0])):
        return None
    return SlackSettings(
        bot_token=environ.get("SLACK_BOT_TOKEN", "").strip(),
        app_token=environ.get("SLACK_APP_TOKEN", "").strip(),
        signing_secret=environ.get("SLACK_SIGNING_SECRET", "").strip(),
        client_id=environ.get(CLIENT[0], "").strip(),
        client_secret=environ.get(CLIENT[1], "").strip(),
        api_url=environ.get("SLACK_API_URL") or SlackSettings.api_url,
    )


def _slack_faults(environ: Mapping[str, str]) -> list[str]:
    faults = [
        f"{name} must begin with {start}: copy it again from your app at Slack"
        for name, start in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-"))
        if environ.get(name) and not environ[name].strip().startswith(start)
    ]
    faults += _install_faults(environ)
    doors = [name for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET") if environ.get(name)]
    ways = [name for name in ("SLACK_BOT_TOKEN", *CLIENT) if environ.get(name)]
    if doors and not ways:
        faults.append(f"{doors[0]} is set and SLACK_BOT_TOKEN is not: set it too, or unset {doors[0]}")
    if ways and not doors:
        faults.append(
            f"{ways[0]} is set without a door: set SLACK_APP_TOKEN for Socket Mode (the simple way), or "
            "SLACK_SIGNING_SECRET for HTTP mode"
        )
    return faults


def _install_faults(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings of a trust whose schools install Usher themselves."""
    taken = [name for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET") if environ.get(name)]
    if taken:
        # Slack's library reads these two by itself, and then looks for tokens in files of its own.
        return [
            f"{' and '.join(taken)} must not be set: unset it; Usher's own are called {' and '.join(CLIENT)}"
        ]
    given = [name for name in CLIENT if environ.get(name)]
    if len(given) == 1:
        missing = next(name for name in CLIENT if name not in given)
        return [f"{given[0]} is set and {missing} is not: set it too, or unset {given[0]}"]
    if given and environ.get("SLACK_BOT_TOKEN"):
        return [
            "SLACK_BOT_TOKEN and USHER_SLACK_CLIENT_ID are both set: keep the token for one workspace, or "
            "unset it and let each school install Usher at /slack/install"
        ]
    return []
