"""Spell a message out: staff type in a hurry, so short forms and apps get the words they stand for."""

import re
import unicodedata

_SHORT = {
    "2day": "today",
    "2moro": "tomorrow",
    "2nite": "tonight",
    "abt": "about",
    "asap": "as soon as possible",
    "atm": "at the moment",
    "aup": "acceptable use policy",
    "b4": "before",
    "bc": "because",
    "bday": "birthday",
    "cant": "can't",
    "convo": "conversation",
    "cos": "because",
    "couldnt": "couldn't",
    "cud": "could",
    "cuz": "because",
    "cya": "goodbye",
    "dht": "deputy headteacher",
    "dh": "deputy headteacher",
    "didnt": "didn't",
    "dm": "direct message",
    "dms": "direct messages",
    "dming": "direct messaging",
    "dmed": "direct messaged",
    "dm'd": "direct messaged",
    "doesnt": "doesn't",
    "dont": "don't",
    "ds": "designated safeguarding",
    "dsl": "designated safeguarding lead",
    "ddsl": "deputy designated safeguarding lead",
    "eod": "end of day",
    "exec": "executive",
    "fb": "facebook",
    "ft": "facetime",
    "gc": "group chat",
    "gf": "girlfriend",
    "bf": "boyfriend",
    "gonna": "going to",
    "gotta": "got to",
    "govs": "governors",
    "gov": "governor",
    "grp": "group",
    "hasnt": "hasn't",
    "havent": "haven't",
    "hes": "he's",
    "hlta": "teaching assistant",
    "hoy": "head of year",
    "ht": "headteacher",
    "hw": "homework",
    "idk": "I don't know",
    "ig": "instagram",
    "ik": "I know",
    "im": "I'm",
    "insta": "instagram",
    "isnt": "isn't",
    "ive": "I've",
    "jus": "just",
    "ks1": "key stage 1",
    "ks2": "key stage 2",
    "lo": "child",
    "los": "children",
    "lsa": "teaching assistant",
    "mgmt": "management",
    "mins": "minutes",
    "msg": "message",
    "msgs": "messages",
    "msgd": "messaged",
    "msging": "messaging",
    "nqt": "new teacher",
    "ect": "new teacher",
    "nowt": "nothing",
    "owt": "anything",
    "obvs": "obviously",
    "pic": "photo",
    "pics": "photos",
    "piccy": "photo",
    "piccies": "photos",
    "pix": "photos",
    "pls": "please",
    "plz": "please",
    "pm": "private message",
    "ppl": "people",
    "prob": "problem",
    "probs": "problems",
    "pw": "password",
    "rn": "right now",
    "sbm": "school business manager",
    "sch": "school",
    "sendco": "special needs coordinator",
    "senco": "special needs coordinator",
    "shes": "she's",
    "shouldnt": "shouldn't",
    "shud": "should",
    "slt": "senior leaders",
    "smt": "senior leaders",
    "smth": "something",
    "snapchatted": "messaged on snapchat",
    "snapped": "messaged on snapchat",
    "soc": "social",
    "socials": "social media accounts",
    "sm": "social media",
    "ta": "teaching assistant",
    "tas": "teaching assistants",
    "teh": "the",
    "thats": "that's",
    "theyre": "they're",
    "tho": "though",
    "thru": "through",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "u": "you",
    "ur": "your",
    "vid": "video",
    "vids": "videos",
    "w": "with",
    "w/": "with",
    "w/e": "weekend",
    "w/out": "without",
    "wa": "whatsapp",
    "wanna": "want to",
    "wasnt": "wasn't",
    "wat": "what",
    "whats app": "whatsapp",
    "whos": "who's",
    "wk": "week",
    "wont": "won't",
    "wot": "what",
    "wouldnt": "wouldn't",
    "wud": "would",
    "yr": "year",
    "yt": "youtube",
}
_PLATFORMS = (
    "ask.?fm|bebo|bereal|bluesky|discord|facebook|facetime|flickr|fortnite|gacha|grindr|hinge|imo|instagram"
    "|kick|kik|likee|linkedin|mastodon|messenger|minecraft|myspace|nextdoor|omegle|onlyfans|pinterest"
    "|pokemon go|quora|reddit|roblox|signal|skype|snap ?chat|snap|spotify|strava|telegram|threads"
    "|tik ?tok|tinder|bumble|tumblr|twitch|twitter|viber|vsco|wattpad|we ?chat|whats ?app|wikipedia|x box"
    "|xbox|psn|playstation|yolo|you ?tube|yubo|vlog|blog"
)
PLATFORM = re.compile(rf"\b(?:{_PLATFORMS})\b")
YEAR = re.compile(r"\b(?:y|yr|year)\s?([1-6])(?:'?s)?\b|\b([1-6])[a-z]\b(?!')")
_WORD = re.compile(r"[a-z0-9][a-z0-9'’/]*|w/(?:out|e)?", re.IGNORECASE)
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def tidy(text: str) -> str:
    """The message in lower case with plain quotes and single spaces; sooo becomes soo."""
    whole = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    plain = unicodedata.normalize("NFKC", whole).translate(_QUOTES).lower()
    return _SPACE.sub(" ", _STRETCHED.sub(r"\1\1", plain)).strip()


def spell_out(text: str) -> str:
    """A tidy message with chat abbreviations and school shorthand written in full."""
    full = _WORD.sub(lambda found: _SHORT.get(found.group(), found.group()), tidy(text))
    return YEAR.sub(lambda found: f"year {found.group(1) or found.group(2)} pupil", full)


def generic_words(text: str) -> tuple[str, ...]:
    """What kind of thing each name is: `tiktok` counts as a platform whichever platform it is."""
    return ("anyplatform",) * min(len(PLATFORM.findall(text)), 1)
