"""How soon somebody must look at a concern, and what else its readers have to think of."""

from bot.school.concerns import Urgency
from bot.school.forms import Answers, chosen
from bot.school.routing import PERHAPS


def urgency(form: str, answers: Answers) -> Urgency:
    """How soon somebody must look: an intimate image is immediate, harm by an adult is for today."""
    if form == "esafety":
        if PERHAPS & set(chosen(answers.get("image"))) or chosen(answers.get("image_worse")):
            return Urgency.DANGER
        told = chosen(answers.get("urgency"))
        return Urgency(told[0]) if told else Urgency.TODAY
    if form == "breach" and PERHAPS & set(chosen(answers.get("harm"))):
        return Urgency.TODAY
    return Urgency.KNOWN


def marks(answers: Answers) -> tuple[str, ...]:
    """Content-free flags: what else a reader has to think of."""
    wanted = {
        "image": chosen(answers.get("image")),
        "adult_involved": chosen(answers.get("adult")),
        "lado": chosen(answers.get("harm")),
        "data_protection": chosen(answers.get("personal_data")),
    }
    return tuple(flag for flag, said in wanted.items() if PERHAPS & set(said))
