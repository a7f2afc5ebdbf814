"""What the customer means to do: interested, not interested, call back, never call again; and who decides."""

import re
from collections.abc import Sequence
from datetime import datetime

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.findings import Fact, Intent

DO_NOT_CALL = re.compile(
    r"(?<!\w)(?:"
    r"(?:don'?t|do not|never|please don'?t|stop|quit) (?:you )?(?:ever )?(?:be )?(?:call(?:ing)?|"
    r"phon(?:e|ing)|ring(?:ing)?|contact(?:ing)?|bother(?:ing)?|disturb(?:ing)?) (?:me|us|this|here|my|"
    r"again|anymore|back)\b(?! (?:before|after|until|till|at|on|in|today|tomorrow|now|right now))|"
    r"stop calling|(?:take|remove|delete|get|strike) (?:me|us|my (?:number|name|details)|this number|"
    r"our number) (?:off|from|out of)\b|(?:off|from) (?:your|the) (?:call(?:ing)? )?(?:list|database)|"
    r"(?:don'?t|do not) (?:want|wish) (?:any more|anymore|any|more|to receive|to get|you to|these|"
    r"your)\b[^.?!]{0,25}\bcall|do[- ]not[- ]call (?:list|registry)|\bdnd\b|"
    r"no more calls|lose (?:my|this) number|delete my number|unsubscribe|never call|(?:call|phone|"
    r"fon) (?:mat|na) (?:kar|kijiye|karna|karo)|(?:mat|na) (?:call|phone) kar|dobara (?:call|"
    r"phone) (?:mat|na)|"
    r"(?:don'?t|do not|not to) (?:call|contact|phone|ring)(?: me| us)?(?: ever)? (?:again|anymore|"
    r"any more)|(?:call|phone|फोन|कॉल) मत|मत (?:करो|करना|कीजिए)? ?(?:कॉल|फोन)"
    r")"
)
NOT_INTERESTED = re.compile(
    r"(?<!\w)(?:"
    r"not (?:really |at all |very |that |even )?(?:interested|looking|for (?:me|us)|keen)|no interest|"
    r"(?:don'?t|do not|doesn'?t) (?:really )?(?:want|need) (?:it|this|that|any|one|to (?:buy|donate|"
    r"purchase|proceed|continue|go ahead)|your|anything)|"
    r"\bi'?ll pass\b|i will pass|(?:gonna|going to) pass|we already have (?:a|an|one|someone|that)|"
    r"already (?:bought|found|booked|purchased|have (?:a|one|someone))|changed my mind|not right now|"
    r"not at (?:this|the) (?:time|moment)|"
    r"(?:would|will|could|can|wo) ?(?:not|n't) (?:donate|be able to donate|buy|be buying|go ahead|"
    r"proceed)|(?:can'?t|cannot) (?:do that|donate|afford it)|i'?d rather not|rather not|leave it|"
    r"forget it|drop it|"
    r"nah?in? chah?i+ye|interest(?:ed)? nah?i|koi interest|zaroorat nah?i|jarurat nah?i|nahi lena|"
    r"नहीं चाहिए|इंटरेस्ट नहीं|choose (?:0|zero)|not going to (?:buy|donate|happen|work)|no need"
    r")"
)
CALLBACK = re.compile(
    r"(?<!\w)(?:"
    r"(?:call|ring|phone|try|contact|buzz) (?:me |us |back )*(?:back|later|again|tomorrow|after|at|on|"
    r"in|next|another|monday|tuesday|wednesday|thursday|friday|saturday|sunday|around)|"
    r"call me (?:up )?(?:when|once|if)|"
    r"give me a (?:call|ring)|(?:i'?m|i am) (?:a (?:bit|little) )?(?:busy|driving|in a meeting|at work|"
    r"in the middle|travelling|traveling|occupied)|(?:can|could) (?:you|we|i) (?:call|talk|speak|"
    r"ring)(?: (?:me|you))?(?: back)? (?:later|tomorrow|again|another|after|next|at|on)|"
    r"(?:bad|not a good|not the right|wrong) time|(?:baad|bad) (?:mein|me) (?:call|phone|baat)|(?:kal|"
    r"shaam ko|subah|parso|baad me|thodi der|shaam)\b[^.?!]{0,20}(?:call|phone|baat)|call (?:karna|"
    r"kijiye|karo|kariye|kar lena)|phone (?:karna|kijiye|karo)|"
    r"get back to (?:me|us) (?:later|tomorrow|next|in|after|on)|speak (?:to you )?(?:tomorrow|later)|"
    r"talk (?:tomorrow|later|next)|busy hoon|busy hu|meeting mein|बाद में|कल (?:कॉल|फोन|बात)"
    r")"
)
INTERESTED = re.compile(
    r"(?<!\w)(?:"
    r"(?:(?<!not )(?<!not really )(?<!n't )(?:i'?m|i am|we'?re|we are|am|very|quite|definitely|really|"
    r"yes) (?:(?!not\b|no\b|never\b)\w+ )?interested)|\binterested (?:in|to)\b|"
    r"(?:i'?d|i would|we'?d|we would) (?:like|love|be happy|prefer) to (?:\w+ )?(?:book|buy|see|visit|"
    r"view|schedule|know more|hear more|learn|proceed|go ahead|order|donate|rent|get|purchase|try|sign|"
    r"move|come|take|start|renew|meet|discuss)|"
    r"(?:i|we) (?:do )?want to (?:\w+ )?(?:book|buy|see|visit|view|schedule|proceed|order|donate|rent|"
    r"purchase|sign|take|get started|renew|help)|sign (?:me|us) up|count (?:me|us) in|"
    r"let'?s (?:do (?:it|that|this)|go ahead|proceed|book|get started|set (?:it|that) up)|"
    r"(?:send|share|email|mail|whatsapp|text) (?:me |us |over |across |it |the |a |an |your |some |"
    r"more |that )*(?:details?|info|information|brochure|quote|quotation|proposal|link|pricing|"
    r"price ?list|photos|pictures|plans?|floor ?plans?|catalog(?:ue)?|contract|agreement)|"
    r"\bbook (?:it|that|me|the|a)\b|(?:i'?m|i am|we'?re|we are) (?:\w+ )?(?:looking (?:for|to (?:buy|"
    r"rent|move|replace|get|find|invest|purchase|switch))|searching for|in the market)|(?:looking|"
    r"searching|search) (?:for|to (?:buy|rent))|"
    r"sounds (?:great|good|perfect|interesting|amazing|like a (?:good|great))|(?:i|we) (?:can|will|'ll|"
    r"should|could) (?:definitely )?(?:donate|take it|buy|match|support|put)|i'?ll take (?:it|one|two)|"
    r"i will (?:support|match)|love to (?:donate|help|see|visit)|"
    r"schedule (?:a|an|the|me)|(?:tell|know) me more|bhej (?:do|dijiye|dena|dijie)|book kar|"
    r"interest(?:ed)? (?:hai|hoon|hu)|dekhna (?:hai|chah)|lena hai|kharidna|चाहिए|लेना है|भेज"
    r")"
)
# An answer means interest or refusal only when the offer was about something to have or to do with us.
_WARES = re.compile(
    r"\b(?:book|visit|view|buy|demo|quote|details|brochure|proposal|interested|donat\w*|sign up|trial|"
    r"schedul\w+|appointment|meet\w*|"
    r"proceed|go ahead|order|send|see|show|price|offer|subscrib\w*|renew\w*|purchase|join|invest)\b"
)
_CRISP_NO = re.compile(
    r"(?:um+,? |uh,? |sorry,? |well,? )?(?:no|nope|nah|nahi+n?|not (?:really|now|today|"
    r"interested))\b(?! (?:problem|worries|i (?:haven|did|can'?t remember)))[^?]{0,60}$"
)
_SERVICE = re.compile(r"\b(?:refund|return|my order|my account|ship|bought|pet)\b")
_NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|nahi)(?: \w+)?\s*$")

