"""What may be set from outside, and what happens when it cannot be used."""

from pathlib import Path

import pytest

from bot.settings import SETTINGS, Misset, for_demo, read_settings


def test_nothing_set_means_sqlite_and_a_key_file_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.database == f"sqlite:///{tmp_path}/.usher/usher.db"
    assert settings.key_file == tmp_path / ".usher" / "keys"
    assert settings.port == 3978
    assert (settings.policy / "school.yml").exists()
    assert settings.intents.is_dir()


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "USHER_HOME": str(tmp_path / "home"),
            "DATABASE_URL": "postgresql://x/y",
            "USHER_KEYS": " a:b ",
            "USHER_KEY_FILE": str(tmp_path / "k"),
            "USHER_POLICY": str(tmp_path),
            "USHER_INTENTS": str(tmp_path),
            "PORT": "81",
            "USHER_LOG_LEVEL": "debug",
        }
    )
    assert settings.home == tmp_path / "home"
    assert (settings.database, settings.keys(), settings.port) == ("postgresql://x/y", "a:b", 81)
    assert settings.key_file == tmp_path / "k"
    assert settings.policy == settings.intents == tmp_path
    assert settings.log_level == "DEBUG"


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(Misset) as misset:
        read_settings({"PORT": "99999", "USHER_LOG_LEVEL": "x", "USHER_INTENTS": "/nowhere"})
    assert len(misset.value.faults) == 3


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_no_key_is_said_with_what_to_do(tmp_path: Path, text: str | None) -> None:
    settings = read_settings({"USHER_HOME": str(tmp_path)})
    if text is not None:
        settings.key_file.write_text(text)
    with pytest.raises(Misset, match="usher keys new"):
        settings.keys()


def test_a_key_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with pytest.raises(Misset, match="cannot be read"):
        read_settings({"USHER_HOME": str(tmp_path)}).keys()


def test_the_demo_has_a_store_of_its_own_and_shares_what_was_learnt(tmp_path: Path) -> None:
    given = {"USHER_HOME": str(tmp_path), "USHER_KEY_FILE": "/real/keys"}
    demo, real = for_demo(given), read_settings(given)
    assert demo.home == tmp_path / "demo"
    assert demo.database != real.database
    assert demo.key_file == tmp_path / "demo" / "keys"
    assert demo.learnt == real.learnt
    for name in ("DATABASE_URL", "USHER_KEYS"):
        with pytest.raises(Misset, match=name):
            for_demo({**given, name: "x"})


def test_no_setting_lowers_safety() -> None:
    """House decision 8: such settings do not exist. A new one has to be argued for here."""
    assert [setting.name for setting in SETTINGS] == [
        "USHER_HOME",
        "DATABASE_URL",
        "USHER_KEYS",
        "USHER_KEY_FILE",
        "USHER_POLICY",
        "USHER_INTENTS",
        "PORT",
        "USHER_LOG_LEVEL",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "USHER_SLACK_CLIENT_ID",
        "USHER_SLACK_CLIENT_SECRET",
        "SLACK_API_URL",
        "TEAMS_APP_ID",
        "TEAMS_TENANT_ID",
        "TEAMS_CERT_PATH",
        "TEAMS_APP_SECRET",
        "USHER_TEAMS_FEDERATED_TOKEN_FILE",
    ]


APP = {
    "TEAMS_APP_ID": "0A000000-0000-4000-8000-000000000001",
    "TEAMS_TENANT_ID": "0b" + "0" * 6 + "-0000-4000-8000-000000000002",
}


def test_teams_is_connected_by_an_id_a_tenant_and_one_way_to_log_in(tmp_path: Path) -> None:
    assert read_settings({}).teams is None
    (tmp_path / "cert.pem").write_text("x")
    teams = read_settings({**APP, "TEAMS_CERT_PATH": str(tmp_path / "cert.pem")}).teams
    assert teams is not None
    assert (teams.app_id, teams.certificate, teams.secret) == (
        APP["TEAMS_APP_ID"].lower(),
        tmp_path / "cert.pem",
        "",
    )
    teams = read_settings({**APP, "TEAMS_APP_SECRET": "CANARY"}).teams
    assert teams is not None
    assert teams.secret == "CANARY"
    assert "CANARY" not in repr(teams)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({**APP}, "without a way to log in"),
        ({"TEAMS_APP_SECRET": "x"}, "TEAMS_APP_ID and TEAMS_TENANT_ID"),
        ({**APP, "TEAMS_APP_SECRET": "x", "TEAMS_CERT_PATH": "/nowhere"}, "keep one"),
        ({**APP, "TEAMS_CERT_PATH": "/nowhere"}, "no file that can be read"),
        ({**APP, "TEAMS_APP_ID": "usher", "TEAMS_APP_SECRET": "x"}, "copy it again"),
    ],
)
def test_what_is_wrong_with_teams_is_said_with_what_to_do(given: dict[str, str], line: str) -> None:
    with pytest.raises(Misset, match=line):
        read_settings(given)
