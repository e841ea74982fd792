"""The app package: what Teams would refuse and what no school should be asked for never gets into it."""

import hashlib
import io
import json
import os
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for
from PIL import Image

from bot.platforms.teams.did import ordered
from bot.platforms.teams.manifest import (
    SCHEMA,
    WORDS,
    Manifest,
    Package,
    app_id,
    faults,
    fill_in,
    read_manifest,
)
from bot.platforms.teams.package import FOLDER, MANIFEST, PICTURES, PackageFaulty, build, look_over, pack
from bot.reception import WORDS as KNOWN_WORDS
from bot.school.activities import Pressed, Said
from tests.platforms.teams.npm import fetch, run

HERE = Path(__file__).resolve().parents[3]
NEWER_SCHEMA = HERE.parent / "shared" / "schemas" / "teams-manifest-1.30.json"
BOT = "1b0b5a52-3d2e-4f0c-9c3f-6a2f0e6b7d11"
OTHER = "7f5d0f0e-95c4-4d0e-8b0b-0d6a2b1c3e4f"
PACKAGE = Package(bot=BOT, app=app_id(BOT), site="https://www.palatine.example/usher")
TEMPLATE = read_manifest(FOLDER / MANIFEST)


def files_in(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def manifest_in(packed: bytes) -> Manifest:
    found: Manifest = json.loads(files_in(packed)[MANIFEST])
    return found


def test_the_package_holds_the_manifest_and_two_pictures_and_nothing_else() -> None:
    assert set(files_in(build(PACKAGE))) == {"manifest.json", "color.png", "outline.png"}


def test_the_bot_and_the_package_have_each_their_own_id() -> None:
    manifest = manifest_in(build(PACKAGE))
    assert manifest["id"] == app_id(BOT) != BOT
    assert manifest["bots"][0]["botId"] == manifest["composeExtensions"][0]["botId"] == BOT
    assert app_id(BOT) != app_id(OTHER)


def test_the_same_school_gets_the_same_bytes_and_another_gets_others() -> None:
    assert build(PACKAGE) == build(PACKAGE)
    assert build(PACKAGE) != build(Package(bot=OTHER, app=app_id(OTHER)))


def test_name_site_and_version_are_the_schools_own() -> None:
    manifest = manifest_in(build(Package(bot=BOT, app=OTHER, name="Ask Usher", version="1.0.7")))
    assert (manifest["id"], manifest["name"]["short"], manifest["version"]) == (OTHER, "Ask Usher", "1.0.7")
    assert manifest_in(build(PACKAGE))["developer"]["privacyUrl"] == PACKAGE.site


def test_no_colleagues_message_is_asked_for() -> None:
    """Resource-specific consent is what makes Teams send a bot everything that is written in a team."""
    text = files_in(build(PACKAGE))[MANIFEST].decode()
    for word in ("authorization", "webApplicationInfo", "resourceSpecific", "ChannelMessage", "groupChat"):
        assert word not in text


@pytest.mark.parametrize("word", WORDS)
def test_every_command_of_the_menu_is_a_word_that_the_desk_knows(word: str) -> None:
    """Teams puts the word into the box and sends it as typed; the desk must not take it for a question."""
    asked = ordered(word)
    assert asked == Pressed(action="home") or (isinstance(asked, Said) and asked.text in KNOWN_WORDS)


def changed(*path: str | int, to: object) -> Callable[[Manifest], None]:
    def change(manifest: Any) -> None:
        *way, last = path
        for step in way:
            manifest = manifest[step]
        manifest[last] = to

    return change


RSC = {"permissions": {"resourceSpecific": [{"name": "ChannelMessage.Read.Group", "type": "Application"}]}}
TRAPS: dict[str, tuple[Callable[[Manifest], None], str]] = {
    "messages of others": (changed("authorization", to=RSC), '"authorization" must not be asked for'),
    "another app's rights": (changed("webApplicationInfo", to={"id": BOT}), '"webApplicationInfo" must not'),
    "the camera": (changed("devicePermissions", to=["media"]), '"devicePermissions" must not'),
    "packageName": (changed("packageName", to="example.usher"), '"packageName" must not'),
    "calls": (changed("bots", 0, "supportsCalling", to=True), '"bots: supportsCalling" must not'),
    "link previews": (
        changed("composeExtensions", 0, "messageHandlers", to=[]),
        '"composeExtensions: messageHandlers" must not',
    ),
    "older schema": (changed("manifestVersion", to="1.24"), "must both be 1.25"),
    "other schema": (changed("$schema", to="https://x/v1.19/y.json"), "must both be 1.25"),
    "version in words": (changed("version", to="one"), "version must be three numbers"),
    "version too short": (changed("version", to="1.0"), "version must be three numbers"),
    "colour": (changed("accentColor", to="teal"), "accentColor"),
    "no colour": (lambda manifest: manifest.pop("accentColor"), "not built as it should be"),
    "icons": (changed("icons", "color32x32", to="small.png"), "icons must be"),
    "id": (changed("id", to="usher"), "id must be a GUID"),
    "no id": (changed("id", to="00000000-0000-0000-0000-000000000000"), "id must be a GUID"),
    "one id for both": (changed("id", to=BOT), "must be two GUIDs"),
    "another bot's action": (changed("composeExtensions", 0, "botId", to=OTHER), "the same bot's"),
    "two bots": (lambda manifest: manifest["bots"].append(manifest["bots"][0]), "there must be one bot"),
    "long name": (changed("name", "short", to="x" * 31), "name.short must be 1 to 30"),
    "no name": (changed("name", "short", to=" "), "name.short must be 1 to 30"),
    "name of two lines": (changed("name", "short", to="Us\nher"), "one line"),
    "long full name": (changed("name", "full", to="x" * 101), "name.full"),
    "long description": (changed("description", "short", to="x" * 81), "description.short must be 1 to 80"),
    "very long description": (changed("description", "full", to="x" * 4001), "description.full"),
    "developer": (changed("developer", "name", to="x" * 33), "developer.name must be 1 to 32"),
    "plain http": (changed("developer", "websiteUrl", to="http://school.example"), "begins with https"),
    "a script": (changed("developer", "privacyUrl", to="https://a.example/<b>"), "begins with https"),
    "domains": (changed("validDomains", to=["*.school.example"]), "validDomains must be empty"),
    "permissions": (changed("permissions", to=["identity"]), "permissions must be"),
    "channels": (changed("supportsChannelFeatures", to=None), "must be tier1"),
    "scope to begin with": (changed("defaultInstallScope", to="team"), "defaultInstallScope"),
    "old spelling": (changed("bots", 0, "scopes", to=["personal", "team", "groupchat"]), "scopes must be"),
    "group chats": (changed("bots", 0, "scopes", to=["personal", "team", "groupChat"]), "scopes must be"),
    "files": (changed("bots", 0, "supportsFiles", to=True), "must take no files"),
    "dumb": (changed("bots", 0, "isNotificationOnly", to=True), "one to talk to"),
    "lists": (changed("bots", 0, "commandLists", 1, "scopes", to=["personal"]), "one list of commands"),
    "word": (changed("bots", 0, "commandLists", 0, "commands", 0, "title", to="x"), "commands must be ask"),
    "no description": (
        changed("bots", 0, "commandLists", 0, "commands", 0, "description", to=""),
        "1 to 128 characters",
    ),
    "search": (changed("composeExtensions", 0, "commands", 0, "type", to="query"), "one message action"),
    "everywhere": (
        changed("composeExtensions", 0, "commands", 0, "context", to=["compose", "message"]),
        "one message action",
    ),
    "no dialog": (
        changed("composeExtensions", 0, "commands", 0, "fetchTask", to=False),
        "fetches its dialog",
    ),
    "long title": (changed("composeExtensions", 0, "commands", 0, "title", to="x" * 33), "at most 32"),
    "no bots": (lambda manifest: manifest.pop("bots"), "not built as it should be"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_is_named(trap: str) -> None:
    change, line = TRAPS[trap]
    manifest = fill_in(TEMPLATE, PACKAGE)
    assert faults(manifest) == ()
    change(manifest)
    found = faults(manifest)
    assert any(line in fault for fault in found), found


@pytest.mark.parametrize("odd", [[], "text", None, 1, {"bots": []}])
def test_a_manifest_that_is_none_is_refused(odd: Any) -> None:
    assert faults(odd)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda files: files.pop("outline.png"), "and nothing else"),
        (lambda files: files.update({"notes.txt": b"x"}), "and nothing else"),
        (lambda files: files.update({"color.png": files["outline.png"]}), "color.png must be a PNG of 192"),
        (lambda files: files.update({"outline.png": b"GIF89a"}), "outline.png must be a PNG of 32"),
        (lambda files: files.update({"manifest.json": b"\xff{"}), "is no JSON"),
        (lambda files: files.update({"manifest.json": b"{}"}), "not built as it should be"),
        (lambda files: files.update({"color.png": bytes(600_000)}), "too large"),
    ],
)
def test_a_package_that_was_tampered_with_is_refused(
    change: Callable[[dict[str, bytes]], object], line: str
) -> None:
    files = files_in(build(PACKAGE))
    change(files)
    found = look_over(pack(files))
    assert any(line in fault for fault in found), found


