"""What is asked of a Teams tenant is in docs/install-teams.md, line by line; its examples work as written."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from bot.cli import teams, usher
from bot.platforms.teams import gate, limits, manifest, pacing, preflight
from bot.platforms.teams.clients import BUNDLE
from bot.platforms.teams.http import LARGEST_BODY, PATH
from bot.platforms.teams.login import Certificate, proof
from bot.platforms.teams.package import FOLDER
from bot.settings import SETTINGS
from bot.settings import teams as settings
from bot.wiring import teams_proof
from bot.wiring import teams_rooms as rooms
from tests.browser import missing
from tests.platforms.teams.playground import PROGRAM

HERE = Path(__file__).resolve().parent.parent.parent
GUIDE = (HERE / "docs" / "install-teams.md").read_text("utf-8")
DECLARED = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
LINK = (
    "https://teams.microsoft.com/l/channel/19%3aSafeguarding0000000000000000000002%40thread.tacv2/"
    "General?groupId=0a000000-0000-4000-8000-000000000001&tenantId=0a000000-0000-4000-8000-000000000002"
)


def part(heading: str) -> str:
    """What stands under a heading."""
    assert f"\n## {heading}\n" in GUIDE
    return GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def blocks(kind: str) -> list[str]:
    """The examples in a language, without the indentation of the list they may stand in."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def test_everything_the_manifest_asks_for_is_explained_and_nothing_else() -> None:
    explained = re.findall(r"^\| `?([^`|]+?)`? \| ", part("What Usher asks for, and what for"), re.MULTILINE)
    bot = DECLARED["bots"][0]
    asked = {
        *bot["scopes"],
        *DECLARED["permissions"],
        *(each["title"] for listed in bot["commandLists"] for each in listed["commands"]),
        *(each["title"] for each in DECLARED["composeExtensions"][0]["commands"]),
        DECLARED["supportsChannelFeatures"],
    }
    assert sorted(explained[1:]) == sorted(asked)


@pytest.mark.parametrize("name", [each.name for each in SETTINGS if "TEAMS" in each.name])
def test_every_setting_of_teams_is_explained(name: str) -> None:
    assert f"`{name}`" in part("Step by step")


def test_the_addresses_are_those_that_the_product_knows() -> None:
    steps = part("Step by step")
    assert f"https://usher.example.sch.uk{PATH}`" in steps
    (nginx,), (caddy,) = blocks("nginx"), blocks("caddy")
    port = next(each.default for each in SETTINGS if each.name == "PORT")
    assert f"location = {PATH} {{" in nginx
    assert f"proxy_pass http://127.0.0.1:{port};" in nginx
    assert f"client_max_body_size {LARGEST_BODY // 1024}k;" in nginx
    assert f"reverse_proxy {PATH} 127.0.0.1:{port}\n" in caddy
    for host in ("login.microsoftonline.com", "login.botframework.com", gate.HOSTS[0]):
        assert f"`{host}`" in steps
    for name in ("HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", BUNDLE):
        assert f"`{name}`" in steps


def test_the_limits_are_those_that_the_product_keeps() -> None:
    said = part("Limits")
    cards, second, hour, tenant = re.findall(
        r"\| (\d+) KB|(\d+) messages a second|([\d,]+) an hour|(\d+) a second to", said
    )
    assert int(cards[0]) * 1024 > limits.CARD_ROOM
    assert pacing.THREAD.burst + 1 / pacing.THREAD.every <= int(second[1])
    assert pacing.THREAD_HOUR.burst + 3600 / pacing.THREAD_HOUR.every <= int(hour[2].replace(",", ""))
    assert 1 / pacing.TENANT.every <= int(tenant[3])


def test_the_trial_is_the_one_that_our_own_test_makes() -> None:
    said = part("A trial on your own machine")
    for package, version in PROGRAM.items():
        assert f"npx {package}@{version} start " in said
    assert "--disable-telemetry" in said


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`?usher ([a-z]+(?:-[a-z]+)*)", GUIDE))))
def test_every_command_it_names_is_there(command: str) -> None:
    assert isinstance(usher.get_command(click.Context(usher), command), click.Command)


def test_every_option_it_gives_to_the_package_is_there() -> None:
    options = {each for parameter in teams.teams_package.params for each in parameter.opts}
    assert set(re.findall(r"`?(--(?:app-id|id|name|site|version|out))\b", GUIDE)) == options


