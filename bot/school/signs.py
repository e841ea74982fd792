"""The signs that the account linter looks for, as patterns of words; nothing of a text is kept by them."""

import re

QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)")
"""Somebody's own words are left as they were said."""

LETTERS = (
    "AI AM ASAP BBC BST BT CCTV CD CEO CP CPOMS CSC DBS DJ DM DMS DOB DSL DVD EAL ECT EHA EHCP ELSA EP "
    "EYFS FGM FIFA FS GCSE GIF GMT GP GPS HLTA HMRC HR HT ICT ID II III IP IPAD IT ITV IV KCSIE KS LA "
    "LADO LGBT LSA LSAS MASH MDSA MP NHS NQT NSPCC OFSTED OK PC PDF PE PHSE PIN PM PPA PRU PS PSHE PTA "
    "RE RSE SAT SATS SEN SENCO SEND SIM SLT SMS SMSC TA TAS TC TEAMS TV UK URL US USA USB VI VPN VR WC "
    "WIFI XL YR"
)
KNOWN_LETTERS = frozenset(LETTERS.split())
"""Capitals that are nobody's initials in a school."""
DOTTED = re.compile(r"\b[A-Z]\.\s?[A-Z]\b\.?(?!\s?[A-Z][a-z])")
PAIR = re.compile(r"(?<![\w-])[A-Z]{2,3}(?:'s)?(?![\w-])")
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? [A-Z]\b(?!\w)")
TRAILING = re.compile(
    r"\b(?!(?:Year|Class|Room|Group|Set|Form|Unit|Team|Block|Plan|Part|Type|Key|Table|Gate|Door|Appendix|"
    r"Monday|"
    r"Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|The|When|Then|And|But|So|Today|Yesterday|Vitamin)\b)"
    r"[A-Z][a-z]+ [B-HJ-Z]\b(?![\w'])(?!\.? [A-Z][a-z])"
)
ALONE = re.compile(
    r"(?:^|[.!?] |\b(?:with|to|by|from|and|child|pupil|boy|girl|of|called) )[B-HJ-Z]\b(?![\w)&'])|"
    r"(?<!Room )(?<!Class )(?<!Year )(?<!Group )(?<!Set )(?<![\w'-])[B-HJ-Z] (?:told|said|showed|asked|"
    r"wrote|cried)\b"
)

OPINIONS = re.compile(
    r"\b(?:in my opinion|to my mind|if you ask me|i (?:honestly |really |just |do )?(?:think|feel|believe|"
    r"reckon|suspect|"
    r"bet|guess)\b|clearly|obviously|no doubt|undoubtedly|typical(?:ly)?|as usual|must have been|"
    r"it seems to me|"
    r"attention[- ]?seek\w*|liar|lying|making (?:it|this|that|things) up|exaggerat\w+|manipulative|"
    r"drama queen|over-?react\w*|naughty|"
    r"spoilt|creepy|weird\w*|dodgy|shady|sly|vile|disgusting|disgraceful|shocking|horrible|horrid|nasty|"
    r"awful|rude|lazy|"
    r"unfit|bad (?:mother|father|parents?|family|lot)|difficult family|trouble-?maker\w*|problem (?:child|"
    r"family)|"
    r"suspicious\w*|inappropriate\w*|unprofessional\w*|stupid|useless|asking for it)\b",
    re.IGNORECASE,
)
RUMOUR = re.compile(
    r"\b(?:apparently|supposedly|allegedly|rumou?rs?|gossip|hearsay|word is|it is said|it was said|"
    r"(?:people|everybody|everyone|they all|some (?:people|children|parents|pupils)|others|the children) "
    r"(?:say|says|said|know|knows|are saying|were saying|talk|talked)|"
    r"i(?:'ve| have)? (?:heard|was told|been told|am told)(?! by)|i(?:'m| am) told(?! by)|"
    r"(?:somebody|someone|one of (?:the|them)) (?:said|told|says|mentioned))\b",
    re.IGNORECASE,
)
HEARD_MYSELF = re.compile(r"heard (?:(?:him|her|them|it|the|a|an|my|his)\b|shout|cry|[A-Z])")
SOURCE = re.compile(
    r"\baccording to\b|\b(?:[A-Z][a-z]+|mother|father|mum|dad|parent|carer|gran\w*|aunt|uncle|sister|"
    r"brother|teacher|"
    r"child|pupil|boy|girl|assistant|office|he|she|they) (?:has |had )?(?:told|said|says|tells|wrote|"
    r"showed|phoned|rang|"
    r"mentioned)\b|\btold by (?:the |a |an |her |his |their |my )?\w+|\bfrom (?:the |a |her |his )?"
    r"(?:mother|father|mum|dad|parent|carer|child|pupil|teacher|office)\b|\bdon't know who\b|"
    r"\bdo not know who\b"
)
NAMELESS = re.compile(r"\b(?:Somebody|Someone|Everybody|Everyone|People|One) (?:said|told|says|tells)\b")

