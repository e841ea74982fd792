"""The two small forms of those who run campaigns: a new one, and a paper that somebody has signed."""

from collections.abc import Mapping

from bot.desk.campaign_view import standing_of
from bot.desk.visit import Visit
from bot.school.campaigns import Audience, Campaign, Scenario
from bot.school.forms import Answers, Choice, Kind, Question, chosen
from bot.school.messages import Button, Dialog, Field, Paragraph, Style
from bot.school.people import ROLE_NAMES, Role

EVERYBODY = "everybody"
MOST = 90
"""People in one list; a larger school names them to `usher campaign create` and `usher campaign record`."""


def questions(visit: Visit) -> tuple[Question, ...]:
    """What has to be known for a draft."""
    groups = sorted({group for person in visit.school.people.values() for group in person.groups})
    choices = (Choice(id=EVERYBODY, say="All staff"), *(Choice(id=g, say=f"Group: {g}") for g in groups))
    return (
        Question(id="title", ask="What is it called?", kind=Kind.TEXT, required=True, longest=100),
        Question(id="groups", ask="Who is asked?", kind=Kind.CHOICES, choices=choices),
        Question(id="roles", ask="And who holds a role?", kind=Kind.CHOICES, choices=_roles(visit)),
        Question(id="people", ask="And who by name?", kind=Kind.CHOICES, choices=_people(visit)),
        Question(id="but", ask="Who is left out?", kind=Kind.CHOICES, choices=_people(visit)),
        Question(id="launch", ask="When does it start?", kind=Kind.DATE, required=True),
        Question(id="due", ask="By when is it due?", kind=Kind.DATE, required=True),
        *((_quiz(visit.scenarios),) if visit.scenarios else ()),
    )


def audience(answers: Answers) -> Audience | None:
    """Who is asked; None when nobody was chosen. All staff and others besides are staff by their role."""
    groups, roles = chosen(answers.get("groups")), chosen(answers.get("roles"))
    people, but = chosen(answers.get("people")), chosen(answers.get("but"))
    if not (groups or roles or people):
        return None
    all_staff = EVERYBODY in groups
    others = tuple(each for each in groups if each != EVERYBODY)
    if all_staff and not (others or roles or people):
        return Audience(but=but)
    held = (Role.STAFF, *map(Role, roles)) if all_staff else tuple(map(Role, roles))
    return Audience(groups=others, roles=held, people=people, but=but)


def quiz(visit: Visit, answers: Answers) -> tuple[Scenario, ...]:
    """The scenarios, when they are wanted."""
    return visit.scenarios if answers.get("quiz") == ASK else ()


ASK = "ask"


def _quiz(scenarios: tuple[Scenario, ...]) -> Question:
    about = ", ".join(each.clause for each in scenarios)
    many = len(scenarios)
    choices = (
        Choice(id="none", say="No, only the name"),
        Choice(id=ASK, say=f"Yes, {many} small case{'s' if many > 1 else ''} ({about})"),
    )
    return Question(id="quiz", ask="Questions on the text?", kind=Kind.CHOICE, choices=choices)


def _roles(visit: Visit) -> tuple[Choice, ...]:
    held = (role for role in Role if role is not Role.STAFF and visit.school.holders(role))
    return tuple(Choice(id=role.value, say=ROLE_NAMES[role]) for role in held)


def _people(visit: Visit) -> tuple[Choice, ...]:
    people = sorted(visit.school.people.values(), key=lambda person: person.name)
    return tuple(Choice(id=person.id, say=person.name, hint=person.job) for person in people[:MOST])


def creating(visit: Visit, answers: Answers, wrong: Mapping[str, str]) -> Dialog:
    """A new campaign about the text in force."""
    about = (
        f"It asks people to read “{visit.policy.title}” as it is in force, whole. For what has changed only, "
        "import the new version with: usher policy import FILE --publish --campaign"
    )
    return Dialog(
        id="campaign:new",
        title="New campaign",
        parts=(Paragraph(text=about, quiet=True),),
        fields=_fields(questions(visit), answers, wrong),
        buttons=(
            Button(label="Dry run", action="campaign.create", style=Style.PRIMARY, submits=True),
            Button(label="Back", action="campaigns.list"),
        ),
    )


def recorded(visit: Visit, campaign: Campaign) -> tuple[Question, ...]:
    """Whose paper it is, and that it is there."""
    open_ = standing_of(visit, campaign).open
    first = sorted(open_, key=lambda each: each.reachable)[:MOST]
    choices = tuple(Choice(id=each.person, say=each.name, hint=each.job) for each in first)
    signed = "I have the signed paper before me, and it names this version of the policy."
    return (
        Question(id="person", ask="Who has signed?", kind=Kind.CHOICE, choices=choices, required=True),
        Question(id="signed", ask=signed, kind=Kind.CONFIRM, required=True),
    )


def recording(visit: Visit, campaign: Campaign, answers: Answers, wrong: Mapping[str, str]) -> Dialog:
    """A paper, recorded by the office."""
    asked = recorded(visit, campaign)
    return Dialog(
        id=f"campaign:{campaign.id}:record",
        title="Record a paper",
        parts=(Paragraph(text=f"{campaign.title}. Version: {campaign.version}."),),
        fields=_fields(asked, answers, wrong) if asked[0].choices else (),
        buttons=(
            Button(
                label="Record it",
                action="campaign.record",
                value=campaign.id,
                style=Style.PRIMARY,
                submits=True,
            ),
        )
        if asked[0].choices
        else (),
    )


def _fields(asked: tuple[Question, ...], answers: Answers, wrong: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(Field(question=q, answer=answers.get(q.id), error=wrong.get(q.id, "")) for q in asked)
