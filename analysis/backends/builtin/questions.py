"""What our agent can have asked for, as a table: the answer to a question is read in its light."""

import re
from functools import lru_cache

QUESTIONS: dict[str, str] = {
    "name": (
        r"\bname\b(?! of)|who am i (?:speaking|talking)|who(?:'s| is) (?:this|calling|speaking)|\bnaam\b|"
        "नाम"
    ),
    "is_this": (
        "(?:is this|am i (?:speaking|talking) (?:to|with)|may i speak (?:to|with)|can i speak (?:to|"
        "with)|could i speak (?:to|with)|speaking (?:to|with)|kya main .{1,40} se baat)"
    ),
    "email": "e-?mail|mail id|ईमेल",
    "phone": (
        "phone|mobile|contact number|best number|whatsapp|number (?:to|can|should|where)|"
        r"call(?:ing)? you (?:on|at)|\bnumber\b(?! of)|नंबर"
    ),
    "not_a_phone": (
        "(?:account|order|card|policy|booking|tracking|reference|ticket|pin|otp|invoice|id) (?:number|no|"
        "id)|(?:order|account|booking|membership) id|number date|खाता"
    ),
    "budget": (
        r"budget|price range|how much (?:are|do|would|were|can|did) you (?:\w+ ){0,3}(?:spend|invest|pay|"
        "donate|looking|thinking|afford|give|put)|thinking of spending|(?:looking|hoping|want|wanting|"
        "like) to (?:spend|pay)|"
        r"how much (?:can|could) you (?:do|manage|pay)|can you afford|kitn[ai] (?:rent|kharch|paisa|de sakt)|"
        r"range are you|spend on|what amount (?:would|do|can|are|did)|"
        "an amount|(?:most|max(?:imum)?) you (?:had|have|can|would|could|want)|बजट"
    ),
    "timeline": (
        r"(?:move|start|buy|need|looking)\b.{0,25}\b(?:within|in the next|by) |"
        "how soon|timeline|time ?frame|time ?line|when (?:are|do|would|were|will|"
        r"did) you (?:\w+ ){0,4}(?:need|want|move|start|buy|purchase|plan|planning|looking|shift|go live|"
        "begin|decide|implement|possession|get)|when (?:would|is) .{0,30}(?:move|start|need)|by when|"
        "kab tak|कब तक"
    ),
    "when": (
        "what (?:time|day)|which (?:time|day)|when (?:can|should|shall|would|could|do|is|will|may)|"
        "best time|good time|(?:preferred|convenient|suitable|different|another) (?:day|time|date)|kab |"
        "kitne baje|(?:theek|sahi) (?:samay|waqt)|kaun ?sa din|kis din|shall they call|"
        "when (?:works|suits)|when's good|what (?:works|suits)|when can|what time|कब"
    ),
    "call": (
        r"\bcall(?:ing)?\b|ring you|reach you|get back to you|speak (?:again|"
        "later)|phone karu|कॉल"
    ),
    "visit": (
        r"\bvisit|view(?:ing)?\b|come (?:and|to) (?:see|have)|show you|appointment|site|tour|"
        r"walk ?through|booking for|demo\b|meeting"
    ),
    "city": (
        "which city|what city|where (?:are|is|do) (?:you|your|the)|locat|based in|which area|"
        "where abouts|kahan|कहाँ|which (?:place|part|locality|neighbou?rhood)"
    ),
    "address": r"(?<!email )(?<!mail )(?<!ip )add?ress\b|where should (?:i|we) (?:send|come)|पता बता",
    "business": (
        r"(?:name of (?:your|the)|your|which|what) (?:\w+ )?(?:company|business|firm|organi[sz]ation|"
        "clinic|shop|store|restaurant)|where (?:are you calling|do you work|you(?:'re| are) calling)|"
        "company (?:name|ka naam)|calling from"
    ),
    "size": (
        "how many (?:people|employees|staff|users|agents|members|of you)|(?:team|company|"
        "staff) size|how (?:big|large) is"
    ),
    "revenue": "revenue|turnover|annual sales",
    "decision": (
        "decision|who (?:else )?(?:decides|will decide|is involved|would sign)|sign(?:s|ing)? off|"
        "(?:discuss|consult) with|approval"
    ),
    "bedrooms": r"how many (?:bed)?rooms|bedroom|\bbeds\b|\bbhk\b|which configuration|what size of",
    "property": "(?:type|kind) of (?:property|home|house|place)|flat or|apartment or|villa or",
    "financing": r"\bloan\b|financ|mortgage|pre-?approved|pay(?:ing)? cash",
    "locations": (
        r"^location(?! (?:bhej|share|send|sent|pin))|\blocation kya|kaun ?s[ai] (?:area|location|jagah)|"
        r"(?:which|what|preferred) (?:side|area|location|locality|part|neighbou?rhood)|"
        r"where .{0,20}(?:looking|(?:like|love|want|hope) to live|buy|search|prefer)"
    ),
    "anything_else": (
        "anything else|any ?thing more|other questions|further (?:questions|help)|aur (?:koi|kuch)|"
        "any other|all for today|और कुछ|need any ?more help"
    ),
    "offer": (
        "interested|would you (?:like|be (?:willing|interested|open|able|happy))|do you want|shall (?:i|"
        "we)|should (?:i|we)|can (?:i|we) (?:book|schedule|send|arrange|set|fix|put|sign|offer|call|"
        "confirm)|may i (?:send|book|call|arrange)|want (?:me|us) to|let me (?:book|send|schedule|"
        "arrange)|like me to|ready to|care to|kya (?:main|hum) .{0,40}(?:dun|du|bhej|kar)|"
        "want to (?:donate|buy|book|try|proceed|go ahead|kick in|see|visit)|willing to|can i count on|"
        "are you (?:ok|okay|fine) with"
    ),
    "problem": (
        "how (?:can|may) (?:i|we) (?:help|assist)|what(?:'s| is| seems) (?:the|to be the) (?:problem|"
        "issue)|help you|reason for"
    ),
}

_COMPILED = tuple((key, re.compile(rf"(?<!\w)(?:{pattern})")) for key, pattern in QUESTIONS.items())

_OFFER = re.compile(rf"(?<!\w)(?:{QUESTIONS['offer']})")
_ASKS_FOR = re.compile(r"\b(?:what|which|when|where|who|how|why|kab|kitne)\b")
_SENTENCES = re.compile(r"[.?!]\s")


@lru_cache(maxsize=512)
def asked_for(question: str) -> frozenset[str]:
    """The keys of `QUESTIONS` that match the agent's words (lower case)."""
    recent = question[-600:]
    keys = {key for key, pattern in _COMPILED if pattern.search(recent)}
    if "offer" in keys and not any(_is_offer(sentence) for sentence in _SENTENCES.split(recent)):
        keys.discard("offer")
    return frozenset(keys)


def _is_offer(sentence: str) -> bool:
    """ "Would you like a visit?" offers something; "what time would you like?" asks for something."""
    match = _OFFER.search(sentence)
    return match is not None and not _ASKS_FOR.search(sentence[: match.start()])
