"""What the customer can or wants to spend: an amount said beside a budget word, or as the answer to a
budget question.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from analysis.backends.builtin.amounts import Amount, read_amounts
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.findings import Fact, Money

BUDGET_WORDS = re.compile(
    r"budget|\bafford|\bspend\b|\bspending\b|price range|price bracket|willing to pay|"
    r"\b(?:can|could|would|i'd|we'd) (?:only |probably |maybe |just )?(?:pay(?! for)|give|do|go|stretch|donate|"
    r"spare|put in)\b|\b(?:my|"
    r"our) (?:ceiling|cap|limit|maximum)\b|"
    r"thinking (?:more |maybe |something )*(?:like|of|about|around)|hoping (?:to|for)|comfortable (?:with|at|paying)|"
    r"\bbeen (?:given|allotted|sanctioned|approved)\b|kheench sakt|ke andar socha|socha th?a|"
    r"\bstretch(?: it)? (?:to|till)|\brange\b|\binvest\b|\bset aside|\ballocat|"
    r"looking (?:at|to spend)|\b(?:can|could) you (?:do|make it|accept|take)\b|"
    r"\bcosts? (?:not|no) more|\bcost(?:ing)? (?:under|below|up to|less)|\brent (?:of|under|up ?to|"
    r"should|below|around)|"
    r"i'?(?:ll| will) (?:pay|donate|give)|\bkharch|\bde sakt|\bde payenge|बजट|want to (?:pay|donate)"
)
# Money that is not for spending with us.
OTHER_MONEY = re.compile(
    r"revenue|turnover|\bsales\b|salary|income|\bearn|\bpaid\b|\bwe pay\b|\bi pay\b|currently pay|"
    r"deduct|debited|kat (?:gay|li|diy)|charged|"
    r"signs? off|approv\w+ (?:anything|everything|all)|anything (?:above|over)\b|"
    r"withdr[ae]w|transfer|balance|fee of|\brefund|\bcost me\b|\bcosts me\b|\blost\b|loan of|\bemi\b|quoted"
)
SURE = 0.8
LAKH, CRORE = 100_000, 10_000_000
# Beside figures of this size, one below it is only the short form of another.
# Each is looked at within its whole sentence; who says more figures in one turn reads a list out.
MOST_IN_A_TURN = 30
SMALLEST_WHOLE = 1_000
_ASKS_INCOME = re.compile(r"\b(?:revenue|turnover|sales|salary|income|earn\w*|make|made)\b[^.?!]{0,40}\?")
_MONTHLY = re.compile(
    r"monthly|(?:budget|spend|spending|pay|paying|rent|afford)\b[^.?!]{0,24}\b(?:a|per|every|each) month|har mahine"
)
_YEARLY = re.compile(r"(?:annual|yearly) (?:budget|spend)|budget (?:a|per|every|for the) year|saalana")
# "It is within your budget." names a budget and asks for none.
_ASKS = re.compile(r"\?|\b(?:what|how|kitn[aei]|tell|may i|can i|do you|is there|are you|kya|batai|bata)\b|कितन|क्या")
LIMIT_AT_END = re.compile(r"(?:\btops|\bmax(?:imum)?|at (?:the )?most|\btak)$")
LIMIT_ALONE = re.compile(
    r"^(?:not|no) more than|^under|^below|^up ?to|^max|^less than|^within|^at (?:the )?most|^nothing over"
)


def read_budget(statements: Sequence[Heard], *, currency: str) -> Fact[Money] | None:
    """The budget stated last, or None. A plain figure is the most they will spend: its minimum is
    left open.

    A figure beside a budget word outweighs a limit said about anything else; a bare figure ("ninety", "4.8") is
    counted in the lakhs or crores that were being spoken of.
    """
    found: list[Fact[Money]] = []
    bare: list[Decimal] = []
    for heard in statements:
        has_digits = any(char.isdecimal() for char in heard.text)
        if not has_digits and not _MAY_COUNT.search(heard.low) and "budget" not in heard.asked:
            continue
        for amount in read_amounts(heard.text, currency=currency)[-MOST_IN_A_TURN:]:
            confidence = _confidence(heard, amount, currency=currency) or _repeated_in_full(heard, amount, bare)
            if heard.is_customer and not amount.is_money:
                bare.append(amount.money.maximum or amount.money.minimum or Decimal(0))
            if confidence:
                money = _as_limit(_in_their_scale(heard, amount, currency=currency))
                found.append(fact(money, heard, amount.start, amount.end, confidence=confidence))
    surest = max((each.confidence for each in found), default=0)
    sure = [each for each in found if surest < SURE or each.confidence >= SURE]
    return last(_without_repetitions(sure), statements)


def _repeated_in_full(heard: Heard, amount: Amount, bare: Sequence[Decimal]) -> float:
    """How surely our question is their budget: "Four fifty." "Four hundred fifty thousand?" "Yes." """
    size = amount.money.maximum or amount.money.minimum
    if heard.is_customer or not amount.is_money or size is None:
        return 0
    return 0.85 if any(each * scale == size for each in bare[-2:] for scale in (1000, LAKH, CRORE)) else 0


def _in_their_scale(heard: Heard, amount: Amount, *, currency: str) -> Amount:
    """ "My cap is 4.8", after our "4.6 lakh a month", is 4.8 lakh a month; "nine thousand", asked for a monthly
    budget, is a month's.
    """
    money = amount.money
    offered = _offered(heard, amount, currency=currency)
    if offered is not None:
        times = _scale_of(offered)
        money = money.model_copy(
            update={
                "minimum": money.minimum and money.minimum * times,
                "maximum": money.maximum and money.maximum * times,
                "currency": offered.currency,
                "period": offered.period,
            }
        )
    if money.period == "once" and _MONTHLY.search(heard.question):
        money = money.model_copy(update={"period": "month"})
    if money.period == "once" and _YEARLY.search(heard.question):
        money = money.model_copy(update={"period": "year"})
    return replace(amount, money=money)


def _offered(heard: Heard, amount: Amount, *, currency: str) -> Money | None:
    """What our agent has just named in lakhs or crores, when the customer's bare figure is of its size."""
    size = amount.money.maximum or amount.money.minimum
    if amount.is_money or not heard.is_customer or not size or size >= 200:
        return None
    for offer in reversed(read_amounts(heard.question, currency=currency)):
        top = offer.money.maximum or offer.money.minimum
        if offer.is_money and top and top >= LAKH and top / 3 <= size * _scale_of(offer.money) <= top * 3:
            return offer.money
    return None


