"""What a question, a yes, a no and a name spoken to someone sound like: English, Hindi and their mixture."""

import re
from collections.abc import Sequence
from functools import lru_cache

_FILLER = r"(?:(?:um+|uh+|oh|ah|hmm+|so|well|actually|hello|hi|hey|sir|madam|ma'?am|arre|arey|अरे)[\s,.!-]+)*"

_YES_WORDS = (
    r"yes+|yeah+|yea|yep|yup|ya+h?|aye|sure(?: thing)?|correct|right|exactly|precisely|absolutely|"
    r"definitely|certainly|"
    r"of course|that'?s (?:right|correct|it|me|fine|good|great|true)|that is (?:right|correct|fine)|"
    r"you'?re right|"
    r"speaking|this is (?:he|she|him|her|me)|it is(?! not)|i am(?! not)|you are(?! not)|(?:that|this) (?:is|"
    r"would be) me|i do(?! not)|i did(?! not)|"
    r"i would(?! not)|i'?d love|we do(?! not)|we are(?! not)|"
    r"ok(?:ay)?|k|alright|all right|fine|perfect|great|good|sounds (?:good|great|fine|perfect)|"
    r"(?:that )?works|brilliant|super|excellent|lovely|awesome|wonderful|done|deal|badhiya|chalega|pakka|"
    r"please(?: do)?|go ahead|let'?s do (?:it|that)|why not|no problem|i guess so|i think so|"
    r"ha+n+(?: ?ji)?|haa+|ji+(?: ha+n*)?|bilkul|sahi(?: hai)?|th?[ei]+k(?: hai)?|zaroor|jaroor|accha|acha|"
    r"हाँ|हां|जी|बिल्कुल|सही|ठीक|ज़रूर|जरूर|अच्छा"
)
_NO_WORDS = (
    r"no+(?! (?:problem|worries|issue))|nope|nah+|not? (?:really|yet|now|at all|interested)|not|never|"
    r"negative|wrong|incorrect|"
    r"i (?:don'?t|do not|didn'?t|can'?t|cannot|won'?t|haven'?t|have not|would not|wouldn'?t)|"
    r"we (?:don'?t|do not)|unfortunately|"
    r"(?:ji )?nah?i+n?|(?:ji )?nai|mat|bilkul nahi+n?|(?:जी )?नहीं|नही|मत|ना"
)
_END = r"(?![\w\u0900-\u097f])"
_YES = re.compile(rf"\s*{_FILLER}(?:{_YES_WORDS}){_END}")
_NO = re.compile(rf"\s*{_FILLER}(?:{_NO_WORDS}){_END}")
_TURNED_ROUND = re.compile(r"\b(?:but no|but not|not really|actually no|wait no|no wait|nahi|wrong)\b|नहीं")

_MARK = re.compile(r"[?？]+(?:[\s!?]*[?？])*")
_WHO = r"(?:you|i|we|it|they|there|this|that|he|she|your|my|the|anyone|anybody|someone|any|u)"
_AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|can|could|may|might|shall|should|will|would|have|has|"
    r"isn'?t|aren'?t|don'?t|doesn'?t|didn'?t|can'?t|couldn'?t|won'?t|wouldn'?t)"
)
_QUESTION_WORD = (
    r"(?:(?:what|when|where|who|which|why|how)(?:'s|'re| (?:is|are|am|was|were|do|does|did|can|could|"
    r"will|would|should|"
    r"shall|has|have|much|many|long|soon|about|far|often|old|big|time|kind|day|sort|if|else|apartment|"
    r"account|one))\b|"
    r"whose\b|kya\b|kab\b|kaha+n?\b|kaun\b|kitn[aei]\b|kaise\b|kyun?\b)"
)
_OPENS = re.compile(
    rf"(?:^|[.!?,;] ?)(?:(?:and|so|okay|ok|alright|sir|madam|ji|hello|hi|hey|yes|yeah|but|uh|um|well|"
    rf"also|then|oh)[\s,]+)*"
    rf"(?:{_QUESTION_WORD}|{_AUXILIARY} {_WHO}\b)"
)
_INSIDE = re.compile(
    r"\b(?:(?:can|could|would|do|did|will|have|are|were) you|(?:can|may|could|shall|should) (?:i|we)|"
    r"am i|is this|is that|"
    r"how (?:can|much|many|soon|about)|what(?:'s| is) your|kya aap|aap(?:ka|ki|ke) [\w ]{1,40} kya)\b"
    r"|क्या|कब |कहाँ|कितना|कैसे|कौन"
)
_TAG = re.compile(r"(?:\bright|\bcorrect|\bna|\byes|isn'?t it|\bkya|\bis that (?:ok(?:ay)?|so|fine)|ना)\s*[.?!]*$")

