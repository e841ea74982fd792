"""Take a concern: danger first, then the form page by page, kept sealed at every step."""

from collections.abc import Mapping

from bot.desk import walk_form
from bot.desk.refusals import UnknownAction
from bot.desk.request_site import too_young
from bot.desk.visit import Visit
from bot.desk.walk_form import QUICK, REVIEW, merged, quick
from bot.desk.wording import after_hours, danger, told
from bot.school.answers import faults
from bot.school.forms import (
    Answer,
    Answers,
    Draft,
    Form,
    asked,
    next_page,
    pages,
    previous_page,
)
from bot.school.messages import Button, Dialog, Outcome, Paragraph, Part, Reply, Style


def start_report(visit: Visit, form: str) -> Outcome:
    """Step 0 before any field: what to do if a child is in danger now. A site request has none."""
    if form not in visit.forms:
        raise UnknownAction
    open_ = visit.books.drafts.of(visit.who.id, form)
    if form == "site" and not open_:
        return begin(visit, form)
    first: tuple[Part, ...] = (danger(visit), *after_hours(visit, sent=False)) if form != "site" else ()
    parts = (*first, Paragraph(text=visit.forms[form].purpose))
    return Outcome(
        reply=Reply(
            dialog=Dialog(
                id=f"step0:{form}",
                title="Before anything else" if form != "site" else visit.forms[form].title,
                parts=parts,
                buttons=(*_ways_in(visit, form, open_), *_ways_out(visit, form)),
            ),
            privately=True,
        )
    )


def begin(visit: Visit, form: str, answers: Answers | None = None) -> Outcome:
    """A new draft, at its first page."""
    if form not in visit.forms:
        raise UnknownAction
    first = next_page(visit.forms[form], "", answers or {})
    draft = visit.books.drafts.start(visit.who.id, form, first.id if first else REVIEW, answers or {})
    return show(visit, draft)


def resume(visit: Visit, draft: str) -> Outcome:
    """The draft where it was left."""
    return show(visit, visit.books.drafts.get(draft, visit.who.id))


def keep(visit: Visit, draft: str, filled: Mapping[str, Answer]) -> Outcome:
    """Save what is on the page so far and show it again, as conditions and cards now want it."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    saved = _save(visit, kept, kept.page, filled)
    return show(visit, saved)


def go_on(visit: Visit, draft: str, filled: Mapping[str, Answer]) -> Outcome:
    """Check the page and go to the next, or say what is wrong beside each question."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    form = visit.forms[kept.form]
    saved = _save(visit, kept, kept.page, filled)
    if saved.page == REVIEW:
        return show(visit, saved)
    short = quick(saved.answers)
    questions = asked(form, form.page(saved.page), saved.answers, quick=short)
    wrong = faults(form, saved.answers, questions, visit.local, quick=short)
    wrong |= {
        id: text
        for id, text in too_young(visit, form.id, saved.answers).items()
        if id in {q.id for q in questions}
    }
    if wrong:
        return show(visit, saved, wrong)
    after = next_page(form, saved.page, saved.answers, quick=short)
    return show(visit, _save(visit, saved, after.id if after else REVIEW, {}))


def go_back(visit: Visit, draft: str, filled: Mapping[str, Answer]) -> Outcome:
    """The page before, with everything kept."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    form = visit.forms[kept.form]
    short = quick(kept.answers)
    if kept.page == REVIEW:
        before = pages(form, kept.answers, quick=short)[-1]
    else:
        before = previous_page(form, kept.page, kept.answers, quick=short) or form.page(kept.page)
    return show(visit, _save(visit, kept, before.id, filled))


def go_short(visit: Visit, draft: str, filled: Mapping[str, Answer]) -> Outcome:
    """The short way: only what a quick send needs, from the first of those not answered yet."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    form = visit.forms[kept.form]
    if not any(question.quick for question in form.questions.values()):
        raise UnknownAction
    answers = {**merged(form, kept, filled), QUICK: "yes"}
    return show(visit, _first_open(visit, kept, form, answers, short=True))


def go_full(visit: Visit, draft: str) -> Outcome:
    """Back to the whole form, at the first question without an answer."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    answers = {id: answer for id, answer in kept.answers.items() if id != QUICK}
    return show(visit, _first_open(visit, kept, visit.forms[kept.form], answers, short=False))


def drop(visit: Visit, draft: str) -> Outcome:
    """Destroy what was written."""
    visit.books.drafts.drop(draft, visit.who.id)
    message = told(
        "Deleted. Nothing of it is kept.", "If a child may be at risk, please tell the DSL in person."
    )
    return Outcome(reply=Reply(messages=(message,), closes=True, privately=True))


def print_copy(visit: Visit, draft: str) -> Outcome:
    """The whole account on one page, for a person who takes it outside."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    return Outcome(reply=Reply(dialog=walk_form.printed(visit, kept), privately=True))


def _ways_in(visit: Visit, form: str, open_: tuple[Draft, ...]) -> tuple[Button, ...]:
    fresh = Button(
        label=visit.step_zero.start if not open_ else "Start another one",
        action="report.begin",
        value=form,
        style=Style.PLAIN if open_ else Style.PRIMARY,
    )
    resumes = tuple(
        Button(
            label=f"Carry on with the one from {visit.clock(draft.changed)}",
            action="draft.resume",
            value=draft.id,
            style=Style.PRIMARY if draft is open_[0] else Style.PLAIN,
        )
        for draft in open_[:2]
    )
    return (*resumes, fresh)


def _ways_out(visit: Visit, form: str) -> tuple[Button, ...]:
    if form == "site":
        return ()
    return (
        Button(
            label=visit.step_zero.danger,
            action="danger.now",
            style=Style.DANGER,
        ),
        Button(label=visit.step_zero.question, action="dialog.close"),
    )


def show(visit: Visit, draft: Draft, wrong: Mapping[str, str] | None = None) -> Outcome:
    """The draft's page, with what is wrong on it."""
    return Outcome(reply=Reply(dialog=walk_form.dialog(visit, draft, wrong or {}), privately=True))


def _save(visit: Visit, draft: Draft, page: str, filled: Mapping[str, Answer]) -> Draft:
    answers = merged(visit.forms[draft.form], draft, filled)
    if page == draft.page and answers == dict(draft.answers):
        return draft
    return visit.books.drafts.save(draft.id, visit.who.id, page, answers)


def _first_open(
    visit: Visit, draft: Draft, form: Form, answers: Mapping[str, Answer], *, short: bool
) -> Draft:
    """The draft at the first page that still has something required to answer, else at the review."""
    for page in pages(form, answers, quick=short):
        if faults(form, answers, asked(form, page, answers, quick=short), visit.local, quick=short):
            return visit.books.drafts.save(draft.id, visit.who.id, page.id, answers)
    return visit.books.drafts.save(draft.id, visit.who.id, REVIEW, answers)


def page_of(visit: Visit, draft: Draft, form: Form, answers: Answers, question: str) -> Draft:
    """The draft, saved at the page that holds a question."""
    page = next(page.id for page in form.pages if question in page.questions)
    return visit.books.drafts.save(draft.id, visit.who.id, page, answers)
