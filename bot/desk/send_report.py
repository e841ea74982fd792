"""Send a report: open its case or cases, alert the right people and nobody else, give a receipt."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.desk import announce, follow_up, walk_form
from bot.desk.raise_concern import page_of, show
from bot.desk.refusals import NotYourReport, OnlyADrill
from bot.desk.request_site import too_young
from bot.desk.visit import Visit
from bot.desk.walk_form import CASE, QUICK, merged
from bot.desk.wording import danger
from bot.school.answers import faults
from bot.school.casework import only_rung, told_so_far
from bot.school.concerns import DRILL, Case, CaseKind, Concern, EntryKind, NewCase, Urgency
from bot.school.forms import Answer, Answers, Draft, Form
from bot.school.messages import Button, Dialog, Notice, Outcome, Paragraph, Reply
from bot.school.retention import kept_until
from bot.school.routing import OUTSIDE, REPORTER, Route, named_adults, named_children, route
from bot.school.urgency import marks, urgency

KEEP_DRILL = timedelta(days=90)
SAME_DANGER = timedelta(minutes=10)
"""Pressing "in danger now" again this soon, with nothing told yet, is the same alarm, already ringing."""


def send(visit: Visit, draft: str, filled: Mapping[str, Answer], *, sealed: bool = False) -> Outcome:
    """Open the case or cases, tell their readers, and give the reporter a receipt."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    form = visit.forms[kept.form]
    answers = merged(form, kept, filled)
    wrong = all_faults(visit, form, answers)
    if wrong:
        return show(visit, page_of(visit, kept, form, answers, next(iter(wrong))), wrong)
    routing = walk_form.routing_of(visit, form.id, answers)
    if routing.outside_only and not sealed:
        return show(visit, kept)
    concern, notices = file(visit, form, kept, answers, (*routing.routes, *routing.sealed))
    title = "A sealed copy is kept" if routing.outside_only else "Your report is on its way"
    dialog = follow_up.view(visit, concern, title=title)
    return Outcome(reply=Reply(dialog=dialog, privately=True), notices=notices)


def file(
    visit: Visit,
    form: Form,
    draft: Draft,
    answers: Answers,
    routes: tuple[Route, ...],
    *,
    drill: bool = False,
) -> tuple[Concern, tuple[Notice, ...]]:
    """Make cases of a draft without faults: written, announced, and the reporter has a receipt."""
    visit.books.drafts.drop(draft.id, visit.who.id)
    concern, notices = _file(visit, form, draft, answers, routes, drill=drill)
    return concern, (announce.receipt(visit, concern, "sent"), *notices)


def danger_now(visit: Visit, draft: str = "") -> Outcome:
    """Ping the DSL, the deputy and the headteacher with a reference at once; the words can follow."""
    concern, notices = _ring(visit)
    later = _words_later(visit, concern, draft)
    dialog = Dialog(
        id=f"danger:{announce.stem(concern)}",
        title="Now: 999, then a person",
        parts=(
            danger(visit),
            Paragraph(text=f"Reference {announce.stem(concern)}", strong=True),
            *(Paragraph(text=line) for line in visit.step_zero.pinged),
            Paragraph(
                text="When the child is safe, tell them here what you know. Nothing else is needed now."
            ),
        ),
        buttons=(Button(label="Tell them what I know", action="draft.resume", value=later.id),),
    )
    return Outcome(reply=Reply(dialog=dialog, privately=True), notices=notices)


def _ring(visit: Visit) -> tuple[Concern, tuple[Notice, ...]]:
    """Open a case without a word in it and alert everybody; a second press soon after is the same one."""
    soon = (one for one in visit.books.cases.of_reporter(visit.who.id) if visit.now - one.sent < SAME_DANGER)
    for one in soon:
        if only_rung(visit.books.cases.entries(one.cases[0])):
            return one, ()
    routes = route(visit.school, "esafety", {}, visit.who.id, visit.today).routes
    account = {"form": "esafety", "answers": {}, "danger": "yes"}
    new = [_new_case(visit, one, Urgency.DANGER, account, (), ()) for one in routes]
    concern = visit.books.cases.open(visit.who.id, "esafety", new)
    case = concern.cases[0]
    visit.books.audit.write(visit.who.id, "danger.pressed", case.reference)
    bells = (*announce.new_case(visit, case), *announce.danger_pings(visit, case))
    return concern, (*bells, announce.receipt(visit, concern, "sent"))


def _words_later(visit: Visit, concern: Concern, draft: str) -> Draft:
    """A draft of the short form that belongs to the case just opened, with what was typed already.

    The draft beside the button may have gone since; danger is told all the same.
    """
    begun = next((one for one in visit.books.drafts.of(visit.who.id) if one.id == draft), None)
    said: Answers = begun.answers if begun else {}
    if begun:
        visit.books.drafts.drop(draft, visit.who.id)
    own = {"urgency": Urgency.DANGER.value, CASE: concern.id, QUICK: "yes"}
    first = visit.forms["esafety"].pages[0].id
    return visit.books.drafts.start(visit.who.id, "esafety", first, {**said, **own})


def all_faults(visit: Visit, form: Form, answers: Answers) -> dict[str, str]:
    """What stops a report from being sent: a quick send needs little, what is given must be right."""
    can_be_short = any(question.quick for question in form.questions.values())
    wrong = faults(form, answers, form.questions.values(), visit.local, quick=can_be_short)
    return wrong | too_young(visit, form.id, answers)


