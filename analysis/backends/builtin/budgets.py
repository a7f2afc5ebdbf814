"""What the customer can or wants to spend: an amount said beside a budget word, or as the answer to a
budget question.
"""

import re
from collections.abc import Sequence

from analysis.backends.builtin.amounts import Amount, read_amounts
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.findings import Fact, Money

BUDGET_WORDS = re.compile(
    r"budget|\bafford|\bspend\b|\bspending\b|price range|price bracket|willing to pay|can (?:pay|give|"
    r"do|go|stretch|donate|spare|put in)|"
    r"could (?:pay|go|do)|\bstretch(?: it)? (?:to|till)|\brange\b|\binvest\b|\bset aside|\ballocat|"
    r"looking (?:at|to spend)|"
    r"\bcosts? (?:not|no) more|\bcost(?:ing)? (?:under|below|up to|less)|\brent (?:of|under|up ?to|"
    r"should|below|around)|"
    r"i'?(?:ll| will) (?:pay|donate|give)|\bkharch|\bde sakt|\bde payenge|बजट|want to (?:pay|donate)"
)
# Money that is not for spending with us.
OTHER_MONEY = re.compile(
    r"revenue|turnover|\bsales\b|salary|income|\bearn|\bpaid\b|\bwe pay\b|\bi pay\b|currently pay|"
    r"deduct|debited|kat (?:gay|li|diy)|charged|"
    r"withdr[ae]w|transfer|balance|fee of|\brefund|\bcost me\b|\bcosts me\b|\blost\b|loan of|\bemi\b|quoted"
)
LIMIT_ALONE = re.compile(
    r"^(?:not|no) more than|^under|^below|^up ?to|^max|^less than|^within|^at (?:the )?most|^nothing over"
)


def read_budget(statements: Sequence[Heard], *, currency: str) -> Fact[Money] | None:
    """The budget stated last, or None. A plain figure is the most they will spend: its minimum is
    left open.
    """
    found: list[Fact[Money]] = []
    for heard in statements:
        if not any(char.isdecimal() for char in heard.text) and not _MAY_COUNT.search(heard.low):
            continue
        for amount in read_amounts(heard.text, currency=currency):
            confidence = _confidence(heard, amount)
            if confidence:
                found.append(fact(_as_limit(amount), heard, amount.start, amount.end, confidence=confidence))
    return last(found)


def _confidence(heard: Heard, amount: Amount) -> float:
    """How surely this amount is the budget, 0 when it is something else."""
    start, end = heard.sentence_at(amount.start)
    sentence = heard.low[start:end]
    cued = BUDGET_WORDS.search(sentence) is not None
    if heard.is_customer and OTHER_MONEY.search(sentence) and "budget" not in sentence:
        return 0
    if not heard.is_customer:
        return 0.8 if cued and "you" in sentence and _is_sizable(amount) else 0
    if cued and _is_sizable(amount):
        return 0.9
    if "budget" in heard.asked and (amount.is_money or _is_sizable(amount)):
        return 0.9
    if amount.is_limit and _is_sizable(amount) and LIMIT_ALONE.search(heard.low[amount.start : amount.end]):
        return 0.7
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
    r"लाख|करोड़|हजार|हज़ार|quid|pound|euro"
)
