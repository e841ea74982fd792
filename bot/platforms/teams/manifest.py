"""What the Teams app asks a school for: fills in teams/manifest.json, and names what must not be in it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

Manifest = dict[str, Any]

SCHEMA = "1.25"
"""The first that takes bots into private channels (supportsChannelFeatures)."""
SCOPES = ["personal", "team"]
"""Not groupChat: whoever is in a group chat changes by the minute, and has no role there."""
WORDS = ("ask", "report", "my reports", "help")
"""The commands of the menu; each is a word that the desk knows."""
PERMISSIONS = {"identity", "messageTeamMembers"}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}")
SITE = re.compile(r"https://[a-z0-9][a-z0-9.-]*[a-z0-9](/[A-Za-z0-9._~/-]*)?")
NOWHERE = "https://usher.example"
"""Leads nowhere, by the rules of the net; stands until the school names its own web site."""
ADDRESSES = ("websiteUrl", "privacyUrl", "termsOfUseUrl")
NOUGHT = str(UUID(int=0))

KNOWN: Mapping[str, frozenset[str]] = {
    "the manifest": frozenset(
        {"$schema", "manifestVersion", "version", "id", "developer", "name", "description", "icons"}
        | {"accentColor", "bots", "composeExtensions", "permissions", "validDomains"}
        | {"defaultInstallScope", "supportsChannelFeatures"}
    ),
    "bots": frozenset({"botId", "scopes", "supportsFiles", "isNotificationOnly", "commandLists"}),
    "composeExtensions": frozenset({"botId", "commands"}),
}
"""All that may be asked for. What is not here, above all `authorization` and `webApplicationInfo`, would
have Teams send us what colleagues write to each other, or act in somebody's name."""

LONGEST: Mapping[tuple[str, ...], int] = {
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
}


@dataclass(frozen=True, kw_only=True)
class Package:
    """What one school's package says of itself."""

    bot: str
    """The bot's id: its app registration in Entra."""
    app: str
    """The package's own, by which the admin centre knows it again."""
    name: str = "Usher"
    site: str = NOWHERE
    version: str = ""
    """"" for the template's own."""


def app_id(bot: str) -> str:
    """The package's own GUID, always the same for the same bot."""
    return str(uuid5(UUID(bot), "usher"))


def is_guid(text: str) -> bool:
    """Whether it is an id as Entra shows it, and not the empty one."""
    return bool(GUID.fullmatch(text)) and text != NOUGHT


def read_manifest(path: Path) -> Manifest:
    """The template as shipped."""
    found: Manifest = json.loads(path.read_text("utf-8"))
    return found


def fill_in(template: Manifest, package: Package) -> Manifest:
    """The template with one school's ids, name and addresses."""
    filled = deepcopy(template)
    filled["id"] = package.app
    filled["version"] = package.version or filled["version"]
    filled["name"]["short"] = package.name
    for part in ("bots", "composeExtensions"):
        for each in filled[part]:
            each["botId"] = package.bot
    for address in ADDRESSES:
        filled["developer"][address] = package.site
    return filled


def as_json(manifest: Manifest) -> str:
    """As the admin centre reads it."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def faults(manifest: Manifest) -> tuple[str, ...]:
    """Everything that Teams would refuse, or that this school must not be asked for."""
    try:
        return tuple(fault for look in LOOKS for fault in look(manifest))
    except (AttributeError, KeyError, TypeError, IndexError) as odd:
        return (f"the manifest is not built as it should be ({type(odd).__name__}: {odd})",)


def _beginning(manifest: Manifest) -> Iterator[str]:
    if manifest["manifestVersion"] != SCHEMA or f"/v{SCHEMA}/" not in manifest["$schema"]:
        yield f"manifestVersion and $schema must both be {SCHEMA}"
    if not VERSION.fullmatch(manifest["version"]):
        yield "version must be three numbers, such as 1.0.1"
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["accentColor"]):
        yield "accentColor must be a colour such as #1d5c58"
    if manifest["icons"] != {"color": "color.png", "outline": "outline.png"}:
        yield "icons must be color.png and outline.png"


def _unknown(manifest: Manifest) -> Iterator[str]:
    yield from (f'"{key}" must not be asked for' for key in sorted(set(manifest) - KNOWN["the manifest"]))
    for part in ("bots", "composeExtensions"):
        for each in manifest[part]:
            yield from (f'"{part}: {key}" must not be asked for' for key in sorted(set(each) - KNOWN[part]))


def _ids(manifest: Manifest) -> Iterator[str]:
    bots = [each["botId"] for part in ("bots", "composeExtensions") for each in manifest[part]]
    for name, id in (("id", manifest["id"]), *(("botId", bot) for bot in bots)):
        if not is_guid(id):
            yield f"{name} must be a GUID"
    if len(bots) != 2 or len(set(bots)) != 1:
        yield "there must be one bot, and its message action must be the same bot's"
    if manifest["id"] in bots:
        yield "id and botId must be two GUIDs: the package's own and the bot's"


def _lengths(manifest: Manifest) -> Iterator[str]:
    for (part, key), longest in LONGEST.items():
        text = manifest[part][key]
        if not text.strip() or len(text) > longest:
            yield f"{part}.{key} must be 1 to {longest} characters"
        if part == "name" and not text.isprintable():
            yield f"{part}.{key} must be one line of text"


def _addresses(manifest: Manifest) -> Iterator[str]:
    for address in sorted({manifest["developer"][key] for key in ADDRESSES}):
        if not SITE.fullmatch(address):
            yield f'"{address}" must be a web site that begins with https://'
    if manifest["validDomains"] != []:
        yield "validDomains must be empty: no page of Usher is shown inside Teams"


def _rights(manifest: Manifest) -> Iterator[str]:
    if set(manifest["permissions"]) != PERMISSIONS:
        yield f"permissions must be {' and '.join(sorted(PERMISSIONS))}"
    if manifest["supportsChannelFeatures"] != "tier1":
        yield "supportsChannelFeatures must be tier1, or private channels take no bot"
    if manifest["defaultInstallScope"] != "personal":
        yield "defaultInstallScope must be personal"


def _bot(manifest: Manifest) -> Iterator[str]:
    bot = manifest["bots"][0]
    if bot["scopes"] != SCOPES:
        yield f"the bot's scopes must be {' and '.join(SCOPES)}"
    if bot["supportsFiles"] is not False or bot["isNotificationOnly"] is not False:
        yield "the bot must take no files, and must be one to talk to"
    if [each["scopes"] for each in bot["commandLists"]] != [[scope] for scope in SCOPES]:
        yield "there must be one list of commands for each scope"
    for each in bot["commandLists"]:
        if tuple(command["title"] for command in each["commands"]) != WORDS:
            yield f"the commands must be {', '.join(WORDS)}"
        if any(not 0 < len(command["description"]) <= 128 for command in each["commands"]):
            yield "a command's description must be 1 to 128 characters"


def _action(manifest: Manifest) -> Iterator[str]:
    commands = manifest["composeExtensions"][0]["commands"]
    asked = [(each["type"], each["context"], each["fetchTask"]) for each in commands]
    if asked != [("action", ["message"], True)]:
        yield "there must be one message action, which fetches its dialog"
    if any(len(each["title"]) > 32 or len(each["description"]) > 128 for each in commands):
        yield "a message action's title must be at most 32 characters, its description at most 128"


LOOKS: tuple[Callable[[Manifest], Iterator[str]], ...] = (
    *(_beginning, _unknown, _ids, _lengths, _addresses, _rights, _bot, _action),
)
