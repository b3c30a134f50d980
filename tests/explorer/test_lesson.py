"""Lessons: the text of a file, the conditions of its answers, and the page without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.cli import main
from mist_explore.explorer.lesson import LessonPage, LessonState, parse_lesson, read_lesson
from mist_explore.explorer.lesson.compute import revealed, use_lesson
from mist_explore.explorer.lesson.settings import VARIABLE, shown_lesson
from mist_explore.explorer.lesson.views import markdown
from mist_explore.explorer.quantity import Condition, Quantity

PATIENCE = 120.0
STEP = """\
# A lesson

<!-- Nobody reads this:
Look: at nothing -->

## A step
Some **words**
on two lines.

Look: [before](home?shape=line)
Controls: known, dependence
Guess: Up or down?
- [ ] up `here > before.here` For a reason
  on two lines.
- down `here < before.here`
- the same `here = before.here`
Then: [after](home?shape=ring)
"""
ANSWERS = {
    "What mutual information is": "more",
    "Why correlation is not enough": "zero",
    "Few rows": "too low",
    "Heavy tails": "too low",
    "Many columns": "too low",
    "What an interval means": "about half",
}


@pytest.fixture(scope="module")
def page() -> Iterator[LessonPage]:
    made = LessonPage()
    yield made
    assert made.join(PATIENCE)


# The text


def test_a_step_is_words_states_and_a_question() -> None:
    lesson = parse_lesson(STEP)
    (step,) = lesson.steps
    assert (lesson.title, step.title, step.line) == ("A lesson", "A step", 6)
    assert step.text == ("Some **words** on two lines.",)
    assert step.then is not None
    assert (step.look.label, step.look.page, step.then.query) == ("before", "home", "shape=ring")
    assert step.controls == ("known", "dependence")
    assert [option.label for option in step.options] == ["up", "down", "the same"]
    assert step.options[0].why == "For a reason on two lines."


def test_a_link_names_its_page_by_its_address_or_a_former_name() -> None:
    lesson = parse_lesson(STEP.replace("home?", "failure-modes?"))
    assert lesson.steps[0].look.page == "failure_modes"
    assert 'href="failure-modes.ipynb?n=1"' in markdown("See [maps](failure?n=1).")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# A lesson\n", "", "line 1: expected a title, a line such as # My lesson; got none"),
        ("## A step\n", "", "line 6: expected a title, such as # My lesson, and then a step"),
        ("home?shape=line", "house", "line 10: expected a page among home, lesson"),
        ("[before](home?shape=line)", "a line", "line 10: expected a link to a page"),
        ("Look: [before](home?shape=line)\n", "", "line 6: expected a line with the state to show"),
        ("`here < before.here`", "", "line 15: expected an option such as - [ ] too low"),
        ("here < before.here", "here ! 1", "line 15: expected two quantities with <, =, >"),
        ("Then: [after](home?shape=ring)", "", "line 6: expected a question as Guess:"),
        ("Guess: Up or down?\n", "", "got 3 options, no Guess and a Then"),
        ("(home?shape=ring)", "(estimate)", "expected Then: with the page of Look:, home"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        parse_lesson(STEP.replace(old, new), "mine.md")
    assert str(raised.value).startswith("mine.md, line ")


def test_a_file_without_steps_or_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a step, a line such as ## Few rows"):
        parse_lesson("# A lesson")
    file = tmp_path / "mine.md"
    file.write_bytes(b"# A lesson \xff")
    with pytest.raises(ValueError, match=r"mine\.md: expected text in UTF-8; got another byte"):
        read_lesson(file)


# The answers


@given(
    left=st.floats(-9, 9), right=st.floats(-9, 9), error=st.floats(0, 3), factor=st.floats(0.1, 3)
)
def test_exactly_one_relation_holds(left: float, right: float, error: float, factor: float) -> None:
    numbers = {"a": Quantity("a", left, error), "b": Quantity("b", right, error)}
    relations = [f"a {sign} {factor:.3f} * b" for sign in "<=>"]
    assert sum(Condition.parse(text).holds(numbers) for text in relations) == 1


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a < 1.5", True),
        ("a = 1.1", True),
        ("a > 0.9", False),
        ("truth in a", True),
        ("truth outside a", False),
        ("a in b", "expected a quantity with an interval; got b"),
        ("c < a", "expected a quantity among a, b, truth; got 'c'"),
    ],
)
def test_conditions_know_errors_and_intervals(text: str, holds: bool | str) -> None:
    numbers = {
        "a": Quantity("a", 1.0, 0.1, (0.8, 1.2)),
        "b": Quantity("b", 2.0),
        "truth": Quantity("truth", 1.1),
    }
    if isinstance(holds, str):
        with pytest.raises(ValueError, match=re.escape(holds)):
            Condition.parse(text).holds(numbers)
    else:
        assert Condition.parse(text).holds(numbers) is holds


def test_options_that_leave_a_case_out_are_refused() -> None:
    (step,) = parse_lesson(STEP.replace("- the same `here = before.here`\n", "")).steps
    same = {"here": Quantity("here", 1.0), "before.here": Quantity("before", 1.0)}
    with pytest.raises(ValueError, match="expected exactly one right option in the step “A step”"):
        revealed(step, 1, same)


def test_the_lesson_teaches_what_its_pictures_show(page: LessonPage) -> None:
    """The answers are computed; the presets must be such that they are the intended ones."""
    assert {step.title for step in shown_lesson().steps} == set(ANSWERS)
    for number, (title, right) in enumerate(ANSWERS.items(), 1):
        answer = page.stage.answered(LessonState(number).guessed(1))
        assert answer.step.title == title
        assert answer.reveal is not None
        assert answer.reveal.right.label == right
    # What the words state of the pictures before the guess.
    for number, name in ((3, "ksg"), (4, "gaussian-copula"), (5, "ksg")):
        look = shown_lesson().steps[number - 1].look
        numbers = page.stage.page(look.page).quantities_at(look.query)
        assert Condition.parse(f"{name} = truth").holds(numbers)
        assert Condition.parse("truth in mist-qr").holds(numbers)


def test_the_documentation_names_every_quantity(page: LessonPage) -> None:
    text = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```markdown\n(.*?)```", text, re.DOTALL)
    (step,) = parse_lesson(example).steps
    assert step.then is not None
    numbers = page.stage.page("home").quantities_at(step.then.query)
    assert revealed(step, 1, numbers).right.label == "zero"
    for name in ("home", "estimate", "intervals"):
        (row,) = re.findall(rf"^\| `{name}` \|(.*)$", text, re.MULTILINE)
        for quantity in page.stage.page(name).quantities_at(""):
            assert f"`{quantity}`" in row


# The page


def test_a_guess_is_revealed_and_back_shows_it_again(page: LessonPage) -> None:
    page.follow("step=1")
    assert page.back.disabled
    assert page.reveal.disabled
    assert "1 of 6" in page.progress.value
    page.guess.index = 2
    assert not page.reveal.disabled
    page.reveal.click()
    assert page.join(PATIENCE)
    assert page.query == "step=1&guess=3&view="
    assert "You guessed “less”. It is <b>more</b>" in unescape(page.insight.value)
    assert page.guess.disabled
    assert page.stage.page("home").state.known == 0.98
    page.next.click()
    assert page.join(PATIENCE)
    assert "press Reveal" in page.insight.value
    assert page.guess.index is None
    page.back.click()
    assert page.join(PATIENCE)
    assert page.query == "step=1&guess=3&view="
    assert page.guess.index == 2


def test_what_the_reader_moves_is_kept_in_the_link(page: LessonPage) -> None:
    page.follow("step=1&guess=1")
    home = page.stage.page("home")
    home.controls["known"].value = 0.5
    assert page.join(PATIENCE)
    assert "known=0.5" in page.state.view
    assert "just as much" in page.insight.value
    query = page.query
    page.follow("step=2")
    page.follow(query)
    assert page.query == query
    assert home.state.known == 0.5


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("step=9", "expected a step from 1 to 6; got 9"),
        ("step=1&guess=4", "expected a guess from 1 to 3 at step 1; got 4"),
        ("step=1&guess=much", "expected guess to be a number; got 'much'"),
        ("step=1&view=shape=square", "step 1, “What mutual information is”: expected shape among"),
    ],
)
def test_a_link_that_makes_no_sense_gets_a_message(
    page: LessonPage, query: str, message: str
) -> None:
    page.follow(query)
    assert message in unescape(page.message.value)
    page.follow("step=1")
    assert not page.message.value


def test_a_lesson_with_a_broken_link_is_refused_before_the_app_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    file = tmp_path / "mine.md"
    file.write_text(STEP.replace("shape=ring", "shape=square"), encoding="utf-8")
    assert main(["app", "--lesson", str(file)]) == 2
    message = capsys.readouterr().err
    assert "mine.md, step “A step” at line 6, “after”: expected shape among ring" in message
    file.write_text(STEP, encoding="utf-8")
    use_lesson(file)
    assert shown_lesson().title == "A lesson"
    shown_lesson.cache_clear()


def test_a_lesson_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.md"
    file.write_text(f"{STEP}\n## Only look\nNo question.\nLook: [a line](home)", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(file))
    shown_lesson.cache_clear()
    try:
        mine = LessonPage()
        assert "<b>words</b>" in mine.words.value
        assert len(mine.shown.children[0].children) == 2
        mine.next.click()
        assert mine.join(PATIENCE)
        assert mine.next.disabled
        assert mine.reveal.layout.display == "none"
        assert "a line" in mine.insight.value
    finally:
        shown_lesson.cache_clear()
