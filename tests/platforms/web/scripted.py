"""A small made-up school and a desk that plays every part a real one could, so that the page can be tried."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.platforms.web.rooms import Bell, Post, place_of
from bot.platforms.web.send import Send
from bot.school.activities import Activity, Dropped, Filled, Pressed, Said
from bot.school.forms import Answers, Choice, Kind, Question
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Lane,
    Message,
    Notice,
    Paragraph,
    Quotation,
    Recipient,
    Reply,
    Style,
    Tone,
)
from bot.school.people import Channel, Person, Role, School


def person(id: str, name: str, job: str, *roles: Role) -> Person:
    return Person(id=id, name=name, job=job, roles=frozenset({Role.STAFF, *roles}))


PEOPLE = (
    person("amira", "Amira Hussain", "Class teacher, Year 4"),
    person("tom", "Tom Brennan", "Teaching assistant, Year 4"),
    person("ruth", "Ruth Adeyemi", "Assistant head", Role.DSL),
    person("callum", "Callum Price", "SENCo", Role.DEPUTY_DSL),
    person("helen", "Helen Marsh", "Headteacher", Role.HEADTEACHER),
    Person(id="george", name="George Whitlock", job="Governor", roles=frozenset({Role.CHAIR})),
    person("joan", "Joan Pickering", "School office"),
    person("dev", "Dev Patel", "Caretaker"),
    person("lucy", "Lucy Okafor", "Teacher, Year 1"),
)
CHANNELS = (
    Channel(id="staffroom", name="Staffroom", role=Role.STAFF),
    Channel(id="safeguarding", name="Safeguarding", role=Role.DSL),
    Channel(id="head", name="Headteacher's room", role=Role.HEADTEACHER),
    Channel(id="chair", name="Chair of governors", role=Role.CHAIR),
)
SCHOOL = School(
    id="sample",
    name="Palatine Primary School",
    timezone="Europe/London",
    people={p.id: p for p in PEOPLE},
    channels={c.id: c for c in CHANNELS},
    hours={},
    terms=(),
    closed={},
    phones={},
    retention={},
)

MENU = (
    Button(label="Report a worry", action="report", style=Style.PRIMARY),
    Button(label="Show everything", action="everything"),
)
GREETING = Message(
    summary="Hello, I'm Usher.",
    parts=(
        Paragraph(text="Hello, I'm Usher.", strong=True),
        Paragraph(
            text="Ask me what the social media policy says, in your own words. "
            "Or tell me about something that worries you."
        ),
        Paragraph(text="If a child is in danger now, phone 999 first.", quiet=True),
    ),
    buttons=MENU,
)
VERDICT = "Not stated. The policy does not say whether you may accept one."
FRIEND = Message(
    summary=VERDICT,
    parts=(
        Paragraph(text=VERDICT, strong=True),
        Paragraph(text="The nearest clause is about setting up contact yourself:"),
        Quotation(
            clause="PER-1b",
            section="Personal use of social media",
            version="Palatine policy, version 3, 1 September 2026",
            text="Staff must not try to make contact with pupils or their families on social media "
            "in order to develop any sort of relationship.",
            official=True,
        ),
        Heading(text="What else applies"),
        Quotation(
            clause="PRI-2",
            section="Principles",
            version="Palatine policy, version 3, 1 September 2026",
            text="Keep personal and professional lives apart online.",
        ),
        Quotation(
            clause="PER-4",
            section="Personal use of social media",
            version="Palatine policy, version 3, 1 September 2026",
            text="Set privacy so that only people you have chosen see what you post.",
        ),
        Paragraph(text="Helen Marsh, the headteacher, can decide.", quiet=True),
    ),
    buttons=(
        Button(label="Ask the headteacher", action="ask", style=Style.PRIMARY),
        Button(label="That wasn't my question", action="other"),
    ),
)
EVERYTHING = Message(
    summary="Every part there is",
    parts=(
        Heading(text="A heading"),
        Paragraph(text="A strong line.", strong=True),
        Paragraph(text="Plain words\nover two lines."),
        Paragraph(text="Quiet words.", quiet=True),
        Quotation(clause="BRE-1", section="Breaches", version="v3", text="A clause <b>quoted</b>."),
        Bullets(items=("First thing", "Second thing")),
        Facts(rows=(("Reference", "K7QF-2M"), ("Sent", "Monday 23 November, 10:42"))),
        Callout(tone=Tone.DANGER, title="Phone 999", lines=("Then tell the DSL in person.",)),
        Callout(tone=Tone.CAUTION, title="Do not look at the image", lines=("Device off.",)),
        Callout(tone=Tone.GOOD, title="Your report has arrived", lines=("Ruth opened it.",)),
        Callout(tone=Tone.PLAIN, title="Opening hours", lines=("Term time.", "8 to 4.")),
    ),
    buttons=(
        Button(label="Start", action="report", style=Style.PRIMARY),
        Button(label="Plain", action="nothing"),
        Button(label="Withdraw", action="gone", style=Style.DANGER, confirm="Withdraw it for good?"),
    ),
)
PRIVATE = Message(
    summary="Let's take this somewhere private.",
    parts=(
        Paragraph(text="Let's take this somewhere private.", strong=True),
        Paragraph(text="Nobody else in the room has seen what you wrote."),
    ),
    buttons=(Button(label="Report it", action="report", style=Style.PRIMARY),),
)
NO_FILES = Message(
    summary="Usher never takes files.",
    parts=(
        Callout(
            tone=Tone.DANGER,
            title="Usher never takes files, and has not opened this one",
            lines=("Put the device in flight mode.", "Tell the DSL in person: Ruth Adeyemi, room 4."),
        ),
    ),
)

YES_NO = (Choice(id="no", say="No"), Choice(id="yes", say="Yes"), Choice(id="unsure", say="Not sure"))
QUESTIONS = {
    q.id: q
    for q in (
        Question(
            id="urgency",
            ask="How urgent is it?",
            kind=Kind.CHOICE,
            required=True,
            choices=(
                Choice(id="danger", say="A child is in danger now", hint="Phone 999 first."),
                Choice(id="today", say="Somebody should look today"),
                Choice(id="known", say="It should be known"),
            ),
        ),
        Question(
            id="pupils",
            ask="Which pupils?",
            kind=Kind.ROWS,
            required=True,
            hint="Full names, not initials.",
            columns=(
                Question(id="name", ask="Full name", kind=Kind.TEXT, required=True),
                Question(id="class", ask="Class", kind=Kind.TEXT),
                Question(
                    id="role",
                    ask="Part in it",
                    kind=Kind.CHOICE,
                    choices=(Choice(id="harmed", say="Harmed"), Choice(id="witness", say="Witness")),
                ),
            ),
        ),
        Question(id="when", ask="When did it happen?", kind=Kind.MOMENT, required=True, past=True),
        Question(
            id="what",
            ask="What happened?",
            kind=Kind.LONG_TEXT,
            required=True,
            longest=200,
            hint="Facts only: what was seen and heard, in the order it happened.",
        ),
        Question(
            id="image",
            ask="Is there an intimate image, AI-made ones included?",
            kind=Kind.CHOICE,
            required=True,
            choices=YES_NO,
        ),
        Question(id="seen", ask="Who has seen it?", kind=Kind.TEXT),
        Question(
            id="kinds",
            ask="What kind of risk is it?",
            kind=Kind.CHOICES,
            most=3,
            choices=tuple(
                Choice(id=id, say=say)
                for id, say in (
                    ("violent", "Violent content"),
                    ("grooming", "Unknown adult or grooming"),
                    ("threats", "Threats or blackmail"),
                    ("bullying", "Cyber-bullying"),
                    ("posing", "Impersonation"),
                    ("filming", "Filming without consent"),
                    ("scam", "Scam"),
                    ("data", "Data taken"),
                    ("missing", "Going missing"),
                    ("unsure", "Not sure"),
                )
            ),
        ),
        Question(id="support", ask="Would you like support yourself?", kind=Kind.CHOICE, choices=YES_NO),
        Question(id="learned", ask="The day you learned of it", kind=Kind.DATE),
        Question(id="age", ask="Age of the pupil", kind=Kind.NUMBER),
        Question(
            id="true",
            ask="What I have written is true as far as I know.",
            kind=Kind.CONFIRM,
            required=True,
        ),
    )
}
IMAGE = Callout(
    tone=Tone.DANGER,
    title="Do not look at it, copy it or send it on",
    lines=("Turn the device off and tell the DSL in person.",),
)
STEP_ONE = ("urgency", "pupils", "when", "what", "image", "seen", "kinds", "support")
STEP_TWO = ("learned", "age", "true")


def form(step: int, answers: Answers, *, errors: bool = False) -> Dialog:
    """The report as it stands: `seen` is asked only when there is an image."""
    image = answers.get("image") in ("yes", "unsure")
    ids = [id for id in (STEP_ONE if step == 1 else STEP_TWO) if id != "seen" or image]
    wrong = {"what": "Say what happened."} if errors and not answers.get("what") else {}
    last = Button(label="Send", action="report.send", value="d1", style=Style.PRIMARY, submits=True)
    onward = Button(label="Continue", action="report.next", value="d1", style=Style.PRIMARY, submits=True)
    return Dialog(
        id="report-d1",
        title="Report a worry about a pupil",
        step=f"Step {step} of 2",
        draft="d1",
        parts=(
            *((IMAGE,) if image else ()),
            Callout(
                tone=Tone.PLAIN,
                title="Ruth Adeyemi and Callum Price will be able to read this",
                lines=("Helen Marsh and the office will not.",),
            ),
        ),
        fields=tuple(
            Field(question=QUESTIONS[id], answer=answers.get(id), error=wrong.get(id, "")) for id in ids
        ),
        buttons=(
            onward if step == 1 else last,
            Button(
                label="Discard",
                action="draft.drop",
                value="d1",
                style=Style.DANGER,
                confirm="Discard everything?",
            ),
        ),
    )


CASE = Dialog(
    id="case-1",
    title="Concern K7QF-2M",
    parts=(
        Facts(rows=(("State", "opened"), ("Urgency", "today"), ("From", "Tom Brennan"))),
        Paragraph(text="CANARY the account itself"),
    ),
    fields=(Field(question=Question(id="line", ask="A line to the reporter", kind=Kind.TEXT)),),
    buttons=(
        Button(label="Acknowledge", action="ack", value="1", style=Style.PRIMARY, submits=True),
        Button(label="Close", action="shut"),
    ),
)


@dataclass
class MemoryRooms:
    """What the courier posted, in a list."""

    posts: list[Post] = field(default_factory=list)

    async def after(self, places: Sequence[str], revision: int) -> Sequence[Post]:
        return [p for p in self.posts if p.revision > revision and p.place in places]

    async def keep(self, notice: Notice) -> None:
        self.posts.append(
            Post(
                revision=len(self.posts) + 1,
                place=place_of(notice.to),
                card=notice.card,
                message=notice.message,
                at=datetime.now(UTC),
            )
        )


@dataclass
class Desk:
    """Answers by the book below, and remembers everything it was asked."""

    rooms: MemoryRooms = field(default_factory=MemoryRooms)
    bell: Bell = field(default_factory=Bell)
    came: list[Activity] = field(default_factory=list)
    answers: dict[str, object] = field(default_factory=dict)
    fail: int = 0
    slow: float = 0.0
    dialog: Dialog | None = None
    """What "show the dialog" opens."""

    async def admit(self, activity: Activity) -> Reply:
        self.came.append(activity)
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.fail:
            self.fail -= 1
            raise RuntimeError("the desk fell over")
        did = activity.did
        if isinstance(did, Said):
            if did.text == "show the dialog":
                return Reply(dialog=self.dialog)
            return said(did.text, activity.place.shared)
        if isinstance(did, Pressed):
            return await self.pressed(did)
        if isinstance(did, Filled):
            return await self.filled(did)
        assert isinstance(did, Dropped)
        return Reply(messages=(NO_FILES,))

    async def pressed(self, did: Pressed) -> Reply:
        replies = {
            "home": Reply(messages=(GREETING,)),
            "report": Reply(dialog=form(1, self.answers), privately=True),  # type: ignore[arg-type]
            "everything": Reply(messages=(EVERYTHING,)),
            "open": Reply(dialog=CASE, privately=True),
            "shut": Reply(closes=True),
            "draft.drop": Reply(closes=True),
        }
        if did.action == "draft.drop":
            self.answers = {}
        return replies.get(did.action, Reply(messages=(line(f"You pressed {did.action}."),)))

    async def filled(self, did: Filled) -> Reply:
        self.answers |= did.answers
        if did.action == "draft.keep":
            return Reply(dialog=form(1 if "what" in did.answers else 2, self.answers))  # type: ignore[arg-type]
        if did.action == "done":
            return Reply(closes=True)
        if did.action == "report.next":
            step = 2 if did.answers.get("what") else 1
            return Reply(dialog=form(step, self.answers, errors=True))  # type: ignore[arg-type]
        if did.action == "ack":
            await self.post("safeguarding", "acknowledged")
            return Reply(messages=(line("Acknowledged."),))
        await self.post("safeguarding", "sent")
        self.answers = {}
        return Reply(closes=True, messages=(RECEIPT,), privately=True)

    async def post(self, channel: str, state: str, card: str = "case-1") -> None:
        """A notice that says nothing, delivered as the courier would."""
        message = Message(
            summary=f"Concern K7QF-2M, today: {state}",
            parts=(
                Paragraph(text=f"Concern K7QF-2M, today: {state}", strong=True),
                Paragraph(text="Who and what is shown only when you open it."),
            ),
            buttons=(Button(label="Open", action="open", value="1", style=Style.PRIMARY),),
        )
        notice = Notice(
            key=f"{card}-{state}-{len(self.rooms.posts)}",
            lane=Lane.CASE,
            to=Recipient(channel=channel),
            message=message,
            card=card,
        )
        await Send(self.rooms.keep, self.bell)(notice)


RECEIPT = Message(
    summary="Your report has been sent. Reference K7QF-2M.",
    parts=(
        Callout(
            tone=Tone.GOOD,
            title="Your report has been sent",
            lines=("The DSL and the deputy have it.",),
        ),
        Facts(rows=(("Reference", "K7QF-2M"), ("Sent", "Monday 23 November, 10:42"))),
        Paragraph(text="If nobody has opened it by 11:12, the headteacher is alerted.", quiet=True),
    ),
    buttons=(Button(label="Add to my report", action="add", value="1"),),
)


def line(text: str) -> Message:
    return Message(summary=text, parts=(Paragraph(text=text),))


def said(text: str, shared: bool) -> Reply:
    if "pupil told me" in text:
        return Reply(messages=(PRIVATE,), privately=True)
    if "friend request" in text:
        return Reply(messages=(FRIEND,))
    if "everything" in text:
        return Reply(messages=(EVERYTHING,))
    if shared:
        return Reply()
    return Reply(messages=(replace(line("I don't know that one."), buttons=MENU),))
