"""Objections, signs of buying, pains and topics, by tables: the label a person reads, and how people say
it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from analysis.backends.builtin.hearing import Heard, fact
from analysis.findings import Fact

OBJECTIONS = {
    "Too expensive": (
        r"(?<!not )(?<!not too )(?<!not that )(?<!become more )expensive|"
        r"(?:too|very|quite|so|kind of|bit|little|pretty|really) (?:costly|pricey|high)\b|"
        r"too much(?: money)?(?=[.,!]|$| for)|over (?:my|our) budget|(?:out of|beyond|above) (?:my|"
        "our) (?:budget|range)|can'?t afford|cannot afford|not in (?:my|our) budget|"
        "don'?t have (?:a lot of |much |the |that much |enough )?(?:money|income|budget|funds)|no budget|"
        "costs too much|price is (?:too )?high|i need the money|mehenga|mehnga|mahanga|"
        "bahut zyada (?:paise|price|rate)|budget nahi|महंगा"
    ),
    "Not now": (
        "not (?:right now|at (?:this|the) (?:time|moment)|now|ready|yet ready|today)|maybe (?:later|"
        r"next (?:year|month|time))|too (?:early|soon)|bad time|not a good time|abhi nahi|no time\b|"
        "too busy|don'?t have (?:the )?time"
    ),
    "Uses someone else": (
        r"already (?:use|using|work(?:ing)? with|signed (?:up )?with|tied up with|have (?:a|an|our|someone|"
        r"another) (?:\w+ )?"
        r"(?:vendor|provider|supplier|agency|system|agent|company|software|solution|broker|one|who))\b|"
        "happy with (?:our|my|the) (?:current|existing|present)|we (?:have|use|are with) (?:a|an|"
        "another) (?:vendor|provider|supplier|agency|system|agent|company)|committed? to (?:another|the|"
        "someone)|commitment i made"
    ),
    "Has to ask someone": (
        "(?:have|need) to (?:ask|check with|talk to|discuss with|consult|speak to|speak with|talk with|"
        r"run (?:it|this) by) (?:my|our|the) \w+|need (?:to get )?approval|wife se|husband se|ghar (?:wal|"
        r"pe|mein) ?\w* ?(?:se )?(?:puch|pooch)|discuss (?:it )?(?:at home|with my)"
    ),
    "Wants to think": (
        "(?:have|need|want|let me|like) (?:to |some time to )?think (?:about|it over|on)|think it over|"
        "i'?ll think|need (?:some |more )?time|not sure (?:yet|about|if|whether)|sochna|soch ke|sochunga"
    ),
    "Does not trust it": (
        "is this a (?:scam|fraud)|sounds like a scam|don'?t trust|(?:not|isn'?t) (?:legit|genuine|safe)|"
        "how do i know|too good to be true|fraud company|dhokha|bharosa nahi"
    ),
    "Does not need it": (
        "(?:don'?t|do not) (?:really )?(?:need|want) (?:it|this|that|one|any)|no need|not (?:looking|"
        "interested)|zaroorat nahi|nahi chahiye|of no use"
    ),
    "Too far": ("too far|very far|far (?:away|off) from|location (?:is )?(?:not good|bad|far)|bahut door|commute"),
    "Missing a feature": (
        "doesn'?t (?:have|support|integrate|work with|include)|does not (?:have|support|integrate|"
        r"include)|missing (?:a|the) feature|without (?:that|this) feature|lacks?\b"
    ),
    "Contract too long": (
        r"(?:long|annual|lock[- ]?in|yearly) (?:term )?contract|(?:be|being|get|getting) locked in|"
        r"lock-in (?:is|period is|of \w+ (?:months|years) is) (?:too |very |so )?(?:long|much|a problem)|"
        "cancellation (?:fee|policy)"
    ),
    "Bad experience before": (
        "(?:bad|terrible|poor|worst|horrible) (?:experience|service|review)|last time (?:you|it|we)|"
        "burned before|let (?:us|me) down"
    ),
    "Declined to give": (
        "(?:would|will|can|wo|could) ?(?:not|n't) (?:be able to )?donate|i cant do that|i can'?t do that|"
        "would choose (?:0|zero)|donat(?:e|ing) my time instead|me donating my time"
    ),
}
POSITIVE_SIGNALS = {
    "Likes it": (
        "(?:i|we) (?:really |absolutely |do )?(?:love|like) (?:it|that|this|the (?:idea|sound|location|"
        "layout|place|price|look|feature|plan)|your)|(?:that'?s|sounds|looks|it'?s) (?:really |very |so |"
        "pretty )?(?:great|good|perfect|excellent|amazing|wonderful|interesting|fantastic|"
        "awesome)(?! to know)|exactly what (?:i|we)|just what (?:i|we)|impressive|impressed|"
        "bahut (?:accha|badhiya|achha)|pasand (?:hai|aaya)|badhiya|बढ़िया|अच्छा लगा"
    ),
    "Wants to see it": (
        "(?:visit|view|viewing|see|seeing|tour) (?:the |this |that |an? |some |your |"
        r"any )?(?:\w+ )?(?:site|flats?|apartments?|property|properties|place|house|unit|plots?|villas?|"
        r"model|showroom)\b|site visit|schedule (?:a |the |an )?(?:visit|viewing|tour|demo|appointment|"
        "meeting)|(?:a|the|see a) demo|dekhne (?:aa|ja)|dekhna (?:hai|chah)|book (?:a |the )?(?:viewing|"
        "visit|demo|tour)"
    ),
    "Asks the price": (
        "how much (?:is|does|would|will|do|are)|what(?:'s| is| are| would be) (?:the |your )?(?:price|"
        "cost|rate|fee|charge|pricing|rent|emi)|price kya|kitne ka|kitna (?:hai|hoga|lagega|padega)|"
        "rate kya|कितने का|कितना"
    ),
    "Asks how to go on": (
        "what(?:'s| is| are) the next steps?|how (?:do|can|would|should) (?:i|we) (?:get started|start|"
        "sign up|proceed|pay|book|order|help|apply|register)|when can (?:we|i|you) (?:start|begin|move|"
        "come)|aage kya|next step"
    ),
    "Asks for details": (
        "(?:send|share|email|mail|whatsapp|text) (?:me|us|over|the|it|across|a|your|some)? ?(?:the |a |"
        "your |some |more )?(?:details|information|info|brochure|quote|quotation|proposal|link|photos|"
        "pictures|floor ?plan|price ?list|catalog)|tell me more|know more|more (?:information|details)|"
        "details bhej|bhej (?:do|dijiye|dena)"
    ),
    "Ready to go ahead": (
        r"sign (?:me|us) up|let'?s (?:do (?:it|that|this)|go ahead|proceed|book|get started)|"
        r"(?<!^)(?<!please )go ahead (?:with|and)|"
        r"\bbook (?:it|that)|i'?ll take (?:it|that|this)|count (?:me|us) in|ready to (?:buy|sign|start|book|pay|"
        r"proceed)|(?:i|we) (?:can|will|'ll|should) (?:donate|match|put in|give)|i'?m in\b(?! \w)|kar do book|"
        "book kar (?:do|dijiye)|final kar|"
        r"(?:i'?ll|we'?ll|i will|we will|want to|i'?d) (?:probably |just )?(?:sign|put down)(?! up)\b|\bi sign\b|"
        r"che(?:que|ck) book le|(?:carry|bring|write) (?:a |the |my )?che(?:que|ck)|booking kar(?:enge| denge)|"
        r"(?:send|share) (?:me |us )?the (?:payment )?link|we want to (?:register|book)"
    ),
    "Has the money ready": (
        "pre-?approved|loan (?:is |already )?(?:approved|sanctioned)|paying cash|cash ready|sanction letter|"
        r"(?:budget|it)(?: is|'s)? (?:been )?(?:already )?(?:approved|allocated)|funds? (?:are |is )?(?:ready|"
        r"available)|"
        r"(?:approved|sanctioned) in principle|own funds|money (?:has come|is there|is ready)|sitting in the bank|"
        r"pais[ae] (?:aa ga\w+|ready|ki tension nah)"
    ),
    "Agrees": (
        "(?:i|we) (?:completely |totally |definitely |absolutely |certainly )?agree|makes sense|"
        "that would be (?:great|perfect|good|lovely|helpful|a lot better)|fair enough|works for (?:me|"
        "us)|happy to|love to|my pleasure|theek hai kar"
    ),
}
PAIN_POINTS = {
    "Loses calls or leads": (
        r"(?:miss(?:ing|ed)?|los(?:e|ing|t)) (?:\w+ ){0,3}(?:calls?|leads?|customers?|enquir|inquir|"
        "appointments?|business|patients?|orders?)|calls? (?:go|going|went) (?:unanswered|to voicemail)"
    ),
    "Takes too long": (
        "tak(?:es|ing|en) (?:too|so|very|way too) (?:long|much time)|too slow|very slow|so slow|"
        r"(?:spen[dt]|tak|wast|los)\w* (?:\w+ ){0,4}(?:hours|days|weeks) (?:every|each|a|per) (?:day|week|month)|"
        "time[- ]consuming|waiting (?:for )?(?:so|"
        "too|very|hours|days|weeks|ages)|still waiting|bahut (?:time|der)|der ho"
    ),
    "Costs too much now": (
        "(?:paying|pay|spend|spending|charg(?:es|ing|ed)|costs?|costing) (?:us |me |them )?(?:too much|"
        "so much|a lot|a fortune|way too)|rent (?:is|has) (?:too|gone)|extra (?:charge|fee)|"
        "hidden (?:charge|fee)|paise? (?:kat|kaat)|paisa (?:kat|kaat)|charges? (?:kya|kyu)"
    ),
    "Something does not work": (
        r"(?:not|isn'?t|doesn'?t|don'?t|stopped|won'?t|isnt|doesnt) work(?:ing|s)?|\bbroken\b|broke down|"
        r"keeps? (?:crash|break|fail|dropp|leak)|crash(?:es|ing|ed)|leak(?:s|ing|age|ed)?\b|out of order|"
        "no (?:heat|hot water|power|internet|signal)|error|can ?not (?:access|log ?in)|can'?t (?:access|"
        "log ?in)|kharab|band ho|nahi chal|(?:having|have|facing|got|big|an) (?:an? |some |big |"
        r"very big )*(?:issue|problem|trouble)s?\b|problem (?:hai|ho)|(?:getting|get|be|need|"
        r"needs) (?:\w+ ){0,3}fixed"
    ),
    "Lost or stolen": (
        r"(?:i|have|we) (?:\w+ )?lost (?:my|our)|stolen|fraud\b|unauthori[sz]ed|suspicious|scammed|chori|"
        "somebody withdrew|didn'?t do it"
    ),
    "Bad service": (
        r"(?:bad|poor|terrible|horrible|worst|pathetic|very bad) (?:\w+ )?(?:service|support|experience|"
        r"quality)|(?:no ?body|no one|koi nahi)\b[^.?!]{0,20}(?:help|answer|respond|pick|madad)|rude|"
        "unprofessional|not (?:happy|satisfied)|bakwas"
    ),
    "Too much by hand": (
        "manual(?:ly)?|by hand|spreadsheets?|excel sheets?|(?:too much|so much|all the) paperwork|paper (?:forms|"
        "records)|sticky notes|"
        "hard to (?:track|manage|keep)|can'?t keep (?:up|track)|double entry|no (?:visibility|tracking|"
        "system)"
    ),
    "Not enough room": (
        "(?:too|very|so|getting) (?:small|cramped|tight)|not enough (?:space|room|staff|people)|"
        "running out of (?:space|room)|need(?:s)? more (?:space|room)|outgrow|"
        "jagah kam|(?:ghar|flat|makaan|jagah|kamra|room|office) (?:bahut )?chhot[aie]|chhot[aie] (?:pad|ghar|"
        "flat|makaan|jagah)"
    ),
    "Wrong item or does not fit": (
        "wrong (?:color|colour|item|size|address|product|order|amount)|(?:did|does|do)(?: not|n'?t) fit|"
        "damaged|defective|faulty|missing (?:item|part)"
    ),
    "Has to leave": (
        "evict|lease (?:is )?(?:ending|expir|up)|landlord (?:is|wants|told)|have to (?:vacate|move out)|"
        "contract (?:is )?(?:ending|expir)|expire soon|going to expire"
    ),
    "Under stress": (
        r"(?:so|very|really|super|extremely|i'?m|i am|am) (?:\w+ )?(?:frustrated|stressed|worried|angry|"
        "tense|scared(?! of)|upset|overwhelmed|struggling)|nightmare|headache|pareshan|tension (?:ho|mein)|"
        "losing my patience|परेशान"
    ),
    "Declined or refused": (
        "(?:claim|application|loan|card|payment|request) (?:was |is |got |has been |"
        "reject ?)?(?:reject(?:ed)?|declin(?:ed)?|denied|failed)|reject ?ho"
    ),
}
TOPICS = {
    "Price": (
        r"\bprice|\bcost|\bpricing|\brent\b|\bfee\b|\brate\b|\bbudget|\bquote|lakh|crore|per month|kitna|"
        "kitne ka"
    ),
    "Location": r"\blocation|\blocality|\bneighbou?rhood|\barea\b|near(?:by)? |commute|kahan",
    "Property": r"\bbhk\b|\bapartment|\bflat\b|\bvilla|\bplot\b|bedroom|property|real estate",
    "Visit or appointment": r"site visit|\bviewing|\bappointment|\bvisit\b|\bdemo\b|\bschedule|\bmeeting",
    "Loan and financing": r"\bloan\b|mortgage|financ|\bemi\b|interest rate",
    "Payment": r"\bpayment|\bpay\b|credit card|\bupi\b|invoice|billing|\bcash\b",
    "Refund or return": r"\brefund|\breturn (?:an?|the|it|this|my|by)|money back|paisa wapis|paise wap",
    "Delivery": r"\bshipping|\bdeliver|\bship(?:ped|s)?\b|\btracking|in transit|courier",
    "Account access": r"\busername|\bpassword|log ?in|\baccount (?:access|id)|locked out|access my account",
    "Bank account": (
        r"account balance|savings account|checking account|transfer money|debit card|net banking|\batm\b|"
        "bank account|khata"
    ),
    "Fraud": r"\bfraud|unauthori[sz]ed|suspicious|\bscam|\botp\b",
    "Insurance": r"insurance|\bpolic(?:y|ies)\b|\bclaim\b|premium",
    "Booking": r"\bbook(?:ing)?\b|\breserv|\bflight|\bhotel|\bticket",
    "Repair and maintenance": (r"\brepair|\bfix(?:ed|ing)?\b|\bleak|plumb|\bac\b|heating|maintenance|\bservice team"),
    "Donation": r"\bdonat|\bcharity|fundrais",
    "Product and features": r"\bfeature|integrat|\bsoftware|\bdashboard|\bcrm\b|automat|\bapp\b",
    "Support": r"technical (?:issue|support)|customer care|complain|\bissue with|\bhelp desk",
    "Contract": r"\bcontract|\bagreement|\bsubscription|\brenew|cancel(?:lation)?|membership",
    "Timing": r"\bpossession|\btimeline|move in|ready to move|deadline|how soon",
}
# A problem of the past is still heard; a denied one is not.
_DENIED = re.compile(r"(?:\bno|\bnot|n't|\bnever|\bwithout|nahi)(?: (?:a|an|any|really|very|the|too|that))?\s*$")


def read_objections(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """Why the customer hesitates, each label once, where it was first said."""
    return _by_table(heard, _OBJECTIONS, confidence=0.8)


def read_positive_signals(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What sounded like buying."""
    return _by_table(heard, _POSITIVE_SIGNALS, confidence=0.75)


