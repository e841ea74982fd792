"""What is asked of a Slack workspace is in docs/install-slack.md, line by line, and nothing else is."""

import re
from pathlib import Path

import pytest
import yaml

from bot.platforms.slack import preflight
from bot.wiring import slack_check, slack_proof
from bot.wiring.slack_proof import MANIFEST
from tests.operate.conftest import Terminal

GUIDE = (MANIFEST.parent / "docs" / "install-slack.md").read_text("utf-8")
DECLARED = yaml.safe_load(MANIFEST.read_text("utf-8"))
URL = "https://usher.example.sch.uk"


def part(heading: str) -> str:
    """What stands under a heading."""
    assert f"\n## {heading}\n" in GUIDE
    return GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_scope_event_command_and_shortcut_is_explained_and_nothing_else() -> None:
    table = part("What Usher asks for, and what for")
    explained = re.findall(r"^\| `?([^`|]+?)`? \| ", table, re.MULTILINE)[1:]
    features = DECLARED["features"]
    asked = [
        *DECLARED["oauth_config"]["scopes"]["bot"],
        *DECLARED["settings"]["event_subscriptions"]["bot_events"],
        *(each["command"] for each in features["slash_commands"]),
        *(each["name"] for each in features["shortcuts"]),
    ]
    assert sorted(explained) == sorted(asked)


def test_no_user_scopes_are_asked_for() -> None:
    assert set(DECLARED["oauth_config"]["scopes"]) == {"bot"}
    assert not {"channels:history", "groups:history", "mpim:history", "files:read"} & set(
        DECLARED["oauth_config"]["scopes"]["bot"]
    )


SAYINGS = [
    found
    for module in (preflight, slack_proof, slack_check)
    for found in re.findall(
        r"(Slack cannot be reached|is not taken|was revoked or the app removed|the bot token lacks"
        r"|Socket Mode is refused|which no school.yml names|gives no Slack channel|shows no channel"
        r"|the channel is \w+|the bot is not in it|may not read its cases|is nobody in this workspace"
        r"|the staff group|the staff room can't be looked into|did not say who is in"
        r"|is not installed|was removed|names no workspace|is of another workspace)",
        Path(str(module.__file__)).read_text("utf-8"),
    )
]


@pytest.mark.parametrize("words", sorted(set(SAYINGS)))
def test_every_line_of_the_preflight_says_what_to_do(words: str) -> None:
    assert words in part("When a line appears")


def test_the_sayings_are_all_of_them() -> None:
    assert len(set(SAYINGS)) >= 19


def test_the_manifest_is_printed_as_it_is_shipped(terminal: Terminal) -> None:
    assert terminal.right("slack", "manifest") == MANIFEST.read_text("utf-8")


def test_the_http_variant_asks_for_the_same_at_a_public_address(terminal: Terminal) -> None:
    made = yaml.safe_load(terminal.right("slack", "manifest", "--url", f"{URL}/"))
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert made["settings"]["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert {each["url"] for each in made["features"]["slash_commands"]} == {f"{URL}/slack/events"}
    assert made["oauth_config"] == DECLARED["oauth_config"]
    assert (
        made["settings"]["event_subscriptions"]["bot_events"]
        == DECLARED["settings"]["event_subscriptions"]["bot_events"]
    )
    several = yaml.safe_load(terminal.right("slack", "manifest", "--url", URL, "--oauth"))
    assert several["oauth_config"].pop("redirect_urls") == [f"{URL}/slack/oauth_redirect"]
    assert several == made


@pytest.mark.parametrize("words", [("--url", "http://x"), ("--url", "x"), ("--oauth",)])
def test_an_address_that_slack_would_refuse_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.usher("slack", "manifest", *words).returncode == 2


def test_the_sample_school_needs_no_slack(terminal: Terminal) -> None:
    assert terminal.right("check", "--files") == "The school's files are well.\n"
    done = terminal.usher("slack", "check")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
