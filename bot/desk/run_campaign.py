"""The owner's and the head's side of a campaign: make it, try it dry, approve, run, pause and close it."""

from dataclasses import replace
from datetime import date

from bot.desk import campaign_forms, campaign_view
from bot.desk.ack_view import form_of, shown
from bot.desk.acknowledge import audit
from bot.desk.campaign_text import in_force, text_of
from bot.desk.campaign_view import records, runs
from bot.desk.refusals import CampaignMoved, NotApproved, NotYourCampaign
from bot.desk.take_back import take_back
from bot.desk.visit import Visit
from bot.desk.wording import told
from bot.school.answers import faults
from bot.school.calendar import next_school_time
from bot.school.campaigns import (
    Audience,
    Campaign,
    CampaignState,
    How,
    Said,
    Scenario,
    check,
    members,
)
from bot.school.forms import Answers
from bot.school.messages import Button, Lane, Message, Notice, Outcome, Paragraph, Recipient, Reply, Style
from bot.school.people import Role
from bot.school.routing import text
from bot.school.school_days import SchoolDays


def list_campaigns(visit: Visit) -> Outcome:
    """Every campaign, for those who run or record them."""
    if not records(visit.who):
        raise NotYourCampaign
    return shown(campaign_view.listing(visit, visit.books.campaigns.all()))


def open_campaign(visit: Visit, id: str) -> Outcome:
    """Where it stands, and what can be done with it."""
    return shown(campaign_view.status(visit, _mine(visit, id)))


def new(visit: Visit) -> Outcome:
    """The form for a new one."""
    if not runs(visit.who):
        raise NotYourCampaign
    return shown(campaign_forms.creating(visit, {}, {}))


def create(visit: Visit, _: str, answers: Answers) -> Outcome:
    """A draft from the form, shown as a dry run."""
    if not runs(visit.who):
        raise NotYourCampaign
    questions = campaign_forms.questions(visit)
    wrong = faults(form_of(questions), answers, questions, visit.local)
    audience = None if "roles" in wrong else campaign_forms.audience(answers)
    if audience is None and "roles" not in wrong:
        wrong = {**wrong, "groups": "Choose all staff, a group, a role or somebody by name."}
    if wrong or audience is None:
        return shown(campaign_forms.creating(visit, answers, wrong))
    draft = drafted(
        visit,
        title=text(answers, "title"),
        audience=audience,
        launch=date.fromisoformat(text(answers, "launch")),
        due=date.fromisoformat(text(answers, "due")),
        quiz=campaign_forms.quiz(visit, answers),
    )
    amiss = problems(visit, draft)
    if amiss:
        return shown(campaign_forms.creating(visit, answers, {"due": " ".join(amiss)}))
    return keep(visit, draft)


def drafted(
    visit: Visit,
    *,
    title: str,
    audience: Audience,
    launch: date,
    due: date,
    clauses: tuple[str, ...] = (),
    quiz: tuple[Scenario, ...] = (),
) -> Campaign:
    """A campaign about the text in force, not kept yet."""
    version, of_text = in_force(visit)
    return Campaign(
        id="",
        title=title.strip(),
        policy=visit.policy.id,
        version=version,
        hash=of_text,
        clauses=clauses,
        audience=audience,
        launch=launch,
        due=due,
        quiz=quiz,
        created=visit.now,
        created_by=visit.who.id,
    )


def problems(visit: Visit, draft: Campaign) -> tuple[str, ...]:
    """What is wrong with a draft, a sentence each."""
    return tuple(check(draft, visit.school, tuple(visit.policy.clauses), visit.today))


def next_school_day(visit: Visit) -> date:
    """Today when it is one, else the next."""
    return visit.school.day(next_school_time(visit.school, visit.now))