CLOSED = re.compile(
    r"^\W*(?:so |and |but |ok,? |then )?(?:did|was|were|is|are|has|had|have|does|do|isn't|wasn't|didn't|"
    r"weren't|don't|doesn't|"
    r"hasn't|aren't|would|wouldn't) (?:he|she|they|it|you|your|his|her|that|this|the|somebody|someone|"
    r"anybody|anyone|"
    r"daddy|mummy|dad|mum|mr|mrs|miss|ms|[A-Z][a-z]+)\b"
)
TAG = re.compile(
    r"\b(?:did|does|was|is|has|had|were|are|do)n't (?:he|she|it|they|you)\s*\?|,\s*(?:right|yes|innit)\s*\?",
    re.I,
)
ASKED_IF = re.compile(r"\basked (?:him|her|them|the \w+|[A-Z][a-z]+) (?:if|whether)\b", re.IGNORECASE)
SUGGESTED = re.compile(
    r"\b(?:i (?:said|suggested)|i put it to) (?:that )?(?:it )?must (?:be|have)\b|\bi suggested\b", re.I
)
KIND_QUESTION = re.compile(
    r"\b(?:all right|alright|ok|okay|hungry|thirsty|cold|warm enough|hurt anywhere|safe now|a drink|"
    r"the toilet|water|"
    r"like (?:to|a|some)|want(?:ed|s)? (?:to|a|some)|need(?:ed|s)?|mind|anything (?:else|more)|"
    r"comfortable|ready|"
    r"tell me|explain|describe|say more|happy for me)\b",
    re.IGNORECASE,
)
"""A question that looks after a child or opens a door suggests no answer."""

PICTURE = (
    r"(?:photo\w*|pictures?|images?|screen-?\s?shots?|selfies?|nudes?|video\w*|clips?|copy|copies|"
    r"print-?outs?|pics?)"
)
KEPT = re.compile(
    rf"\b(?:i|we|i've|we've)(?: have|'ve)?(?: also| then| just| now| already| since| both)? (?:saved|kept|"
    rf"copied|printed|"
    rf"forwarded|downloaded|stored|took|taken|made|emailed|sent|attached|photographed|screen-?shotted|"
    rf"uploaded|have|"
    rf"recorded|got|backed up)\b(?:(?!\b(?:not|no|never)\b)[^.!?;]){{0,40}}?\b{PICTURE}\b|"
    rf"\b{PICTURE}\b(?: \w+){{0,4}}? (?:(?:is|are|was|were) (?:saved|kept|stored|attached|on my|in my|"
    rf"printed|copied|"
    rf"on the school|in the office)|on my (?:phone|laptop|computer|tablet|drive))|"
    rf"\b(?:attached|enclosed)(?: is| are)?(?: the| a| my)? {PICTURE}\b|"
    rf"\b(?:i|we)(?:'ve| have)? (?:screen-?shotted|photographed) (?:it|them|the|her|his)\b",
    re.IGNORECASE,
)
WHEN = re.compile(
    r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?(?:am|pm|o'clock)\b|\b(?:noon|midnight|midday)\b|\b\d{4}-\d\d-\d\d\b|"
    r"\b\d{1,2}/\d{1,2}\b|"
    r"\b(?:to|yester)day\b|\btonight\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:this|that|"
    r"in the|last|next|every|each) "
    r"(?:\w+ )?(?:morning|afternoon|evening|night|lesson|week|weekend|month|half-term|term|half term|"
    r"holidays?|year|summer|"
    r"day|assembly|playtime|break|lunch)\b|\b(?:at|during|before|after|over|since|in|"
    r"by) (?:\w+ ){0,2}?(?:registration|assembly|"
    r"break\w*|lunch\w*|playtime|home ?time|school|lessons?|pick-?up|drop-?off|club|dinner|tea|bedtime|"
    r"period|class|maths|"
    r"reading|phonics|pe|choir|the weekend|christmas|easter|half-term|swimming)\b|\b(?:january|february|"
    r"march|april|june|july|"
    r"august|september|october|november|december)\b|\b(?:in|on|last|early|late|\d) may\b|\bfirst thing\b|"
    r"\bjust now\b|\bminutes? (?:ago|later|before)\b|\b(?:hours?|days?|weeks?|months?) ago\b|"
    r"\bso far\b.*\bnothing\b|\bnothing yet\b|"
    r"\bnot sure when\b|\bdon't know when\b|\bdo not know when\b",
    re.IGNORECASE,
)