SAYINGS = [
    found
    for module in (teams, manifest, preflight, teams_proof, settings)
    for found in re.findall(
        r"(Teams is not set up"
        r"|the bot's id is missing|must be an id as Entra shows it|is the tenant's id|name two bots"
        r"|must not be the bot's id|can't be written|version must be three numbers"
        r"|must be a web site that begins with https://"
        r"|must be an id of 32 digits and four dashes|is set without a way to log in|keep one of them"
        r"|is no file that can be read|no school.yml names the tenant|Microsoft cannot be reached"
        r"|Microsoft does not take TEAMS_APP_ID with this credential|gives no Teams channel for it"
        r"|Teams shows no channel|in the channel may not read its cases|is nobody on Teams' rosters"
        r"|can be written to: have the app)",
        Path(str(module.__file__)).read_text("utf-8"),
    )
]


@pytest.mark.parametrize("words", sorted(set(SAYINGS)))
def test_every_line_it_stops_with_says_what_to_do(words: str) -> None:
    assert words in part("When a line appears")


def test_the_sayings_are_all_of_them() -> None:
    assert len(set(SAYINGS)) == 21


@pytest.mark.parametrize("code", ["audience", "tenant", "begins", "ends"])
def test_the_codes_in_the_log_are_those_of_the_gate(code: str) -> None:
    assert code in {*gate.OUTSIDE, *gate.INSIDE}
    assert f"`{code}`" in part("When a line appears")


@pytest.mark.parametrize(
    "code", sorted(set(re.findall(r'"(teams_[a-z]+)"', Path(rooms.__file__).read_text())))
)
def test_every_code_that_turns_health_red_is_explained(code: str) -> None:
    assert f"`{code}`" in part("When a line appears")


def test_the_channels_of_the_example_are_written_as_school_yml_takes_them(tmp_path: Path) -> None:
    example = yaml.safe_load(blocks("yaml")[0])
    school = yaml.load((HERE / "policy" / "school.yml").read_text("utf-8"), yaml.BaseLoader)
    school["platforms"] = example["platforms"]
    assert set(example["channels"]) == set(school["channels"])
    for id, channel in example["channels"].items():
        assert channel["role"] == school["channels"][id]["role"]
        school["channels"][id] = channel
    shutil.copytree(HERE / "policy", tmp_path / "policy")
    (tmp_path / "policy" / "school.yml").write_text(yaml.safe_dump(school, allow_unicode=True))
    from bot.reading import read_houses

    (house,) = read_houses(tmp_path / "policy", HERE / "intents", phrasings=False)
    assert house.school.platforms["teams"].workspace == example["platforms"]["teams"]["workspace"]
    assert house.school.channels["safeguarding"].addresses["teams"].startswith("19:")


def test_the_line_that_reads_a_channels_id_out_of_its_link_does() -> None:
    line = next(text for text in blocks("sh") if text.startswith("python3")).replace("THE LINK", LINK)
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "19:Safeguarding0000000000000000000002@thread.tacv2\n"


def test_the_certificate_made_as_it_says_is_one_that_usher_logs_in_with(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        missing("no openssl here: the certificate's commands can't be tried")
    lines = next(text for text in blocks("sh") if text.startswith("openssl"))
    subprocess.run(["sh", "-ec", lines], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert {each.name for each in tmp_path.iterdir()} == {"usher.crt", "usher.pem"}
    assert (tmp_path / "usher.pem").stat().st_mode & 0o777 == 0o600
    found = proof(Certificate(path=tmp_path / "usher.pem"))
    assert isinstance(found, dict)
    assert found["public_certificate"] == (tmp_path / "usher.crt").read_text().strip()
    assert "PRIVATE KEY" in found["private_key"]