def keep(visit: Visit, draft: Campaign) -> Outcome:
    """Keep a draft, show it as a dry run, and tell the head that it waits for approval."""
    if not runs(visit.who):
        raise NotYourCampaign
    made = visit.books.campaigns.create(draft)
    facts = {"policy": made.policy, "hash": made.hash, "due": made.due.isoformat()}
    visit.books.audit.write(visit.who.id, "campaign.created", made.id, **facts)
    said = f"“{made.title}” waits for your approval."
    heads = (each for each in visit.school.holders(Role.HEADTEACHER) if each.id != visit.who.id)
    notices = tuple(_to(made, "made", head.id, said, "See the dry run", "campaign.dry") for head in heads)
    return Outcome(reply=shown(campaign_view.dry_run(visit, made)).reply, notices=notices)


def dry_run(visit: Visit, id: str) -> Outcome:
    """Who would be asked and why, when they would hear, and what they would read; nothing is sent."""
    return shown(campaign_view.dry_run(visit, _mine(visit, id)))


def approve(visit: Visit, id: str) -> Outcome:
    """The head's yes, without which nothing runs."""
    campaign = visit.books.campaigns.get(id)
    if Role.HEADTEACHER not in visit.who.roles:
        raise NotYourCampaign
    text_of(visit, campaign)
    campaign = _move(
        visit,
        replace(campaign, approved=visit.now, approved_by=visit.who.id),
        CampaignState.APPROVED,
    )
    said = f"“{campaign.title}” has been approved. It starts when you press Run."
    notice = _to(campaign, "approved", campaign.created_by, said, "Open it", "campaign.open")
    notices = (notice,) if campaign.created_by in visit.school.people else ()
    return Outcome(reply=shown(campaign_view.status(visit, campaign)).reply, notices=notices)


def run(visit: Visit, id: str) -> Outcome:
    """Start it, or go on after a pause; the days of the pause are added to the time there is."""
    campaign = _mine(visit, id)
    if campaign.state is CampaignState.DRAFT:
        raise NotApproved
    text_of(visit, campaign)
    if campaign.paused:
        days = SchoolDays(visit.school, campaign.launch)
        lost = days.between(campaign.paused, visit.today)
        due = days.after(campaign.due, lost, lambda _: False)
        campaign = replace(campaign, paused=None, due=due)
    campaign = _move(visit, replace(campaign, started=campaign.started or visit.now), CampaignState.RUNNING)
    visit.books.campaigns.enrol(campaign, members(visit.school, campaign.audience), visit.today)
    return shown(campaign_view.status(visit, campaign))


def pause(visit: Visit, id: str) -> Outcome:
    """No further reminders until it goes on; whoever wants to can still acknowledge."""
    campaign = replace(_mine(visit, id), paused=visit.today)
    return shown(campaign_view.status(visit, _move(visit, campaign, CampaignState.PAUSED)))


def close(visit: Visit, id: str) -> Outcome:
    """The end: signed links stop working, what was said stays."""
    campaign = replace(_mine(visit, id), closed=visit.now)
    return shown(campaign_view.status(visit, _move(visit, campaign, CampaignState.CLOSED)))


def recording(visit: Visit, id: str) -> Outcome:
    """The form for an acknowledgement on paper."""
    return shown(campaign_forms.recording(visit, recorded_by(visit, id), {}, {}))


def record(visit: Visit, id: str, answers: Answers) -> Outcome:
    """Write down that somebody has signed on paper; by whom it was entered stays with it."""
    campaign = recorded_by(visit, id)
    questions = campaign_forms.recorded(visit, campaign)
    wrong = faults(form_of(questions), answers, questions, visit.local)
    if wrong:
        return shown(campaign_forms.recording(visit, campaign, answers, wrong))
    put_down(visit, campaign, text(answers, "person"))
    name = visit.school.people[text(answers, "person")].name
    message = told(f"Recorded: {name} has acknowledged “{campaign.title}” on paper.", "Keep the paper.")
    return Outcome(reply=Reply(messages=(message,), closes=True, privately=True))