# Our agent calls a name: "Hello Meera,", "Thank you, Mr. Iyer.", "See you on Friday, Meera." A name has capitals here.
_CALLED = r"(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2})(?i: ji)?(?=\s*[.,!?—-]|\s*$)"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Miss|Prof)\.? )"
_THANKS = (
    r"(?i:thank you(?: (?:so|very) much)?|thanks|dhanyavaad|dhanyawad|shukriya|welcome|sorry|congratulations|"
    r"goodbye|bye|"
    r"lovely to meet you|nice to meet you)"
)
_ADDRESSING = (
    re.compile(rf"\b(?i:hi|hello|hey|namaste|dear|good (?:morning|afternoon|evening)) {_TITLE}?{_CALLED}"),
    re.compile(rf"\b(?i:hi|hello|namaste|good (?:morning|afternoon|evening)), {_TITLE}{_CALLED}"),
    re.compile(rf"\b{_THANKS},? {_TITLE}?{_CALLED}"),
    re.compile(
        r"\b(?i:thank|welcome|goodbye|bye|sorry|congratulat|anything else|good (?:day|night)|have a|all the best|"
        r"see you|"
        rf"take care|wish)[^.!?]{{0,80}}, {_TITLE}?{_CALLED}(?=[.!?]|$)"
    ),
    re.compile(rf", {_TITLE}{_CALLED}(?=[.!?]|$)"),
)
_MISTAKEN = (
    r"wrong (?:number|person)|galat (?:number|aadmi)|no(?: one|body)? (?:by|of|called|here)|rong number|"
    r"(?:who|kaun)(?: is|'s)? {name}|not {name}|{name} (?:nahin?|isn't|is not|doesn't|has left|left|moved|sold)|"
    r"i'?m not {name}"
)


def count_questions(text: str) -> int:
    """How many questions a turn asks, by marks; one when it has no mark but opens like a question."""
    low = text.lower().replace("’", "'")
    return len(_MARK.findall(low)) or int(bool(_OPENS.search(low)))


def is_question(text: str) -> bool:
    """Whether the words ask something. Recognisers leave out question marks, so inversions and tags
    count too.
    """
    low = text.lower().replace("’", "'")
    return "?" in low or bool(_OPENS.search(low) or _INSIDE.search(low) or _TAG.search(low))


def says_yes(text: str) -> bool:
    """Whether an answer opens with a yes and does not turn round ("yes but no")."""
    low = text.lower().replace("’", "'")
    return bool(_YES.match(low)) and not _NO.match(low) and not _TURNED_ROUND.search(low)


def says_no(text: str) -> bool:
    """Whether an answer opens with a no."""
    return bool(_NO.match(text.lower().replace("’", "'")))


@lru_cache(maxsize=512)
def names_addressed(text: str) -> Sequence[tuple[int, int]]:
    """Where the words call somebody by name, as spans in the order of the text."""
    return sorted({match.span("name") for pattern in _ADDRESSING for match in pattern.finditer(text)})


def passes_for(name: str, answer: str) -> bool:
    """Whether someone called by that name let it stand: the answer says neither "wrong number" nor "who?"."""
    said = re.escape(name.lower().split()[0])
    return re.search(_MISTAKEN.replace("{name}", said), answer.lower().replace("’", "'")) is None
