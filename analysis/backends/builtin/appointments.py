"""Times that were agreed: when to call back, and when a visit takes place."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from analysis.answers import is_question, says_no, says_yes
from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.moment import Moment
from analysis.backends.builtin.moment_words import DAY, LONE_HOUR, PART_OF_MONTH
from analysis.backends.builtin.moments import read_moments
from analysis.findings import Fact

CALL_WORDS = re.compile(
    r"(?<!\w)(?:call (?:me|you|back|again|later|us)\b|call(?:ing)? (?:on|at|tomorrow|after|in|around)|"
    r"ring (?:me|you|back)\b|phone (?:me|you|kar)|(?:shall|should|can|may) (?:i|we) (?:ring|phone|call)\b|"
    r"call kar|callback|call-back|"
    r"get back to (?:me|you)|talk (?:tomorrow|later|then|again|on)|speak (?:tomorrow|later|then|again|next|"
    r"on)|try (?:me )?(?:again|later|tomorrow|after|in|at|on|mid|early|next)\b|reach (?:me|you)|"
    r"give (?:me|you) a (?:call|ring|buzz)|baat kar(?:te|enge|ein|n[aei]|o)\b|phone kar(?:na|o|iye|ein)|follow ?up|"
    r"(?:call|phone|ring) (?:me |us )?(?:on )?(?:today|next)|"
    r"(?:on this|isi|is|same) number|ko karo\b|कॉल|बात)"
)
VISIT_WORDS = re.compile(
    r"site visit|\bvisit\b|\bview(?:ing)?\b|come (?:and |to |over )?(?:see|have a look|by|down)|"
    r"(?:like|want|come|love) to see (?:one|it|some|them|a|the|this|that)\b|see the (?:flat|"
    r"apartment|property|house|place|unit|plot|villa|home|office|model)|show (?:me|you)|"
    r"walk[ -]?through|\btour\b|appointment|\bdemo\b|dekhne|dekhna|book(?:ing|ed)?\b|schedul|meeting"
)
PROPERTY_VISIT = re.compile(
    r"site visit|\b(?:schedul\w+|book\w*|arrang\w+|plan|for|fix|set up|want) (?:a |the |your |"
    r"you a )?visit\b|\bvisit (?:to )?(?:the |your |our |this |that |a )?(?:site|property|project|flat|"
    r"apartment|"
    r"office|showroom|place|house|plot|villa|model|cent(?:er|re)|clinic|store|us|you)|\bviewing\b|\bshowing\b|"
    r"\bview (?:the|an?|some|it|this|that|your)\b|(?:like|wants?|come|love) to see (?:one|it|some|them|"
    r"a|the|this|that)\b|see the (?:\w+ )?(?:flat|apartment|property|house|place|unit|"
    r"plot|villa|home)|show (?:me|you) (?:the|around|some)|walk[ -]?through|\btour\b|"
    r"dekhne|come (?:and |to |over )?(?:see|have a look|by|down)|\bvisits\b|"
    r"\bwhen (?:can|could|would) (?:you|we|i) (?:view|visit|see|come)\b|"
    r"\b(?:the|your|our|his|her) (?:(?:site|survey|home|engineer's) )?visit\b|\byou (?:like to |want to |"
    r"please )?visit\b|"
    r"\b(?:can|could|shall|may) (?:i|we) (?:come|see (?:it|them|one)|drop by|stop by)|\bto see it\b|"
    r"\bcome (?:on )?(?:tomorrow|today)|\baa sakt[aei]|\baa jaaun?g|\baaun?g[ai]|\baana (?:hai|chah)|ka visit\b|"
    r"\bvisit (?:kab|kar|ke liye|karn|karen)"
)
_BOOKED = re.compile(
    r"(?:is|are|been|have|'s|now|successfully|successfuly|i've|all) (?:now )?(?:been )?(?:scheduled|"
    r"booked|confirmed|arranged|fixed|set up|reserved|all set)|"
    r"(?:viewing|visit|tour|appointment) (?:is |has been )?(?:now )?(?:scheduled|booked|confirmed|"
    r"fixed)|see you (?:on|then|there|tomorrow|at)|"
    r"book(?:ed|ing) (?:you|it|that) (?:in|for)|i(?:'ll| will) (?:book|schedule|arrange|confirm|"
    r"put you down)|book kar (?:diya|det[ai]|rah[ai])|(?:am|pm|day|\d|o'clock) confirmed\b|"
    r"^(?:ok(?:ay)?,? |great,? |theek hai,? |ji,? )?(?:done|noted|confirmed|booked)\b"
)
_SET_ASIDE = re.compile(
    r"\b(?:can'?t|cannot|won'?t|not (?:free|available|on|at)|isn'?t|except|instead of|busy|was (?:gonna|"
    r"going to)|wanted to|have an? (?:wedding|interview|meeting|appointment)|"
    r"i have a|got a|already|nahin?|because|(?:i|we|you) (?:close|finish|open|start|pick up)|till|until)\b"
)
# What follows a day that will not do: "Monday's no good", "kal nahi", "Sunday I'm travelling".
_RULED_OUT = re.compile(
    r"(?:'s| is| ko| at all|,)*,? ?(?:nahi+n?\b|nhi\b|not (?:possible|good|free|available|convenient|working)|"
    r"no\b(?! problem)|"
    r"no good|bad\b|out\b|(?:a )?holiday|isn't|is not|won't|doesn't|does not|i can'?t|i cannot|i won't|i'm (?:busy|"
    r"travel|away|"
    r"not|out|off)|i am (?:busy|travel|away|not)|we're (?:away|closed|busy))"
)
_NO_TIME = re.compile(
    r"\b(?:no|isn'?t|not) (?:viewing |slot |time )?available|time isn'?t|unable|cannot|not available|"
    r"fully booked"
)
# Our agent's whole answer to the time they named.
_TAKEN = re.compile(
    r"^(?:ok(?:ay)?|theek hai|thik hai|great|perfect|sure|sounds good|alright|wonderful|lovely|ji|ji haan|bilkul|"
    r"accha|that works|works for us|see you(?: then)?|thank you|thanks|sir|ma'am|madam|[ ,.!])+$"
)
_CALL_THEN = re.compile(r"\b(?:call|ring|phone|try) (?:me |us )?(?:back )?then\b")
_COUNTERS = re.compile(
    r"\b(?:make (?:it|that)|how about|what about|instead|rather|let'?s (?:say|do)|can we (?:do|say))\b"
)
_CLOCK = re.compile(r"\bo'?clock\b|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b|\bbaje\b")
# Somebody's past or habit is no appointment.
_PAST = re.compile(r"\b(?:yesterday|last|ago|since|was|were|went|happened|bought|called|tha|thi|gaya|gayi|hua)\b")
_AS_AGREED = re.compile(
    r"\b(?:kaha tha|bola tha|you (?:had )?(?:said|asked|told|wanted|met)|as (?:agreed|discussed|promised))\b"
)


def read_callback(heard: Sequence[Heard], *, called_at: datetime, day_first: bool) -> Fact[datetime] | None:
    """The time agreed for the next call, aware, in the company's zone.

    The customer names it, or says yes to ours. A day without a time is taken for 10:00 and is less sure.
    """
    seeking = _Search(called_at, day_first)
    # "Call me then." at the end says what the times before were for.
    topic = "call" if any(each.is_customer and _CALL_THEN.search(each.low) for each in heard) else ""
    for place, each in enumerate(heard):
        topic = _topic(each.low) or topic
        if each.is_customer:
            is_offered = "when" in each.asked or (seeking.is_open and _COUNTERS.search(each.low) is not None)
            # "End of March" is when they need it, unless they speak of the call.
            is_offered = is_offered and not PART_OF_MONTH.search(each.low)
            is_context = _is_about_a_call(each) or (topic == "call" and is_offered)
        else:
            is_context = CALL_WORDS.search(each.low) is not None and _is_accepted(heard, place)
            is_context = is_context and not _AS_AGREED.search(each.low)
        if is_context:
            seeking.read(each)
    return seeking.fact()


def read_visit(
    heard: Sequence[Heard], *, called_at: datetime, day_first: bool
) -> tuple[Fact[bool], Fact[str] | None] | None:
    """Whether a visit was agreed and when (ISO 8601 with zone), or None. A visit nobody accepted is
    none.

    It is agreed when the customer says yes to our offer to book one, names a time that we take, or we
    say it is booked.
    """
    if not any(PROPERTY_VISIT.search(each.low) for each in heard if _topic(each.low)):
        return None
    seeking = _Search(called_at, day_first)
    agreed: Fact[bool] | None = None
    was_raised, topic = False, ""
    for place, each in enumerate(heard):
        topic = _topic(each.low) or topic
        was_raised = was_raised or topic == "visit"
        if each.is_customer:
            if not CALL_WORDS.search(each.low) and (
                VISIT_WORDS.search(each.low)
                or each.asked & {"visit", "when", "offer"}
                or seeking.is_open
                or topic == "visit"
            ):
                seeking.read(each)
            agreed = (_agreement(each, heard, place) if was_raised else None) or agreed
        elif _NO_TIME.search(each.low):
            seeking.refuse_time()
        else:
            if VISIT_WORDS.search(each.low) and _is_accepted(heard, place):
                seeking.read(each)
            if topic == "visit" and seeking.is_taken_up_by(each):
                agreed = seeking.agreement() or agreed
    return (agreed, seeking.iso_fact()) if agreed else None


class _Search:
    """Collects the day and the time from several turns; what is said last wins."""

    def __init__(self, called_at: datetime, day_first: bool) -> None:
        self.called_at, self.day_first = called_at, day_first
        self.moment: Moment | None = None
        self.heard: Heard | None = None
        self.day_said: tuple[Moment, Heard] | None = None

    @property
    def is_open(self) -> bool:
        return self.moment is not None

    def read(self, heard: Heard) -> None:
        for moment in self._moments(heard):
            start, end = heard.sentence_at(moment.start)
            clause = heard.low[start : moment.start]
            clause = re.split(r"[,;]| but | so ", clause)[-1]
            if (
                _RULED_OUT.match(heard.low, moment.end)
                or _SET_ASIDE.search(clause)
                or (_PAST.search(heard.low[start:end]) and heard.is_customer)
            ):
                continue
            self._take(moment, heard)

    def is_taken_up_by(self, heard: Heard) -> bool:
        """Whether our agent repeats the day or the time that the customer has just named."""
        mine = self.moment
        if (
            mine is None
            or self.heard is None
            or not self.heard.is_customer
            or self.heard.line.index < heard.line.index - 2
        ):
            return False
        theirs = self._moments(heard)
        return any((each.is_clock and each.at == mine.at) or (each.day and each.day == mine.day) for each in theirs)

    def agreement(self) -> Fact[bool] | None:
        """That the time named is agreed, by the words that named it."""
        if self.moment is None or self.heard is None:
            return None
        return fact(True, self.heard, self.moment.start, self.moment.end, confidence=0.8)

    def refuse_time(self) -> None:
        """The time offered last is not to be had; the day stays."""
        if self.day_said:
            self.moment, self.heard = replace(self.day_said[0], at=None, is_clock=False), self.day_said[1]

    def fact(self) -> Fact[datetime] | None:
        if self.moment is None or self.heard is None:
            return None
        when = self.moment.when(called_at=self.called_at)
        confidence = (
            0.9 if self.moment.exact or (self.moment.at and self.moment.is_clock) else 0.7 if self.moment.at else 0.5
        )
        return fact(when, self.heard, self.moment.start, self.moment.end, confidence=confidence)

    def iso_fact(self) -> Fact[str] | None:
        """The same as text: a date alone ("2026-05-23") when no time of day was agreed."""
        found = self.fact()
        if found is None or self.moment is None:
            return None
        has_time = self.moment.exact is not None or self.moment.at is not None
        value = found.value.isoformat() if has_time else found.value.date().isoformat()
        return Fact(value=value, confidence=found.confidence, evidence=found.evidence)

    def _moments(self, heard: Heard) -> list[Moment]:
        is_offered = _CLOCK.search(heard.question) or LONE_HOUR.search(heard.question)
        is_answer = "when" in heard.asked or is_offered or DAY.search(heard.low)
        return read_moments(heard.text, called_at=self.called_at, day_first=self.day_first, is_answer=bool(is_answer))

    def _take(self, moment: Moment, heard: Heard) -> None:
        before = self.moment
        if moment.day:
            self.day_said = (moment, heard)
        if before and not moment.exact and not before.exact:
            if moment.day is None or _is_that_day(moment, before):
                moment = replace(moment, day=before.day)
            elif moment.at is None and before.at and (heard is self.heard or moment.day == before.day):
                moment = replace(moment, at=before.at, is_clock=before.is_clock)
        same = before and before.when(called_at=self.called_at) == moment.when(called_at=self.called_at)
        if same and self.heard and self.heard.is_customer and not heard.is_customer:
            return
        self.moment, self.heard = moment, heard


def _is_that_day(moment: Moment, before: Moment) -> bool:
    """Whether a weekday means the later date just named: "the weekend of the 21st … Saturday at noon"."""
    days = (before.day - moment.day).days if before.day and moment.day else 0
    return days > 0 and days % 7 == 0


@lru_cache(maxsize=512)
def _topic(low: str) -> str:
    """Whether a line speaks of a visit or of a call; of both, what it comes to last."""
    is_call, is_visit = CALL_WORDS.search(low) is not None, PROPERTY_VISIT.search(low) is not None
    if is_call and is_visit:
        last_call = max(match.start() for match in CALL_WORDS.finditer(low))
        return "visit" if max(match.start() for match in PROPERTY_VISIT.finditer(low)) > last_call else "call"
    return "call" if is_call else "visit" if is_visit else ""


def _is_about_a_call(each: Heard) -> bool:
    if VISIT_WORDS.search(each.low) and not CALL_WORDS.search(each.low):
        return False
    if CALL_WORDS.search(each.low):
        return True
    question = each.question[-160:]
    if "visit" in each.asked or not ("call" in each.asked or CALL_WORDS.search(question)):
        return False
    return bool(each.asked & {"when", "offer"}) or is_question(question)


def _is_accepted(heard: Sequence[Heard], place: int) -> bool:
    following = heard[place + 1] if place + 1 < len(heard) else None
    return following is not None and following.is_customer and says_yes(following.text)


def _agreement(each: Heard, heard: Sequence[Heard], place: int) -> Fact[bool] | None:
    is_visit = bool(PROPERTY_VISIT.search(each.question) or "visit" in each.asked)
    if is_visit and "offer" in each.asked and says_yes(each.text):
        return fact(True, each, 0, len(each.text), confidence=0.9)
    following = heard[place + 1] if place + 1 < len(heard) else None
    if following and not following.is_customer and not says_no(each.text):
        if _BOOKED.search(following.low):
            return fact(True, each, 0, len(each.text), confidence=0.85)
        is_named = "when" in each.asked and (DAY.search(each.low) or _CLOCK.search(each.low))
        if is_visit and is_named and _TAKEN.match(following.low):
            return fact(True, each, 0, len(each.text), confidence=0.8)
    match = re.search(
        r"i(?:'ll| will| can) (?:come|visit|be there|drop by)|let'?s (?:visit|meet|do (?:the )?(?:visit|"
        r"site))|see you (?:guys |both |all )?(?:then|there|on|at|tomorrow)|main aa(?:unga|ungi|ta)|aa jaunga",
        each.low,
    )
    if match:
        return fact(True, each, match.start(), match.end(), confidence=0.75)
    return None
