"""Every environment variable that Usher reads, each declared once with its meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One environment variable: its name, what it means, and what holds when it is not set."""

    name: str
    meaning: str
    default: str
    secret: bool = False


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
    Setting(
        name="TEAMS_APP_ID",
        meaning="Teams: the bot's application id. Teams is connected when it is set.",
        default="not set",
    ),
    Setting(
        name="TEAMS_TENANT_ID",
        meaning="Teams: the id of the school's Microsoft 365 tenant.",
        default="not set",
    ),
    Setting(
        name="TEAMS_CERT_PATH",
        meaning="Teams: file with the application's certificate and its private key (PEM); the right way in.",
        default="not set",
    ),
    Setting(
        name="TEAMS_APP_SECRET",
        meaning="Teams: the application secret, where there is no certificate.",
        default="not set",
        secret=True,
    ),
    Setting(
        name="USHER_TEAMS_FEDERATED_TOKEN_FILE",
        meaning="Teams: file with the token of a federated identity, where there is neither of the two.",
        default="not set",
    ),
)