def read_pain_points(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What hurts them today."""
    return _by_table(heard, _PAIN_POINTS, confidence=0.75)


def read_topics(heard: Sequence[Heard]) -> tuple[Fact[str], ...]:
    """What it was about, most mentioned first; the customer's words are the evidence when they used any."""
    everything = "\n".join(each.low for each in heard)
    starts = list(accumulate((len(each.low) + 1 for each in heard), initial=0))
    hits: dict[str, list[Fact[str]]] = {}
    for label, pattern in _TOPICS:
        place = 0
        while match := pattern.search(everything, place):
            which = bisect_right(starts, match.start()) - 1
            start = match.start() - starts[which]
            end = min(match.end() - starts[which], len(heard[which].text))
            hits.setdefault(label, []).append(fact(label, heard[which], start, end, confidence=0.8))
            place = starts[which + 1]
    ranked = sorted(hits.values(), key=lambda facts: -sum(2 if f.evidence.speaker == "customer" else 1 for f in facts))
    chosen = [min(facts, key=lambda f: (f.evidence.speaker != "customer", f.evidence.turn)) for facts in ranked]
    return tuple(chosen[:5])


Table = tuple[tuple[str, re.Pattern[str]], ...]


def _by_table(heard: Sequence[Heard], table: Table, *, confidence: float) -> tuple[Fact[str], ...]:
    """The first fact of each label, in the order in which they were said."""
    theirs = [each for each in heard if each.is_customer]
    found = []
    for label, pattern in _heard_of(table, theirs):
        for each in theirs:
            match = pattern.search(each.low)
            if match and not _DENIED.search(each.low[max(0, match.start() - 16) : match.start()]):
                found.append(fact(label, each, match.start(), match.end(), confidence=confidence))
                break
    return tuple(sorted(found, key=lambda each: each.evidence.turn)[:6])


def _heard_of(table: Table, heard: Sequence[Heard]) -> Table:
    """The rows that match anywhere in the call: one search in all of it spares most of those by turn."""
    everything = "\n".join(each.low for each in heard)
    return tuple((label, pattern) for label, pattern in table if pattern.search(everything))


def _compiled(table: dict[str, str]) -> Table:
    return tuple((label, re.compile(rf"(?<!\w)(?:{pattern})", re.MULTILINE)) for label, pattern in table.items())


_OBJECTIONS, _POSITIVE_SIGNALS = _compiled(OBJECTIONS), _compiled(POSITIVE_SIGNALS)
_PAIN_POINTS, _TOPICS = _compiled(PAIN_POINTS), _compiled(TOPICS)
