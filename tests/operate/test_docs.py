"""Every setting, command and option is documented, or this fails."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import usher
from bot.settings import SETTINGS

HERE = Path(__file__).resolve().parent.parent.parent
OPERATE = (HERE / "docs" / "operate.md").read_text("utf-8")


def commands(group: click.Group, before: str = "usher") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")


EVERY = dict(commands(usher))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    assert f"| `{setting.name}` |" in OPERATE  # type: ignore[attr-defined]
    assert setting.meaning.replace("|", "\\|") in OPERATE  # type: ignore[attr-defined]
    assert setting.default in OPERATE  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    part = section(name)
    for parameter in EVERY[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} has no help"
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}" in part, f"docs/operate.md: {name} lacks {option}"
        else:
            assert parameter.human_readable_name.upper() in part


@pytest.mark.parametrize("name", EVERY)
def test_every_command_says_what_it_does(name: str) -> None:
    said = EVERY[name].help or ""
    assert said, name
    assert said.splitlines()[0].endswith(".")


def test_no_command_is_documented_that_does_not_exist() -> None:
    headings = [line for line in OPERATE.splitlines() if line.startswith("### `usher ")]
    assert {heading.split("`")[1] for heading in headings} == set(EVERY)


@pytest.mark.parametrize("target", ["demo", "install", "check", "test", "hazards", "pace", "encoder", "lock"])
def test_every_make_target_is_there_and_documented(target: str) -> None:
    assert f"\n{target}:" in (HERE / "Makefile").read_text()
    assert f"`make {target}`" in OPERATE


def test_the_procfile_runs_what_is_documented() -> None:
    lines = (HERE / "Procfile").read_text().splitlines()
    assert lines == ["release: usher migrate", "web: usher serve", "worker: usher work"]


def test_the_locks_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-build.lock"):
        text = (HERE / name).read_text()
        assert "--hash=sha256:" in text
        for word in ("http://", "https://", "--index-url", "--extra-index-url", "--find-links", "/opt/"):
            assert word not in text.replace("--no-emit-find-links", ""), (name, word)


def section(name: str) -> str:
    """What docs/operate.md says under the heading of a command."""
    lines = OPERATE.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith(f"### `{name}`")]
    assert starts, f"docs/operate.md has no heading ### `{name}`"
    end = next((n for n in range(starts[0] + 1, len(lines)) if lines[n].startswith("##")), len(lines))
    return "\n".join(lines[starts[0] : end])
