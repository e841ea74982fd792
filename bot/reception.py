"""The counter's door: lets each activity in once, has the desk do one thing, keeps all of it or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.desk import (
    acknowledge,
    answer_question,
    follow_up,
    greet,
    offer_report,
    raise_concern,
    run_campaign,
    send_report,
    was_this_right,
    work_case,
)
from bot.desk.refusals import (
    DraftGone,
    Garbled,
    NoFiles,
    NotStaff,
    NotYourCampaign,
    NotYourCase,
    Refusal,
    UnknownAction,
)
from bot.desk.visit import Visit
from bot.desk.wording import refuse
from bot.reading.house import House
from bot.records.books import Books
from bot.records.database import Database
from bot.records.errors import NoSuchCampaign, NoSuchCase, NoSuchDraft
from bot.school.activities import Activity, Did, Dropped, Filled, Pressed, Said
from bot.school.campaigns import Said as Spoken
from bot.school.codec import from_json, to_json
from bot.school.forms import Answers
from bot.school.matching import Matcher
from bot.school.messages import Outcome, Reply

Press = Callable[[Visit, str], Outcome]
Fill = Callable[[Visit, str, Answers], Outcome]

WORDS: Mapping[str, Press] = {
    "help": lambda visit, _: greet.greet(visit),
    "hello": lambda visit, _: greet.greet(visit),
    "hi": lambda visit, _: greet.greet(visit),
    "menu": lambda visit, _: greet.greet(visit),
    "privacy": lambda visit, _: greet.privacy(visit),
    "my reports": lambda visit, _: follow_up.list_receipts(visit),
    "cases": lambda visit, _: work_case.list_cases(visit),
    "campaigns": lambda visit, _: run_campaign.list_campaigns(visit),
    "my acknowledgements": lambda visit, _: acknowledge.list_mine(visit),
    "report": lambda visit, _: greet.offer_doors(),
}
"""Words that always do the same thing, whatever the matching engine thinks of them."""

PRESSED: Mapping[str, Press] = {
    "home": lambda visit, _: greet.greet(visit),
    "privacy": lambda visit, _: greet.privacy(visit),
    "dialog.close": lambda visit, _: Outcome(reply=Reply(closes=True, privately=True)),
    "ask.choose": answer_question.answer_intent,
    "ask.missed": answer_question.not_what_i_meant,
    "ask.needed": was_this_right.that_was_it,
    "ask.only": answer_question.only_a_question,
    "former.ask": lambda visit, _: answer_question.work_it_out(),
    "report.doors": lambda visit, _: greet.offer_doors(),
    "report.start": raise_concern.start_report,
    "report.begin": raise_concern.begin,
    "draft.resume": raise_concern.resume,
    "draft.full": raise_concern.go_full,
    "draft.drop": raise_concern.drop,
    "draft.print": raise_concern.print_copy,
    "draft.seal": lambda visit, draft: send_report.send(visit, draft, {}, sealed=True),
    "danger.now": send_report.danger_now,
    "receipts.list": lambda visit, _: follow_up.list_receipts(visit),
    "receipt.open": follow_up.open_receipt,
    "receipt.add": follow_up.adding,
    "receipt.rest": follow_up.give_the_rest,
    "receipt.support": follow_up.ask_for_support,
    "cases.list": work_case.list_cases,
    "case.open": work_case.open_case,
    "case.hold": work_case.hold,
    "case.aside": work_case.step_aside,
    "case.acknowledging": lambda visit, case: work_case.ask_for(visit, case, "acknowledge"),
    "case.noting": lambda visit, case: work_case.ask_for(visit, case, "note"),
    "case.acting": lambda visit, case: work_case.ask_for(visit, case, "action"),
    "case.finishing": lambda visit, case: work_case.ask_for(visit, case, "done"),
    "case.asking": lambda visit, case: work_case.ask_for(visit, case, "ask"),
    "case.moving": lambda visit, case: work_case.ask_for(visit, case, "move"),
    "acks.list": lambda visit, _: acknowledge.list_mine(visit),
    "ack.open": acknowledge.open_text,
    "ack.asking": acknowledge.asking(Spoken.QUESTION),
    "ack.refusing": acknowledge.asking(Spoken.CANNOT),
    "ack.snoozing": acknowledge.snoozing,
    "ack.snooze": acknowledge.snooze,
    "link.open": acknowledge.open_link,
    "campaigns.list": lambda visit, _: run_campaign.list_campaigns(visit),
    "campaign.new": lambda visit, _: run_campaign.new(visit),
    "campaign.open": run_campaign.open_campaign,
    "campaign.dry": run_campaign.dry_run,
    "campaign.approve": run_campaign.approve,
    "campaign.run": run_campaign.run,
    "campaign.pause": run_campaign.pause,
    "campaign.close": run_campaign.close,
    "campaign.recording": run_campaign.recording,
    "campaign.voices": run_campaign.voices,
    "campaign.evidence": run_campaign.evidence,
}

FILLED: Mapping[str, Fill] = {
    "report.words": offer_report.report_words,
    "draft.keep": raise_concern.keep,
    "draft.next": raise_concern.go_on,
    "draft.back": raise_concern.go_back,
    "draft.quick": raise_concern.go_short,
    "draft.send": send_report.send,
    "former.work": lambda visit, _, answers: answer_question.former_pupil(visit, answers),
    "receipt.added": follow_up.add,
    "receipt.answer": follow_up.answer_readers,
    "case.acknowledge": work_case.acknowledge,
    "case.note": work_case.note,
    "case.act": work_case.act,
    "case.finish": work_case.finish,
    "case.ask": work_case.ask_reporter,
    "case.move": work_case.move,
    "ack.sign": acknowledge.sign,
    "ack.ask": acknowledge.speak(Spoken.QUESTION),
    "ack.refuse": acknowledge.speak(Spoken.CANNOT),
    "link.sign": acknowledge.sign_link,
    "campaign.create": run_campaign.create,
    "campaign.record": run_campaign.record,
}


@dataclass(frozen=True, kw_only=True)
class Reception:
    """Admits activities. Synchronous: one call is one transaction on the calling thread."""

    database: Database
    houses: Mapping[str, House]
    """School id -> what that school has decided."""
    matchers: Mapping[str, Matcher]
    moment: Callable[[str], None] = lambda name: None

    def admit(self, activity: Activity) -> Reply:
        """Do what was asked, once. The same activity again gets the same reply, and nothing else happens."""
        self.moment("received")
        with self.database.books(activity.school, activity.at) as books:
            earlier = books.inbox.enter(_once(activity))
            if earlier is not None:
                return _reply(earlier)
            self.moment("admitted")
            outcome = self._deal(books, activity)
            for notice in outcome.notices:
                books.outbox.post(notice)
            books.inbox.keep(_once(activity), to_json(outcome.reply))
        return outcome.reply

    def _deal(self, books: Books, activity: Activity) -> Outcome:
        try:
            return attend(self._visit(books, activity), activity)
        except Refusal as refusal:
            return Outcome(reply=refuse(refusal))
        except NoSuchDraft:
            return Outcome(reply=refuse(DraftGone()))
        except NoSuchCampaign:
            return Outcome(reply=refuse(NotYourCampaign()))
        except NoSuchCase:
            return Outcome(reply=refuse(NotYourCase()))

    def _visit(self, books: Books, activity: Activity) -> Visit:
        house = self.houses[activity.school]
        who = house.school.people.get(activity.person)
        if who is None:
            raise NotStaff
        return Visit(
            school=house.school,
            policy=house.policy,
            forms=house.forms,
            step_zero=house.step_zero,
            intents=house.intents,
            matcher=self.matchers[activity.school],
            books=books,
            who=who,
            place=activity.place,
            now=activity.at,
            scenarios=house.scenarios,
        )


def attend(visit: Visit, activity: Activity) -> Outcome:
    """Call the one verb that this activity names."""
    did = activity.did
    if not well_formed(did):
        raise Garbled
    if isinstance(did, Said):
        said = " ".join(did.text.split())
        words = WORDS.get(said.casefold().rstrip("!.?"))
        return words(visit, "") if words else answer_question.answer_question(visit, did.text.strip())
    if isinstance(did, Dropped):
        raise NoFiles
    if isinstance(did, Pressed) and did.action in PRESSED:
        return PRESSED[did.action](visit, did.value)
    if isinstance(did, Filled) and did.action in FILLED:
        return FILLED[did.action](visit, did.value, did.answers)
    if isinstance(did, Filled) and did.action in PRESSED:
        return PRESSED[did.action](visit, did.value)
    raise UnknownAction


def _once(activity: Activity) -> str:
    """What makes it happen once. An id that somebody else sends again is not theirs to have answered."""
    return f"{activity.person} {activity.id}"


def well_formed(did: Did) -> bool:
    """Whether a platform has sent only what a form of ours can hold: strings, lists of them, and rows."""
    match did:
        case Said():
            return isinstance(did.text, str)
        case Pressed():
            return isinstance(did.action, str) and isinstance(did.value, str)
        case Filled():
            named = isinstance(did.action, str) and isinstance(did.value, str)
            return named and isinstance(did.answers, Mapping) and all(map(_answer, did.answers.values()))
        case Dropped():
            return True
    return False


def _answer(answer: object) -> bool:
    """Whether it is one: text, a tuple of texts, or a tuple of rows of texts."""
    if not isinstance(answer, tuple):
        return isinstance(answer, str)
    return all(isinstance(item, str) for item in answer) or all(map(_row, answer))


def _row(row: object) -> bool:
    return isinstance(row, Mapping) and all(isinstance(said, str) for cell in row.items() for said in cell)


def _reply(kept: str) -> Reply:
    reply = from_json(kept)
    if not isinstance(reply, Reply):
        raise TypeError("the inbox holds replies only")
    return reply
