"""`usher evaluate --cross`: voices left out in turn, parts taken away, fewer phrasings."""

import pytest

from tests.operate.conftest import Terminal


@pytest.fixture(scope="module")
def crossed(learnt: Terminal) -> tuple[str, str]:
    """What is printed and the page; two voices, all that can be asked for at once."""
    page = learnt.home / "cross.html"
    options = ("--without", "spelling", "--without", "signs", "--folds", "2", "--html", str(page))
    done = learnt.usher("evaluate", "--cross", "--learning-curve", *options)
    assert done.returncode == 0, done.stderr
    assert "2 voices, each left out in turn." in done.stderr
    return done.stdout, page.read_text()


def test_scores_have_intervals_for_all_voices_and_for_each(crossed: tuple[str, str]) -> None:
    shown, _ = crossed
    for title in ("All voices", "With other voices", "Voice: anxious-new-teacher", "Voice: young-ta"):
        assert f"\n{title}" in shown
    assert shown.count("disclosure_recall") >= 4
    assert "95% from" in shown
    assert "Voices that the encoder was not tuned on either" in shown


def test_each_part_taken_away_is_compared_with_the_whole(crossed: tuple[str, str]) -> None:
    shown, _ = crossed
    for title in ("Without spelling (learnt from", "Without signs (learnt from"):
        assert title in shown
    assert "not tuned on:" in shown


def test_the_page_stands_alone_and_draws_the_curve(crossed: tuple[str, str]) -> None:
    _, page = crossed
    assert "http" not in page
    for caption in ("What each part is worth", "Voice: young-ta", "With other voices"):
        assert f"<caption>{caption}" in page


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--cross", "pyproject.toml"),
        ("pyproject.toml", "--learning-curve"),
        ("--cross", "--without", "luck"),
        ("--cross", "--folds", "1"),
    ],
)
def test_what_cannot_be_measured_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.usher("evaluate", *words).returncode == 2
