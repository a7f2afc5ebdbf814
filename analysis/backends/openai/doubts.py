"""Whether the words a model names bear out the value it read from them.

Grounding finds the quote in its turn; a model that was talked into something can still put a value of its own beside
a true quote. So a name has to be made of the words that were said, a figure of the numbers, an e-mail of its letters,
and a request not to be called has to be one. What fails is left out, and counted with what grounding drops.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from analysis.backends.builtin.emails import read_emails
from analysis.backends.builtin.intents import says_ban
from analysis.backends.builtin.numerals import read_numbers
from analysis.backends.builtin.phones import read_phones
from analysis.conversation import Conversation, Line
from analysis.findings import Fact, Intent, Money, Timeline

NOT_IN_THE_WORDS = "the words that are named do not bear it out"
NOT_ASKED = "the words that are named do not ask not to be called"

# Made of the very words that were said.
NAMES = frozenset({"contact_name", "business_name", "owner_name", "city", "state", "address"})
# What a figure may be spoken as: "fifty" for 50 lakh, "twelve hundred", "200k".
SCALES = tuple(Decimal(10) ** power for power in (0, 2, 3, 5, 6, 7, 9))
LONGEST_AHEAD = timedelta(days=730)

# For what the table of refusals does not know: a word for calling, one for not doing it, and one for oneself.
_CALLING = re.compile(
    r"\b(?:call\w*|phon\w*|ring\w*|contact\w*|disturb\w*|bother\w*|numbers?|list|message\w*|fone?)\b|"
    r"फोन|फ़ोन|कॉल|नंबर|संपर्क|परेशान|तंग"
)
_ENDING = re.compile(
    r"\b(?:no|not|never|stop\w*|don't|remove|delete|unsubscribe|quit|without|mat|band|nahi+n?|na|hata\w*|kabhi)\b|"
    r"मत|नहीं|न करें|बंद|हटा"
)
_ONESELF = re.compile(
    r"\b(?:i|me|us|my|our|here|again|anymore|mujhe|hume|humein|hamein|mere|mera|hamare|dobara|phir|yahan?)\b|"
    r"मुझे|हमें|मेरे|मेरा|हमारे|दोबारा|यहाँ"
)
_SENTENCE_END = re.compile(r"(?<=[.!?।])\s+|\n+")
_NOT_IN_A_NAME = re.compile(r"[_<>{}\[\]|\\=;@]")
# What stands for itself, and is never a way of putting something: figures, addresses.
_HARD = re.compile(r"\S*(?:\d|@|://|www\.)\S*|\b[\w-]+\.(?:com|in|net|org|io|co|example)\b", re.IGNORECASE)


def doubt(name: str, fact: Fact[Any], conversation: Conversation) -> str:
    """Return why the value cannot be believed, or an empty string. A turn that is not there grounding refuses."""
    line = conversation.line(fact.evidence.turn)
    if line is None:
        return ""
    if fact.value is Intent.DO_NOT_CALL:
        return "" if asks_not_to_be_called(line.text) else NOT_ASKED
    if _is_in_our_words(name, conversation):
        return ""
    return "" if _is_borne_out(name.partition("[")[0], fact, line, conversation) else NOT_IN_THE_WORDS


def asks_not_to_be_called(text: str) -> bool:
    """Whether one sentence says, in English, Hindi or both, that calls to whoever speaks are to end."""
    low = text.lower().replace("’", "'")
    if says_ban(low):
        return True
    signs = (_CALLING, _ENDING, _ONESELF)
    return any(all(sign.search(each) for sign in signs) for each in _SENTENCE_END.split(low))


def without_inventions(text: str, conversation: Conversation) -> str:
    """Return the sentences of a text whose figures and addresses were all said somewhere in the conversation."""
    said = " ".join(line.text for line in conversation.lines)
    return " ".join(each for each in _SENTENCE_END.split(text) if each and not _adds(each, said))


def _is_in_our_words(name: str, conversation: Conversation) -> bool:
    """Whether the field is a choice or a date of the company's own: "next Friday" is written as 2026-11-27."""
    wanted = next((each for each in conversation.wanted if name == f"custom.{each.key}"), None)
    return wanted is not None and (bool(wanted.choices) or wanted.kind == "date")


def _is_borne_out(name: str, fact: Fact[Any], line: Line, conversation: Conversation) -> bool:
    value = fact.value
    if name in NAMES:
        return _is_made_of(value, line.text)
    if name == "email":
        return value in {each.value for each in read_emails(line.text)} or _has_its_letters(value, fact.evidence.quote)
    if name == "website":
        return _has_its_letters(value, fact.evidence.quote)
    if name == "phones":
        return _is_number_said(value, line.text, region=conversation.region)
    if isinstance(value, bool):
        return True
    if isinstance(value, Money):
        return all(_is_counted(bound, line.text) for bound in (value.minimum, value.maximum) if bound is not None)
    if isinstance(value, (int, float)):
        return _is_counted(Decimal(str(value)), line.text)
    if isinstance(value, datetime):
        return timedelta(days=-1) <= value - conversation.called_at <= LONGEST_AHEAD
    if isinstance(value, Timeline):
        return _is_made_of(value.text, line.text)
    # What is put in other words may leave out, but not add.
    return not isinstance(value, str) or not _adds(value, line.text)


def _is_made_of(value: str, text: str) -> bool:
    words = _words(text)
    if _NOT_IN_A_NAME.search(value) or not _words(value):
        return False
    # "M E E R A" is Meera.
    spelled = "".join(word if len(word) == 1 else " " for word in words).split()
    return all(word in words or word in spelled for word in _words(value))


def _has_its_letters(address: str, quote: str) -> bool:
    """Whether each run of letters of an address was said, and figures only where figures were."""
    letters, pieces = _letters(quote), re.findall(r"[^\W\d_]+", address.lower())
    if any(char.isdecimal() for char in address) and not read_numbers(quote):
        return False
    return bool(pieces) and all(_letters(piece) in letters for piece in pieces)


def _is_number_said(e164: str, text: str, *, region: str) -> bool:
    if any(each.value == e164 for each in read_phones(text, region=region)):
        return True
    digits = "".join(str(int(char)) for char in text if char.isdecimal())
    return len(e164) > 8 and e164[-8:] in digits


def _is_counted(figure: Decimal, text: str) -> bool:
    numbers = {each.value for each in read_numbers(text)}
    return any(number * scale == figure for number in numbers for scale in SCALES)


def _adds(value: str, text: str) -> bool:
    """Whether the value holds a figure or an address that the text does not."""
    said = {_bare(each) for each in text.split()}
    return any(_bare(found[0]) not in said for found in _HARD.finditer(value))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:[\u0900-\u0903\u093a-\u094f]+[^\W_]*)*", _folded(text))


def _letters(text: str) -> str:
    return "".join(char for char in _folded(text) if not char.isspace() and unicodedata.category(char)[0] in "LMN")


def _bare(word: str) -> str:
    return _folded(word).strip(".,;:!?()'\"-₹$€£%।/")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
