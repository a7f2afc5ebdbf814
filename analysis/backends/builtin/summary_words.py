"""The words of a summary, and what tells the sentence that carries a call: tables for `summary`."""

import re

from analysis.findings import Resolution

# The labels of objections and pains as what a person does: "finds the price too high".
CONCERNS = {
    "Too expensive": "finds the price too high",
    "Not now": "says that now is not the time",
    "Uses someone else": "already uses someone else",
    "Has to ask someone": "has to ask someone else first",
    "Wants to think": "wants to think it over",
    "Does not trust it": "is not sure that it can be trusted",
    "Does not need it": "sees no need for it",
    "Too far": "finds it too far away",
    "Missing a feature": "misses something in it",
    "Contract too long": "does not want to be bound so long",
    "Bad experience before": "had a bad experience before",
    "Already gives elsewhere": "already gives elsewhere",
    "Wants details first": "wants to see details first",
    "Does not want to share details": "would rather not share details",
    "Too much trouble": "fears that it is too much trouble",
    "Dislikes the approach": "does not like how we asked",
    "Declined": "declined what we asked for",
    "Loses calls or leads": "loses calls or leads today",
    "Takes too long": "finds that it takes too long",
    "Costs too much now": "pays too much today",
    "Something does not work": "has something that does not work",
    "Lost or stolen": "reports something lost or stolen",
    "Bad service": "is unhappy with the service",
    "Too much by hand": "does too much by hand",
    "Not enough room": "is short of room",
    "Wrong item or does not fit": "got something wrong or that does not fit",
    "Has to leave": "has something that is about to end",
    "Under stress": "is under strain",
    "Declined or refused": "was declined or refused something",
}
RESOLUTIONS = {
    Resolution.RESOLVED: "The matter was settled",
    Resolution.UNRESOLVED: "The matter was left open",
    Resolution.ESCALATED: "The matter was passed on",
}
PURPOSE = re.compile(
    r"\b(?:i|we) (?:would like|want|need|am looking|are looking|have (?:an?|some|lost|been|the|no|two|"
    r"big)\b|lost|wanted|forgot|bought|can ?not|can'?t|think|run|am trying|was|am calling|wish)|"
    r"i'?m (?:looking|calling|interested|trying|having)|we'?re (?:looking|calling|having|trying)|"
    r"i'?d like|looking for|"
    r"search|(?<!no )problem|issue|help (?:me )?with|schedule|book|chahiye|interested|mera |meri |mere |"
    r"my (?:room|order|card|account|ac|car)"
)
# What people say when they come to the point.
WANT = re.compile(
    r"\b(?:i|we)(?: just|'d| would|'ve|'m|'re| am| are| have)? (?:\w+ )?(?:want(?:ed)?|need(?:ed)?|"
    r"look(?:ing)? for|like to|after|"
    r"calling (?:about|to|because|for)|asked|had asked|saw|heard|decided|gave up|gone with|bought|been charged|"
    r"lost|dropped)\b|"
    r"\b(?:mujhe|humko|hume|humein|hamein)\b.*\b(?:chahiye|lena|dekhna)\b|\bchahiye\b|"
    r"\b(?:our|my) (?:\w+ )?(?:is|are|was|has|keeps?|isn't|doesn't|broke|stopped)\b|"
    r"\b(?:do|can|could) you (?:have|give|mail|send|call|tell|help)\b|it's about|supposed to be"
)
# A sentence that only answers or reacts says little by itself.
ANSWERS = re.compile(
    r"(?:no|yes|yeah|yep|sorry|actually|you|that'?s|thanks|okay|ok|great|perfect|correct|right|sure|please|haan|"
    r"ji|nahin?|go ahead)\b"
)
PURPOSE_WITHIN = 10
SMALL_TALK = re.compile(
    r"^(?:(?:hi|hello|hey|hallo|yes|no|ok(?:ay)?|sure|thanks?|thank you|bye|goodbye|great|good|fine|alright|"
    r"how are you|i'?m (?:fine|good|well|great)|and you|you too|namaste|haan|ji|speaking|please|right|"
    r"correct|have a (?:great|good|nice) day)\b[\s,.!?]*)+"
)
GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hallo|yes|yeah|ok|okay|well|namaste|uh|um|so)\b[\s,.!]*)*(?:(?:my name is|"
    r"this is|i'm|i am) [\w']+(?: (?!and\b|i\b|from\b)[\w']+)?(?:[\s,.]+and\b)?[\s,.]+(?=i\b|we\b))?"
)
DETAILS = re.compile(r"@|\d{4}| at .{2,30} dot |(?:\b(?:one|two|three|four|five|six|seven|eight|nine|zero|oh)\b\s*){3}")
WHEN = re.compile(
    r"(?:within|in|by|before|after|this|next|immediately|right away|as soon as|asap|end of|early|late|at the|"
    r"sometime|around|until)\b"
)
