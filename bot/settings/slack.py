"""How Slack is reached, as set from outside, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CLIENT = ("USHER_SLACK_CLIENT_ID", "USHER_SLACK_CLIENT_SECRET")


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


def slack_settings(environ: Mapping[str, str]) -> SlackSettings | None:
    """None where no Slack is set."""
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


def slack_faults(environ: Mapping[str, str]) -> list[str]:
    """What cannot be used, a line each."""
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