SELF_DECIDES = re.compile(
    r"(?<!\w)(?:"
    r"\bi (?:\w+ )?(?:decide|make (?:the|all|all the|that|those|these|most of the) decisions?|"
    r"call the shots|sign off|have the final say|can decide)|(?:it'?s|that'?s|it is|"
    r"the decision is) (?:\w+ )?(?:my (?:decision|call)|mine|up to me)|"
    r"\bi(?:'m| am) the (?:\w+ )?(?:owner|founder|director|proprietor|ceo|md|managing director|"
    r"decision[- ]maker|one who decides|principal|partner|boss)|\bi(?:'m|"
    r" am) (?:one of )?(?:the )?(?:owner|founder|proprietor|director)s?\b|\bi own (?:the|a|this|my)|"
    r"main hi (?:decide|faisla)|mera (?:hi )?(?:decision|faisla)|i(?:'ll| will) decide|"
    r"just me (?:deciding|who)|my own decision"
    r")"
)
OTHERS_DECIDE = re.compile(
    r"(?<!\w)(?:"
    r"(?:have|need|want|got|will|'ll|'d like|would like|let me|going|must|should|"
    r"i'll) (?:to )?(?:first )?(?:ask|check with|talk to|speak to|speak with|talk with|"
    r"talk it over with|consult|discuss(?: (?:it|this|that))? with|run (?:it|this) by|confirm with|"
    r"clear it with|convince) "
    r"(?:my |our |the |her\b|him\b|them\b)(?:wife|husband|partner|boss|manager|family|parents?|father|"
    r"mother|daughter|son|brother|sister|board|team|director|owner|ceo|spouse|accountant|dad|mom|"
    r"business partner|co-?founder|management|head)?|"
    r"not (?:my|the) (?:decision|call)|(?:i'?m|i am) not the (?:decision[- ]maker|owner|one who|"
    r"right person)|(?:my|our) (?:wife|husband|boss|manager|director|owner|father|partner|ceo|board|"
    r"management) (?:decides|makes|takes|handles|will decide|has to|needs to|approves)|"
    r"need(?:s)? (?:\w+ )?approval|(?:decision|approval) (?:is|lies|rests|comes) (?:with|from)|(?:wife|"
    r"husband|papa|mummy|boss|family|ghar) (?:se|wale|waalon|walo)(?: se)? (?:puch|pooch|baat|discuss|"
    r"decide)|ghar (?:mein|pe|par) (?:puch|pooch|baat|discuss)|i don'?t (?:make|take) (?:the|those|that)"
    r")"
)