def test_what_is_no_zip_is_refused() -> None:
    assert look_over(b"PK, or so it says") == ("the package is no zip",)


def test_a_faulty_template_makes_no_package(tmp_path: Path) -> None:
    for name in PICTURES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / MANIFEST).write_text(json.dumps({**TEMPLATE, "authorization": RSC, "validDomains": ["x"]}))
    with pytest.raises(PackageFaulty) as refused:
        build(PACKAGE, tmp_path)
    assert len(refused.value.faults) == 2


def picture(held: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(held))
    assert found.format == "PNG"
    return found.convert("RGBA")


@pytest.mark.parametrize(("name", "drawn"), [("color.png", "colour"), ("outline.png", "outline")])
def test_the_pictures_are_those_that_our_own_script_draws(name: str, drawn: str) -> None:
    script = runpy.run_path(str(FOLDER / "icons.py"))
    ours, shipped = picture(script[drawn]()), picture((FOLDER / name).read_bytes())
    assert shipped.size == (PICTURES[name], PICTURES[name])
    assert shipped.tobytes() == ours.tobytes()


def test_the_outline_is_white_on_nothing_and_the_other_has_no_holes() -> None:
    outline = picture((FOLDER / "outline.png").read_bytes())
    red, green, blue, opacity = (band.getextrema() for band in outline.split())
    assert (red, green, blue) == ((255, 255),) * 3
    assert opacity == (0, 255)
    color = picture((FOLDER / "color.png").read_bytes())
    assert color.getchannel("A").getextrema() == (255, 255)
    ground = color.getpixel((0, 0))
    assert ground == (29, 92, 88, 255)
    assert f"#{29:02x}{92:02x}{88:02x}" == TEMPLATE["accentColor"]
    drawn = Image.eval(color.convert("L"), lambda shade: 255 if shade > 90 else 0).getbbox()
    assert drawn is not None
    assert min(drawn) >= 36, "the mark keeps inside the middle 120, which every corner shape of Teams shows"
    assert max(drawn) <= 156


