"""`usher` commands beside a fake Slack, and the lines that people see of them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from tests.platforms.slack.running import Template, environment
from tests.platforms.slack.server import FakeSlack
from tests.platforms.spawn import done


def own_school(template: Template, folder: Path, *changes: tuple[str, str]) -> Template:
    """The school's files with some words changed."""
    shutil.copytree(template.policy, folder)
    file = folder / "school.yml"
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    return replace(template, policy=folder)


def by_token(fake: FakeSlack, **more: str) -> dict[str, str]:
    """The settings of a school with one workspace, on Socket Mode."""
    known = {"SLACK_BOT_TOKEN": fake.token, "SLACK_APP_TOKEN": fake.app_token}
    return known | {"SLACK_API_URL": f"{fake.url}/api/"} | more


def usher(template: Template, home: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """One command, to its end, in a home with keys and tables."""
    if not home.exists():
        shutil.copytree(template.home, home, symlinks=True)
    return done(words, environment(template, home, **more), timeout=60)


def said(ended: "subprocess.CompletedProcess[str]") -> list[str]:
    """What was said on standard error, without the log."""
    return [line for line in ended.stderr.splitlines() if line and not line.startswith("{")]