def read_intent(heard: Sequence[Heard]) -> Fact[Intent] | None:
    """What the customer wants to happen next, by what they said last; None when they showed nothing.

    A request not to be called again outweighs everything else, whenever it was made.
    """
    shown: list[Fact[Intent]] = []
    for each in heard:
        if not each.is_customer:
            continue
        refusal = DO_NOT_CALL.search(each.low)
        if refusal:
            return _with(Intent.DO_NOT_CALL, each, refusal, 0.95)
        intent = _in_words(each) or _in_answer(each)
        if intent:
            shown.append(intent)
    return shown[-1] if shown else None


def intent_of_callback(callback_at: Fact[datetime] | None) -> Fact[Intent] | None:
    """Who agrees a time for a call wants that call."""
    if callback_at is None:
        return None
    return Fact(value=Intent.CALLBACK, confidence=callback_at.confidence, evidence=callback_at.evidence)


def read_decision_maker(statements: Sequence[Heard]) -> Fact[bool] | None:
    """True when they decide themselves, False when someone else has a say."""
    found: list[Fact[bool]] = []
    for each in statements:
        if each.is_customer:
            others, own = OTHERS_DECIDE.search(each.low), SELF_DECIDES.search(each.low)
            if others:
                found.append(fact(False, each, others.start(), others.end(), confidence=0.85))
            elif own and not _negated(each.low, own.start()):
                found.append(fact(True, each, own.start(), own.end(), confidence=0.9))
            elif "decision" in each.asked and len(each.low.split()) <= 12 and (each.is_yes or each.is_no):
                is_them = each.is_yes and re.search(r"\byou\b", each.question) is not None
                if is_them or each.is_no:
                    found.append(fact(is_them, each, 0, len(each.text), confidence=0.7))
    return last(found)


def _in_words(each: Heard) -> Fact[Intent] | None:
    """The last of the explicit words in one turn; a refusal hides the words of interest inside it."""
    hits: list[tuple[int, Intent, re.Match[str]]] = []
    refusals = [match for match in NOT_INTERESTED.finditer(each.low) if not _is_service(each, match.start())]
    hits += [(match.start(), Intent.NOT_INTERESTED, match) for match in refusals]
    hits += [(match.start(), Intent.CALLBACK, match) for match in CALLBACK.finditer(each.low)]
    for match in INTERESTED.finditer(each.low):
        hidden = any(other.start() <= match.start() < other.end() for other in refusals)
        if not hidden and not _negated(each.low, match.start()):
            hits.append((match.start(), Intent.INTERESTED, match))
    if not hits:
        return None
    _, intent, match = max(hits, key=lambda hit: hit[0])
    return _with(intent, each, match, 0.9)


def _in_answer(each: Heard) -> Fact[Intent] | None:
    """A yes or a no to an offer; the no to "anything else?" means nothing."""
    if "offer" not in each.asked or _is_about_closing(each):
        return None
    is_call = "call" in each.asked and "visit" not in each.asked
    if not is_call and not _WARES.search(each.question):
        return None
    if _CRISP_NO.match(each.low) and not is_call:
        return fact(Intent.NOT_INTERESTED, each, 0, len(each.text), confidence=0.6)
    if each.is_yes:
        return fact(
            Intent.CALLBACK if is_call else Intent.INTERESTED, each, 0, len(each.text), confidence=0.75
        )
    return None


def _is_service(each: Heard, start: int) -> bool:
    """Words of refusal about an order or an account, or in reply to "anything else?", refuse nothing
    of ours.
    """
    first, end = each.sentence_at(start)
    is_mild = each.low.startswith(("don", "do n", "does"), start)
    return _is_about_closing(each) or (is_mild and _SERVICE.search(each.low[first:end]) is not None)


def _is_about_closing(each: Heard) -> bool:
    return "anything_else" in each.asked


def _negated(low: str, start: int) -> bool:
    return _NOT_BEFORE.search(low[max(0, start - 20) : start]) is not None


def _with(intent: Intent, each: Heard, match: re.Match[str], confidence: float) -> Fact[Intent]:
    return fact(intent, each, match.start(), match.end(), confidence=confidence)