RELEASED = {"1.0.0": "39df492e"}
"""Version of the template -> what it is made of. Teams takes a changed package only under a higher version:
whoever changes manifest or pictures raises `version` in teams/manifest.json and adds a line here."""


def test_a_changed_template_has_a_new_version() -> None:
    words = {key: held for key, held in TEMPLATE.items() if key != "version"}
    pictures = [picture((FOLDER / name).read_bytes()).tobytes() for name in sorted(PICTURES)]
    made = hashlib.sha256(b"".join([json.dumps(words, sort_keys=True).encode(), *pictures])).hexdigest()
    assert RELEASED.get(TEMPLATE["version"]) == made[:8]


def test_a_newer_schema_takes_it_too() -> None:
    if not NEWER_SCHEMA.exists():
        pytest.skip("no schema of Teams beside this checkout")
    schema = json.loads(NEWER_SCHEMA.read_text())
    newest = schema["properties"]["manifestVersion"]["const"]
    judge = validator_for(schema)(schema)
    for manifest in (TEMPLATE, manifest_in(build(PACKAGE))):
        assert [fault.message for fault in judge.iter_errors({**manifest, "manifestVersion": newest})] == []
        assert list(judge.iter_errors({**manifest, "manifestVersion": newest, "packageName": "x.y"}))