def put_down(visit: Visit, campaign: Campaign, person: str) -> bool:
    """Record a paper; False when the person had acknowledged before, and then nothing changes."""
    if person not in members(visit.school, campaign.audience):
        raise NotYourCampaign
    name = visit.school.people[person].name
    visit.books.campaigns.enrol(campaign, (person,), visit.today)
    fresh = visit.books.campaigns.say(campaign, person, Said.READ, how=How.OFFICE, by=visit.who.id, name=name)
    if fresh:
        audit(visit, campaign, person, Said.READ, How.OFFICE)
        take_back(visit.books, campaign.id, person)
    return fresh


def recorded_by(visit: Visit, id: str) -> Campaign:
    """A campaign under way, for somebody who may record papers."""
    campaign = visit.books.campaigns.get(id)
    if not records(visit.who):
        raise NotYourCampaign
    if campaign.state not in (CampaignState.RUNNING, CampaignState.PAUSED):
        raise CampaignMoved
    return campaign


def voices(visit: Visit, id: str) -> Outcome:
    """The questions and refusals, in their own words, for the owner and the head."""
    campaign = _mine(visit, id)
    visit.books.audit.write(visit.who.id, "campaign.voices_read", campaign.id)
    return shown(campaign_view.voices(visit, campaign))


def evidence(visit: Visit, id: str) -> Outcome:
    """What a governor or an inspector would want to see, without a name."""
    campaign = _mine(visit, id)
    visit.books.audit.write(visit.who.id, "campaign.evidence", campaign.id)
    return shown(campaign_view.evidence(visit, campaign))


def link_of(visit: Visit, id: str, person: str) -> str:
    """A signed link for one person, to be handed over by the office: the path of its page."""
    campaign = recorded_by(visit, id)
    if person not in members(visit.school, campaign.audience):
        raise NotYourCampaign
    visit.books.audit.write(visit.who.id, "campaign.linked", campaign.id, person=person)
    return f"{campaign.id}.{visit.books.campaigns.link(campaign, person)}"


def hold(visit: Visit, person: str, *, on: bool) -> bool:
    """Put what somebody has acknowledged under legal hold, or lift it; False when it was so before."""
    if not runs(visit.who):
        raise NotYourCampaign
    leavers = visit.books.leavers
    changed = leavers.hold(person, visit.who.id) if on else leavers.lift(person)
    if changed:
        verb = "campaign.held" if on else "campaign.hold_lifted"
        visit.books.audit.write(visit.who.id, verb, person, person=person)
    return changed


def _mine(visit: Visit, id: str) -> Campaign:
    """The campaign, for somebody who may look after it. NotYourCampaign."""
    campaign = visit.books.campaigns.get(id)
    if not runs(visit.who):
        raise NotYourCampaign
    return campaign


def _move(visit: Visit, campaign: Campaign, state: CampaignState) -> Campaign:
    """Where it stands next. CampaignMoved when that doesn't follow from where it is."""
    if not campaign.may_become(state):
        raise CampaignMoved
    moved = replace(campaign, state=state)
    visit.books.campaigns.keep(moved)
    if state in (CampaignState.PAUSED, CampaignState.CLOSED):
        take_back(visit.books, campaign.id)
    facts = {"was": campaign.state.value, "state": state.value, "due": moved.due.isoformat()}
    visit.books.audit.write(visit.who.id, "campaign.moved", campaign.id, **facts)
    return moved


def _to(campaign: Campaign, step: str, person: str, said: str, label: str, action: str) -> Notice:
    button = Button(label=label, action=action, value=campaign.id, style=Style.PRIMARY)
    return Notice(
        key=f"campaign:{campaign.id}:{step}:{person}",
        lane=Lane.CHAT,
        to=Recipient(person=person),
        message=Message(summary=said, parts=(Paragraph(text=said, strong=True),), buttons=(button,)),
    )
