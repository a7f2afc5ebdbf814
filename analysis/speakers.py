"""Whether a transcript has agent and customer the wrong way round: it shows in how a call opens."""

from __future__ import annotations

import re

from analysis.conversation import Conversation, Line, Speaker

OPENING = 4

# What only the side that answers, or that called for us, says. `{us}` is our company's name.
_OURS = (
    r"thank(?:s| you) for calling",
    r"thank(?:s| you) for contacting",
    r"how (?:can|may) (?:i|we) (?:help|assist) you",
    r"welcome to {us}",
    r"(?:this is|i am|i'm|my name is|you(?:'ve| have) reached)[^.?!]{{0,60}}\b{us}\b",
    r"(?:calling|call|speaking) (?:from|on behalf of)[^.?!]{{0,20}}\b{us}\b",
    r"^{us}[,. ]+(?:good (?:morning|afternoon|evening)|hello|this is|how)",
    r"{us} (?:se|ki taraf se) (?:bol|baat|call)",
)


def look_swapped(conversation: Conversation) -> Line | None:
    """Return the line that suggests it: the «customer» opens as our company would, and our agent does not.

    A suggestion for a person, never a reason to swap by itself.
    """
    said = conversation.lines[:OPENING]
    theirs = _first(said, "customer", us=conversation.our_name)
    return theirs if theirs is not None and _first(said, "agent", us=conversation.our_name) is None else None


def _first(lines: tuple[Line, ...], who: Speaker, *, us: str) -> Line | None:
    return next((line for line in lines if line.speaker == who and _opens_as_we_do(line.text, us=us)), None)


def _opens_as_we_do(text: str, *, us: str) -> bool:
    said = " ".join(text.casefold().replace("’", "'").split())
    name = re.escape(" ".join(us.casefold().split()))
    phrases = _OURS if name else tuple(phrase for phrase in _OURS if "{us}" not in phrase)
    return any(re.search(phrase.format(us=name), said) for phrase in phrases)
