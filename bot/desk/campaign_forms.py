"""The two small forms of those who run campaigns: a new one, and a paper that somebody has signed."""

from collections.abc import Mapping

from bot.desk.campaign_view import standing_of
from bot.desk.visit import Visit
from bot.school.campaigns import Campaign
from bot.school.forms import Answers, Choice, Kind, Question
from bot.school.messages import Button, Dialog, Field, Paragraph, Style

EVERYBODY = "everybody"
MOST = 90
"""People in one list; a larger school records its papers with `usher campaign record`."""


def questions(visit: Visit) -> tuple[Question, ...]:
    """What has to be known for a draft."""
    groups = sorted({group for person in visit.school.people.values() for group in person.groups})
    choices = (Choice(id=EVERYBODY, say="All staff"), *(Choice(id=g, say=f"Group: {g}") for g in groups))
    return (
        Question(id="title", ask="What is it called?", kind=Kind.TEXT, required=True, longest=100),
        Question(id="groups", ask="Who is asked?", kind=Kind.CHOICES, choices=choices, required=True),
        Question(id="launch", ask="When does it start?", kind=Kind.DATE, required=True),
        Question(id="due", ask="By when is it due?", kind=Kind.DATE, required=True),
    )


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