def _scale_of(money: Money) -> int:
    top = money.maximum or money.minimum or 0
    return CRORE if top >= CRORE else LAKH


def _without_repetitions(found: Sequence[Fact[Money]]) -> list[Fact[Money]]:
    """Bare figures fall away beside figures with their scale: "Ninety lakh … okay, ninety was my budget"."""
    whole = [each for each in found if (each.value.maximum or each.value.minimum or 0) >= SMALLEST_WHOLE]
    return whole or list(found)


def _confidence(heard: Heard, amount: Amount, *, currency: str) -> float:
    """How surely this amount is the budget, 0 when it is something else."""
    start, end = heard.sentence_at(amount.start)
    sentence = heard.low[start:end]
    cued = BUDGET_WORDS.search(sentence) is not None
    if heard.is_customer and not cued and _ASKS_INCOME.search(heard.question[-80:]):
        return 0
    if heard.is_customer and OTHER_MONEY.search(sentence) and "budget" not in sentence:
        return 0
    if not heard.is_customer:
        return 0.8 if (cued or amount.is_limit) and "you" in sentence and amount.is_money else 0
    if cued and (_is_sizable(amount) or _offered(heard, amount, currency=currency)):
        return 0.9
    if "budget" in heard.asked and _ASKS.search(heard.question) and (amount.is_money or _is_sizable(amount)):
        return 0.9
    if amount.is_limit and _is_sizable(amount) and LIMIT_ALONE.search(heard.low[amount.start : amount.end]):
        return 0.7
    if amount.is_limit and LIMIT_AT_END.search(heard.low[amount.start : amount.end]) and _is_sizable(amount):
        return 0.6
    return 0.6 if amount.is_limit and amount.is_money else 0


def _is_sizable(amount: Amount) -> bool:
    """A bare number below 50 beside a budget word is more likely a count of something."""
    size = amount.money.maximum or amount.money.minimum or 0
    return amount.is_money or size >= 50


def _as_limit(amount: Amount) -> Money:
    if amount.is_limit:
        return amount.money
    return amount.money.model_copy(update={"minimum": None})


_MAY_COUNT = re.compile(
    r"hundred|thousand|lakh|lac\b|crore|million|\bk\b|grand|hazaar|hazar|hajar|\bsau\b|karod|dollar|rupee|"
    r"लाख|करोड़|हजार|हज़ार|quid|pound|euro|\b(?:budget|cap|ceiling|tak|andar)\b"
)
