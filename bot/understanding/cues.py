"""Readable signs in a message: who it is about, when it happened, and what is being asked.

Each sign is one pattern over the spelt-out, lower-case message. The classifier sees every sign as
a yes or no; the tripwire reasons with them by name; `usher ask --why` shows the ones that were met.
"""

import re
from collections.abc import Mapping

_CHILD = (
    r"pupils?|child(?:ren)?|childrens|childs|kids?|kiddies?|kiddos?|boys?|girls?|lads?|lass(?:es)?"
    r"|tots?|toddlers?|little (?:one|man|un|boy|girl)s?|young(?:er)? ones?|students?|year \d"
    r"|reception|nursery|one of (?:mine|ours|my (?:class|group|lot|readers|kids|year))|my class"
    r"|our class|(?:in|from) my (?:class|group|form|set|club|table)|classmates?|key stage"
    r"|\d{1,2}[- ]?years?[- ]?old|ten year old|nine year old|eight year old|his mates?|her mates?"
    r"|daughter|son"
)
_ADULT_STAFF = (
    r"colleagues?|teachers?|teaching assistants?|supply|co-?workers?|workmates?|caretaker"
    r"|site manager|midday|lunchtime supervisors?|dinner lad(?:y|ies)|cook|coach|receptionist"
    r"|office (?:lady|manager|staff)|governors?|volunteers?|job ?share|somebody (?:here|at work"
    r"|in school)|someone (?:here|at work|on the staff|in school|in my team)|member of staff"
    r"|staff member|one of (?:the|our) (?:staff|teachers|governors|volunteers|team)"
    r"|my (?:year )?partner|line manager|deputy|business manager|new teacher|student teacher"
    r"|trainee|cleaner"
)
_TOLD = (
    r"told (?:me|us|my|the|a)|tell(?:s|ing)? me|says|said|saying|showed me|shown me|show me"
    r"|came to me|come to me|confided|disclosed|mention(?:s|ed)|let slip|admitted|blurted|wrote in"
    r"|passed (?:me )?a note|rang (?:in|us|me)|phoned (?:in|us|me)|asked me not to|reckons|crying"
    r"|i(?:'ve| have)? (?:just )?(?:overheard|heard|seen|found|noticed|spotted|saw|come across"
    r"|came across|caught|hear)|overheard|heard (?:that|them|him|her)|apparently|turns out"
    r"|found out|there(?:'s| is| are)|we(?:'ve| have) (?:got|found|had|seen)|keeps?"
)
PATTERNS: Mapping[str, str] = {
    # who
    "child": _CHILD,
    "parent": (
        r"parents?|mums?|mam|mams|dads?|mothers?|fathers?|carers?|guardians?|stepdad|stepmum"
        r"|grand(?:ma|dad|mother|father|parent|parents)|nan|nana|gran|aunt(?:y|ie)?|uncle|famil(?:y"
        r"|ies)|pta"
    ),
    "former pupil": (
        r"(?:ex|former|old)[- ]?(?:pupils?|students?|kids?|class)|used to (?:teach|be in my class"
        r"|come here)|i (?:once )?taught|taught (?:him|her|them)|left (?:us|here|school|in|last"
        r"|palatine|\w+ years? ago)|leavers?|(?:now|is|she's|he's) (?:in|at) (?:year (?:7|8|9|10"
        r"|11)|secondary|high school|college|uni(?:versity)?|sixth form)|alumni"
    ),
    "colleague": _ADULT_STAFF,
    "headteacher": r"head ?teacher|the head|our head|heads|principal|headmaster|headmistress|boss",
    "stranger": (
        r"strangers?|randoms?|some (?:man|bloke|guy|woman|one|older)|a (?:man|bloke|guy) (?:on|off"
        r"|from|online|she|he|called)|(?:man|bloke|guy|adult|grown ?up|person|people|someone"
        r"|somebody|lad|friend)s? (?:online|on line|off (?:the )?(?:internet|a game|\w+)|on (?:a "
        r"|the )?(?:game|internet|app))|online (?:friend|boyfriend|girlfriend|mate|stranger)"
        r"|nobody knows|someone (?:she|he|they)(?:'s| has|'ve| have)? (?:never )?met|older (?:man"
        r"|boy|lad|bloke|guy|friend|boyfriend)|grown (?:man|up)|internet friend|don't know who"
        r"|never met"
    ),
    "own child": (
        r"my (?:own )?(?:son|daughter|kids?|child|children|boy|girl|niece|nephew|little (?:one"
        r"|brother|sister)|granddaughter|grandson|cousin|godson|goddaughter)"
    ),
    "self": r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself)\b",
    "he or she": r"he|she|they|him|her|them|his|their|he's|she's|they're|they've|he'd|she'd",
    "someone else did it": (
        r"(?:he|she|they|somebody|someone|colleague|teacher|governor|head|caretaker|volunteer)(?:'s"
        r"| is| are| has| have| was| were|'ve)? (?:been |just |always |also )?(?:post|put|shar"
        r"|messag|direct messag|writ|wrote|slagg|call|nam|add|accept|follow|sen[dt]|text|chatt"
        r"|upload|tweet|run|set|film|leak|forward)\w*"
    ),
    # when
    "just now": (
        r"just (?:now|told|seen|found|had|come|came|said|showed|sent|posted|rung|walked|run|left"
        r"|gone|heard|read|this)|right now|this (?:minute|second|morning|afternoon|lunchtime"
        r"|evening)|at the moment|today|tonight|currently|minutes? ago|hours? ago|as we speak|now\b"
    ),
    "past": (
        r"yesterday|last (?:night|week|weekend|month|term|year|lesson)|the other day|earlier"
        r"|at the weekend|over (?:the )?(?:weekend|half term|summer|easter|christmas)|since|ago"
        r"|already|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    ),
    "hypothetical": (
        r"what if|if (?:a|an|one|someone|somebody|ever|i|we|my|the|they|he|she|it|there|pupils?"
        r"|parents?|children|kids|anyone|staff|you)\b|were to|suppose|supposing|hypothetical"
        r"|ever (?:tell|tells|see|sees|say|says|ask|asks|find|comes?|happen|happens)|in theory"
        r"|would (?:it|i|that|this|you|we|they)|should i ever|in case|imagine|say (?:a|i|my"
        r"|someone)\b|let's say|whenever|when a (?:child|pupil|parent)|any time"
    ),
    # what is asked, owned up to or told
    "asks leave": (
        r"(?:can|could|may|might|should|shall|must|do|am|are|would|is|does) (?:i|we|it|that|this"
        r"|staff|you|they|he|she|there|my|our|a)\b|allowed|ok (?:to|if|for|with)|okay|fine (?:to|if"
        r"|or)|permitted|permission|is it (?:ok|fine|bad|wrong|against)|alright|all right"
        r"|am i (?:ok|fine|in trouble)|mustn't|have to|need to|supposed to|count(?:s)?\b|acceptable"
    ),
    "asks what": (r"\b(?:what|which|who|whom|whose|where|when|why|how)\b|explain|define|meaning|list"),
    "question mark": r"\?",
    "own deed": (
        r"\bi(?:'ve| have|'d)? (?:just |accidentally |stupidly |already |also |only |sort of "
        r"|kind of )?(?:posted|put|shared|sent|accepted|added|messaged|texted|wrote|tweeted"
        r"|forwarded|commented|liked|uploaded|told|gave|emailed|left|said|clicked|called|slagged"
        r"|moaned|ranted|replied|tagged|named|followed|searched|looked up|filmed|lost|let)"
    ),
    "owns up": (
        r"my (?:fault|mistake|bad)|by (?:mistake|accident)|accident(?:al|ally)|oops|messed up"
        r"|mucked up|screwed up|cocked up|own up|confess|come clean|i regret|wish i hadn't"
        r"|wrong (?:chat|group|person|email|list|window)|didn't (?:mean|realise|think)"
        r"|shouldn't have|in trouble|meant (?:it )?for|slipped up|hands up|guilty"
    ),
    "wants to tell": (
        r"report|someone should know|thought (?:you|someone|somebody) should|(?:need|want|have"
        r"|like) to (?:tell|report|flag|log|raise)|not (?:comfortable|happy|right)|uncomfortable"
        r"|concern(?:ed|s|ing)?|worr(?:y|ied|ying)|uneasy|bothering me|bugging me|doesn't sit right"
        r"|flag(?:ging)?|raise (?:it|this|a)|(?:been|be) reported|dodgy|grass|safeguarding (?:issue"
        r"|concern|thing)|feels? (?:off|wrong|sick)|something'?s? (?:off|wrong|up|not right)|gut"
    ),
    "told or seen": _TOLD,
    # what harm
    "self-harm": (
        r"self[- ]?harm\w*|suicid\w*|kill(?:ing)? (?:him|her|them|my)sel\w+|(?:hurt|harm|cut)(?:s"
        r"|ting|ing)? (?:him|her|them)sel\w+|cutting|cuts on|overdos\w*|took (?:tablets|pills"
        r"|paracetamol)|tak\w+ (?:\w+ ){0,3}(?:tablets|pills|paracetamol)|swallow(?:ed|ing)"
        r"|want(?:s|ed)? to die|better off (?:dead|without)|not (?:want to )?(?:be )?(?:here"
        r"|alive) any ?more|end(?:ing)? it|starv\w+|stop(?:ped)? eating|thinspo|pro[- ]?ana|razor"
        r"|blade|noose|goodbye|jump(?:ing)? (?:off|in front)|hang (?:him|her)self|bridge|roof|ledge"
        r"|railway|disappear forever"
    ),
    "sexual": (
        r"nud(?:e|es|ity)|naked|sexual\w*|sext\w*|porn\w*|x[- ]?rated|explicit|adult (?:site"
        r"|content|video|film)s?|undress\w*|private parts|topless|underwear|bikini|swim(?:suit"
        r"|ming costume)|onlyfans|dirty (?:pictures?|photos?|videos?|messages?|talk)"
        r"|rude (?:pictures?|photos?|videos?|messages?|pics)|willy|dick ?pics?|intimate|sexy"
        r"|touch(?:ed|es|ing) (?:him|her|them)|groom\w*|molest\w*|abus\w+|rap(?:e|ed|ing)\b"
        r"|bath(?:room)? (?:pictures?|photos?)|in (?:his|her|their) (?:pants|knickers|pyjamas"
        r"|bedroom)"
    ),
    "meeting": (
        r"meet(?:ing)?(?: (?:up|him|her|them|a|some|with))?|where (?:he|she|they) lives?"
        r"|(?:home )?address|what (?:school|street|road)|pick(?:ing|ed)? (?:him|her|them) up"
        r"|come (?:and )?(?:see|get|find|round)|collect(?:ing)? (?:him|her)|live location|location"
        r"|send(?:s|ing)? (?:him|her|them)? ?(?:money|gifts?|coins?|presents?|v-?bucks|robux|skins)"
        r"|(?:v-?bucks|robux|skins|coins|gift card|gifts?|presents?) (?:for|if|in return"
        r"|in exchange)|secret|don't tell|keep (?:it )?quiet|not to tell|nobody must know"
    ),
    "threat": (
        r"threat\w*|blackmail\w*|sextort\w*|extort\w*|hurt (?:him|her|them|me)|kill(?:ed"
        r"|ing)? (?:him|her|them|me|you|his|us)|beat(?:ing|en)? (?:him|her|them|up)|stab\w*|knife"
        r"|knives|gun|weapons?|bomb|batter\w*|(?:get|getting|wait|waiting) (?:him|her|for him"
        r"|for her|outside)|post (?:it|them|the (?:photos?|video))|leak (?:it|them|her|his)|or else"
        r"|scared (?:to go home|of)|terrified|frightened|petrified|afraid"
    ),
    "bullying": (
        r"bull(?:y|ied|ying|ies)|pick(?:ed|ing)? on|nasty (?:message|comment|thing|name|text|stuff"
        r"|video)s?|horrible (?:message|comment|thing|name|stuff|text)s?|mean (?:message|comment"
        r"|thing|video|stuff)s?|name[- ]?call\w*|teas(?:ed|ing)|spread(?:ing)? (?:rumours?|lies)"
        r"|fake (?:account|profile|page|instagram|picture|photo|video)|pretend(?:s|ed|ing)? to be"
        r"|impersonat\w*|rank(?:ed|ing)|rat(?:ed|ing) the|poll|vot(?:e|ed|ing)|ganging up|left out"
        r"|humiliat\w*|laugh(?:ed|ing) at|ugl(?:y|iest)|fat(?:test)?|slurs?|racist|racial"
        r"|homophobic|hate"
    ),
    "extremism": (
        r"extremis\w*|radicali[sz]\w*|isis|jihad\w*|nazis?|hitler|far[- ]right|white (?:power"
        r"|people|supremac\w+)|terroris\w*|manifesto|incels?|andrew tate|tate\b|misogyn\w*"
        r"|great replacement|martyr\w*|infidel\w*|propaganda|conspiracy|women (?:should|are|belong)"
    ),
    "violent content": (
        r"gore|gory|behead\w*|execution|murder\w*|blood\w*|horror|violent|violence|scary|creepy"
        r"|nightmares?|can't sleep|hasn't slept|not sleeping|upset(?:ting)?|disturb\w*|momo|huggy"
        r"|squid game|18 ?(?:rated|film|game)|challenges?|dares?|prank|chok\w+|blackout"
    ),
    "crime": (
        r"county lines|drugs?|weed|vap(?:e|es|ing)|dealing|dealer|parcels?|packages?"
        r"|drop(?:ping)? (?:off|things)|gang\w*|money mule|bank (?:card|account|details)|scam\w*"
        r"|hack\w*|stole\w*|steal\w*|shoplift\w*|new (?:phone|trainers|clothes)|expensive|gambl\w*"
        r"|loot ?box\w*|fraud"
    ),
    "live or image": (
        r"liv(?:e|ing) ?stream\w*|went live|going live|gone live|on camera|web ?cam|screenshots?"
        r"|screen ?shotted|photos? (?:of|from)|pictures? (?:of|from)|videos? (?:of|from)|film(?:ed"
        r"|ing|s)|record(?:ed|ing)|send(?:s|ing)? (?:him|her|them|a|me)? ?(?:photos?|pictures?"
        r"|videos?|pics)|ai[- ]?(?:made|generated)|deep ?fake\w*|nudif\w+|photoshop\w*"
    ),
    "missing": (
        r"missing|run(?:ning)? away|ran away|ran off|run off|gone off|hasn't (?:come|turned|arrived"
        r"|got) (?:home|up|in|back)|not (?:come|turned|arrived|got) (?:home|up|in|back)"
        r"|didn't (?:come|turn|arrive) (?:home|up|in|back)|can't find|nowhere|disappear\w*"
        r"|vanish\w*|climbed out|sneak(?:ed|ing)? out|not in school|phone(?:'s| is) off"
        r"|isn't answering|not answering|won't answer|got in(?:to)? a car|left (?:the )?(?:site"
        r"|building|school|house)|absconded"
    ),
    # how soon
    "emergency now": (
        r"\b999\b|police|ambulance|emergency|help me|danger|immediate(?:ly)?|urgent(?:ly)?|(?:he"
        r"|she|they|kid|child|boy|girl|pupil)(?:'s|'re| is| are) (?:on (?:his|her|their|the) (?:way"
        r"|roof|bridge)|about to|going to|outside|locked|bleeding|unconscious|at the (?:gate"
        r"|station|park)|with him|meeting|leaving|gone|not breathing)|locked (?:in|her|him|them)"
        r"|barricad\w+|home ?time|end of (?:the )?day|after school|in (?:\w+ )?minutes?|at (?:three"
        r"|four|five|six|\d{1,2}(?::\d\d)?(?: ?[ap]m)?)\b|tonight|right now|as we speak|this minute"
        r"|outside (?:the )?(?:gate|school)|waiting"
    ),
    "no danger": (
        r"no (?:immediate )?(?:danger|rush|emergency|hurry)|not (?:urgent|an emergency"
        r"|in (?:any )?(?:immediate )?danger|in danger)|nothing urgent|(?:she|he|they)(?:'s|'re| is"
        r"| are) (?:safe|fine|ok|okay) now|isn't urgent"
    ),
    # what it is about
    "post": (
        r"post\w*|shar(?:e|ed|ing)|upload\w*|tweet\w*|stor(?:y|ies)|status|tag(?:ged|ging)?"
        r"|repost\w*|comment\w*|publish\w*|put (?:it |them |that |this )?(?:up|on|online)"
    ),
    "connect": (
        r"friend(?:s)? request|request\w*|accept\w*|add(?:ed|ing|s)?\b|follow\w*|unfriend"
        r"|friends? (?:on|with)|connect\w*|block(?:ed|ing)?|match(?:ed)?"
    ),
    "message": (
        r"messag\w*|text(?:ed|ing|s)?|whatsapp\w*|direct messag\w*|chat\w*|number|email\w*|ring"
        r"|call(?:ed|ing|s)?|phone"
    ),
    "photo": r"photos?|pictures?|images?|snaps?|videos?|film\w*|faces?|selfie\w*|camera",
    "look up": (
        r"look(?:ed|ing)? (?:at|up|for|him|her|them|through)|search\w*|google\w*|stalk\w*|nosy"
        r"|snoop\w*|find (?:him|her|them|his|their)|check(?:ed|ing)? (?:out|his|her|their)|peek"
    ),
    "moan": (
        r"moan\w*|vent\w*|rant\w*|complain\w*|slag\w*|fed up|hate|sick of|bitch\w*|whing\w*"
        r"|grumbl\w*|let off steam|useless|rubbish|joke of"
    ),
    "confidence": (
        r"confiden\w*|private\w*|secret|overhear\w*|overheard|gossip\w*|staffroom|between (?:us|me)"
        r"|schtum|keep (?:it )?to myself|repeat"
    ),
    "official": (
        r"official|school(?:'s)? (?:account|page|site|website|facebook|instagram|twitter|youtube"
        r"|channel)|class (?:account|page|blog|instagram|tiktok|twitter|site)|set(?:ting)? up"
        r"|start(?:ing)? (?:a|an|up)|create|launch|admin\w*|log ?in"
    ),
    "computer trouble": (
        r"printer|photocopier|projector|password|log ?in|laptop|wi-?fi|smartboard|broken"
        r"|not working|crash\w*|reset|toner|charger|update"
    ),
    "school life": (
        r"dinner|lunch(?:es)?|menu|parking|car park|timetable|cover|rota|pay|pension|holiday|leave"
        r"|sick|uniform|homework|assembly|trip|register|attendance|exam|sats|phonics|spelling|maths"
        r"|heating|toilet|key|minibus|first aid|plaster|allergy"
    ),
}
NAMES: tuple[str, ...] = tuple(PATTERNS)


def _compiled(name: str) -> re.Pattern[str]:
    """A pattern that matches at the start of a word; those with a boundary of their own keep it."""
    body = PATTERNS[name]
    return re.compile(body if name == "question mark" else rf"\b(?:{body})(?:\b|(?<=\W))")


_COMPILED = {name: _compiled(name) for name in NAMES}


def find(spelt: str) -> frozenset[str]:
    """The names of the signs met by a spelt-out message."""
    return frozenset(name for name, pattern in _COMPILED.items() if pattern.search(spelt))
