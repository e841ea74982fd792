"""What the app asks a workspace for: read from manifest.yml, the only place that says so."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from bot.platforms.slack.http import PATH

Manifest = dict[str, Any]


def read_manifest(path: Path) -> Manifest:
    """The manifest as shipped, for Socket Mode."""
    found: Manifest = yaml.safe_load(path.read_text("utf-8"))
    return found


def for_http(manifest: Manifest, url: str) -> Manifest:
    """The same app at a public address: Slack knocks at /slack/events there."""
    changed = deepcopy(manifest)
    address = url.rstrip("/") + PATH
    settings = changed["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"]["request_url"] = address
    for command in changed["features"]["slash_commands"]:
        command["url"] = address
    return changed


def bot_scopes(manifest: Mapping[str, Any]) -> frozenset[str]:
    """What the bot is allowed to do."""
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


def as_yaml(manifest: Manifest) -> str:
    """As text to paste into Slack."""
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