def _file(
    visit: Visit,
    form: Form,
    draft: Draft,
    answers: Answers,
    routes: tuple[Route, ...],
    *,
    drill: bool = False,
) -> tuple[Concern, tuple[Notice, ...]]:
    """Write the cases; what "in danger now" had opened already takes the child's part in."""
    before = answers.get(CASE)
    if isinstance(before, str) and before and routes:
        return _file_into(visit, form, draft, answers, routes, before)
    new = _new_cases(visit, form, draft, answers, routes)
    if drill:
        new = [as_drill(case, visit.now) for case in new]
    concern = visit.books.cases.open(visit.who.id, form.id, new)
    notices: tuple[Notice, ...] = ()
    for case in concern.cases:
        visit.books.audit.write(
            visit.who.id, "case.sent", case.reference, kind=case.kind, urgency=case.urgency
        )
        notices += announce.new_case(visit, case) if routes else ()
        if case.urgency is Urgency.DANGER and case.kind is CaseKind.ESAFETY and routes:
            notices += announce.danger_pings(visit, case)
    return concern, notices


def as_drill(case: NewCase, now: datetime) -> NewCase:
    """The case as an exercise: flagged, linked to nobody, and soon erased."""
    return replace(case, flags=(*case.flags, DRILL), names=(), keep_until=now + KEEP_DRILL)


def _file_into(
    visit: Visit, form: Form, draft: Draft, answers: Answers, routes: tuple[Route, ...], before: str
) -> tuple[Concern, tuple[Notice, ...]]:
    """Add what is new to the cases that are open already; what belongs to none of them opens its own."""
    concern = visit.books.cases.concern(before)
    if concern.reporter != visit.who.id:
        raise NotYourReport
    if concern.drill:
        raise OnlyADrill
    open_ = {case.kind: case for case in concern.cases}
    notices: tuple[Notice, ...] = ()
    for one in (one for one in routes if one.kind in open_):
        case = _told_more(visit, open_[one.kind], one, _account(visit, form, draft, answers, one.part))
        widened = case.roles != open_[one.kind].roles
        notices += announce.more_readers(visit, case) if widened else ()
        notices += announce.case_news(visit, case, visit.books.cases.entries(case)[-1])
        visit.books.cases.mark(case, (*named_children(answers), *named_adults(form.id, answers)))
    rest = tuple(one for one in routes if one.kind not in open_)
    if rest:
        fresh = {id: answer for id, answer in answers.items() if id != CASE}
        other, more = _file(visit, form, draft, fresh, rest)
        notices += (*more, announce.receipt(visit, other, "sent"))
    return visit.books.cases.concern(before), notices


def _told_more(visit: Visit, case: Case, one: Route, account: dict[str, Any]) -> Case:
    """One more account in a case; whoever it now turns out to be about can no longer read it."""
    for person, why in one.excluded.items():
        if why != REPORTER and case.excluded.get(person) != why:
            case = visit.books.cases.exclude(case, person, why)
    if set(one.roles) - set(case.roles):
        case = visit.books.cases.widen(case, one.roles)
    before = told_so_far(visit.books.cases.entries(case))
    fresh = {id: answer for id, answer in account["answers"].items() if before.get(id) != answer}
    visit.books.cases.add(case, EntryKind.ACCOUNT, visit.who.id, {**account, "answers": fresh})
    visit.books.audit.write(visit.who.id, "case.told", case.reference)
    return case


def _new_cases(
    visit: Visit, form: Form, draft: Draft, answers: Answers, routes: tuple[Route, ...]
) -> list[NewCase]:
    soon, flags = urgency(form.id, answers), marks(answers)
    names = (*named_children(answers), *named_adults(form.id, answers))
    cases = [
        _new_case(visit, one, soon, _account(visit, form, draft, answers, one.part), names, flags)
        for one in routes
    ]
    if cases:
        return cases
    nobody = dict.fromkeys(visit.school.people, OUTSIDE)
    sealed = Route(kind=CaseKind.BREACH, part="both", roles=(), excluded=nobody, readers=(), channel=None)
    return [_new_case(visit, sealed, soon, _account(visit, form, draft, answers, "both"), names, flags)]


def _new_case(
    visit: Visit,
    one: Route,
    soon: Urgency,
    account: dict[str, Any],
    names: tuple[str, ...],
    flags: tuple[str, ...],
) -> NewCase:
    return NewCase(
        kind=one.kind,
        part=one.part,
        urgency=soon,
        roles=one.roles,
        excluded=one.excluded,
        account=account,
        names=names if one.kind is not CaseKind.SITE else (),
        flags=flags,
        keep_until=kept_until(visit.school, one.kind, visit.now),
    )


def _account(visit: Visit, form: Form, draft: Draft, answers: Answers, part: str) -> dict[str, Any]:
    """What is sealed: the form, the answers for this part, and the moments written by themselves."""
    version = visit.books.policies.current(visit.policy.id)
    return {
        "form": form.id,
        "answers": {
            id: answer
            for id, answer in answers.items()
            if id in form.questions and walk_form.for_part(form.questions[id], part)
        },
        "recorded": draft.started.isoformat(),
        "sent": visit.now.isoformat(),
        "by": visit.who.name,
        "role": visit.who.job,
        "policy": version.hash if version else f"edition {visit.policy.edition}",
    }