JUDGE = """
import { readFileSync } from "node:fs";
import made from "@microsoft/app-manifest";
const [schema, ...manifests] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf-8")));
const judged = manifests.map((manifest) => made.AppManifestUtils.validateAgainstSchema(manifest, schema));
console.log(JSON.stringify(await Promise.all(judged)));
"""


def test_microsofts_own_validator_takes_it_and_would_not_take_the_traps(tmp_path: Path) -> None:
    modules = fetch(tmp_path, {"@microsoft/app-manifest": "1.1.2", "fs-extra": "11.3.0"})
    held = modules / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams"
    schema = held / f"v{SCHEMA}" / "MicrosoftTeams.schema.json"
    right = manifest_in(build(PACKAGE))
    wrong = []
    for trap in ("packageName", "no colour", "id", "long name", "long description", "old spelling"):
        wrong.append(deepcopy(right))
        TRAPS[trap][0](wrong[-1])
    paths = []
    for number, manifest in enumerate((right, *wrong)):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(manifest))
    mine, *others = json.loads(run(JUDGE, str(schema), *map(str, paths), folder=tmp_path))
    assert mine == []
    assert all(others), others


def usher(folder: Path, *words: str, **given: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEAMS_", "USHER_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", "teams-package", *words],
        capture_output=True, text=True, timeout=60, check=False, cwd=folder,
        env={**kept, "PYTHONPATH": str(HERE), **given},
    )  # fmt: skip


def test_the_command_writes_the_package_of_the_bot_that_is_set(tmp_path: Path) -> None:
    done = usher(tmp_path, TEAMS_APP_ID=BOT.upper())
    assert (done.returncode, done.stdout.count(BOT)) == (0, 1)
    assert "--site names your own" in done.stderr
    written = (tmp_path / "usher-teams.zip").read_bytes()
    assert look_over(written) == ()
    assert manifest_in(written)["bots"][0]["botId"] == BOT
    done = usher(tmp_path, "--app-id", BOT, "--out", "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == written


def test_every_option_of_the_command_is_in_the_package(tmp_path: Path) -> None:
    done = usher(
        tmp_path,
        *("--app-id", BOT, "--id", OTHER, "--name", "Ask Usher", "--version", "2.0.1"),
        *("--site", "https://www.palatine.example", "--out", str(tmp_path / "own.zip")),
    )
    assert (done.returncode, done.stderr) == (0, "")
    manifest = manifest_in((tmp_path / "own.zip").read_bytes())
    assert (manifest["id"], manifest["version"], manifest["name"]["short"]) == (OTHER, "2.0.1", "Ask Usher")
    assert manifest["developer"]["termsOfUseUrl"] == "https://www.palatine.example"


@pytest.mark.parametrize(
    ("words", "given", "line"),
    [
        ((), {}, "the bot's id is missing"),
        (("--app-id", "usher"), {}, "must be an id as Entra shows it"),
        (("--app-id", BOT[:-1]), {}, "must be an id as Entra shows it"),
        (("--app-id", "00000000-0000-0000-0000-000000000000"), {}, "must be an id as Entra shows it"),
        ((), {"TEAMS_APP_ID": BOT, "TEAMS_TENANT_ID": BOT}, "is the tenant's id"),
        (("--app-id", OTHER), {"TEAMS_APP_ID": BOT}, "name two bots"),
        (("--app-id", BOT, "--id", BOT), {}, "must not be the bot's id"),
        (("--app-id", BOT, "--id", "x"), {}, "--id, must be an id"),
        (("--app-id", BOT, "--name", "x" * 31), {}, "name.short must be 1 to 30"),
        (("--app-id", BOT, "--site", "http://x.example"), {}, "begins with https://"),
        (("--app-id", BOT, "--version", "2"), {}, "version must be three numbers"),
        (("--app-id", BOT, "--out", "nowhere/x.zip"), {}, "can't be written"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_and_nothing_is_written(
    words: tuple[str, ...], given: dict[str, str], line: str, tmp_path: Path
) -> None:
    done = usher(tmp_path, *words, **given)
    assert done.returncode == 2
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
