"""The customer's business: its name, its trade, its size and turnover, its website, and who decides there."""

import re
from collections.abc import Sequence

from analysis.backends.builtin.amounts import read_amounts
from analysis.backends.builtin.emails import read_emails
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.more_places import TOWNS
from analysis.backends.builtin.name_words import name_at
from analysis.backends.builtin.numerals import read_numbers
from analysis.backends.builtin.place_table import CITIES, LOCALITIES, STATES
from analysis.backends.builtin.plain_words import NEVER_A_NAME, TRADES, words_of
from analysis.findings import Fact, Money

_WORD = r"(?:[^\W_][\w&'.-]*[\w]|[^\W_]|&)"
_BUSINESS = rf"(?P<name>{_WORD}(?: {_WORD}){{0,4}})"

# {business} stands where the name is said.
BUSINESS_PHRASES: tuple[tuple[float, str], ...] = (
    (
        0.95,
        (r"\b(?:company|business|firm|clinic|shop|store|restaurant|practice|agency|startup|organi[sz]ation|hospital|"
        r"school)(?:'s)? (?:name (?:is|hai)|is called|is named|called|named|ka naam) {business}"),
    ),
    (
        0.85,
        r"\b(?:(?:i|we)(?:'ve| have| run| own|'re| are| manage| started| work (?:at|for|in)|'m with|"
        r" am with) (?:a|an|the)|"
        r"my|our) (?:\w+ ){1,3}(?:called|named) {business}",
    ),
    (0.95, r"\bwe(?:'re| are) called {business}"),
    (0.9, r"\b(?:calling|speaking|ringing|bol rah[aie] (?:hoon|hu)) (?:from|on behalf of|for) {business}"),
    (0.9,
        r"\b(?:this is|i'm|i am|my name is|it's|main|my ?self)(?: (?!\w+ing\b)[a-z.'-]+){1,3},? (?:from|of|at|"
        r"with) {business}"
    ),
    (0.85, r"\b[a-z.'-]+ (?:here|speaking),? from {business}"),
    (0.85, r"\bi (?:run|own|manage|work (?:at|for|with)|represent|founded|started|am with|head) {business}"),
    (0.85, r"\bwe run {business}"),
    (0.85, r"\b(?:our|my) (?:startup|company|firm|business|clinic|shop|store|agency|practice|restaurant), {business}"),
    (0.9, r"\b(?:main|mai|hum|ham) {business} se (?:bol|baat|call|hoon|hun)"),
    (0.85, r"\bi (?:run|manage|head|lead|handle) (?:the |a |an |their )?(?:\w+ ){1,2}(?:at|for|of) {business}"),
    (0.85, r"(?:^|[.!?] )[a-z'-]+ [a-z'-]+, (?:calling )?from {business}"),
    (0.8, r"\b(?:i'm|i am|we're|we are) (?:from|with|at) {business}"),
    (0.8,
     (
        r"\b(?:owner|founder|director|ceo|manager|head|partner|proprietor|president|vp) (?:of|at|"
        r"for) (?:\w+ (?:over )?(?:at|for|with) )?{business}"
     )),
)  # fmt: skip
INDUSTRIES = {
    "Healthcare": r"dental|dentist|clinic|hospital|doctor'?s|medical|pharmacy|physio|healthcare|diagnostic",
    "Restaurants and food": r"restaurant|caf[eé]|bakery|catering|food truck|cloud kitchen|pizzeria|dhaba",
    "Real estate": r"real estate|realty|property developer|builders?\b|brokerage|construction company",
    "Education": r"\bschool\b|coaching|college|academy|tuition|training institute|university",
    "Retail": r"\bshop\b|\bstore\b|retail|boutique|supermarket|showroom|dukaan|dukan",
    "Software and IT": (r"software|\bit company|\bsaas\b|tech startup|app development|web development|it services"),
    "Manufacturing": r"manufactur|factory|\bplant\b that|fabrication",
    "Logistics": r"logistics|transport company|courier|freight|trucking|warehous",
    "Legal": r"law firm|lawyer|attorney|legal practice",
    "Accounting and finance": (
        r"accounting|accountant|chartered accountant|\bca firm|insurance agency|financial advis"
    ),
    "Fitness and beauty": r"\bgym\b|fitness|yoga|salon|\bspa\b|beauty parlou?r",
    "Hospitality and travel": r"\bhotel\b|resort|travel agency|homestay|guest house",
    "Construction and trades": (
        r"plumb(?:ing|er)|electrician|roofing|hvac|landscap|contractor|renovation|interior design"
    ),
    "Automotive": r"car dealer|auto repair|garage|mechanic shop|dealership",
    "Marketing": r"marketing agency|ad agency|digital agency|advertising",
}
_OURS = re.compile(
    r"(?:\bwe(?:'re| are)? (?:a|an|run|own|have|operate|make|sell|manufacture|in)|\bi (?:run|own|manage|"
    r"operate|started|have)|\bi(?:'m| am) an?|\b(?:my|our|a|the) |business is|in the|"
    r"\bmeri|\bmera|\bhamari|\bhamara|calling from|\bfrom)\s*(?:\w+\s+){0,3}$"
)
_SIZE = re.compile(
    r"employees|people|staff|team members|\bof us\b|\blog\b|headcount|team of|employee|workers|members|"
    r"karamchari|agents|engineers|doctors"
)
_NO_PEOPLE = re.compile(
    r" (?:offices|office|locations?|branch(?:es)?|cit(?:y|ies)|sites?|shops?|stores?|years?|shifts?|floors?|countries|"
    r"seats?|licen[cs]es?|dozen|depots?|warehouses?|clinics?|chairs?)\b"
)
_SIZE_OWN = re.compile(
    r"\bwe\b|\bwe're|\bour\b|\bmy\b|team of|staff of|\bcompany\b|hamare|hamari|humare|around|about|"
    r"headcount|\bi have\b"
)
_REVENUE = re.compile(
    r"revenue|turnover|in sales|annual sales|top ?line|we (?:make|do|gross)\b.{0,30}(?:a year|per year|"
    r"annually|saal)"
)
_WEBSITE = re.compile(
    r"(?<![@\w.])(?:https?://)?(?:www\.)?[a-z0-9][a-z0-9-]{0,60}(?:\.[a-z0-9-]{2,60})*\.(?:com|in|co|"
    r"org|net|io|ai|uk|biz|info|app|dev|tech|store)(?:\.[a-z]{2})?"
    r"(?:/[\w./-]*)?(?![\w@])"
)
_SPOKEN_WEBSITE = re.compile(
    r"\b(?:(?:www|w w w|double u double u double u|"
    r"triple w) dot )?(?P<name>[a-z0-9]+(?: [a-z0-9]+)??) dot (?P<end>com|in|co dot in|co dot uk|org|"
    r"net|io)\b"
)
_WEBSITE_CUE = re.compile(r"website|web site|\bsite\b|www|webpage|online at|url|domain|triple w|w w w")


def read_business_name(statements: Sequence[Heard], *, our_name: str) -> Fact[str] | None:
    """The customer's business, never ours and never a city."""
    found = []
    for heard in statements:
        if not heard.is_customer:
            continue
        for confidence, pattern in _PHRASES:
            for match in pattern.finditer(heard.low):
                name = _business_at(heard.text, *match.span("name"))
                if name and not _is_ours(name[0], our_name):
                    found.append(fact(name[0], heard, name[1], name[2], confidence=confidence))
        if "business" in heard.asked and not found and len(heard.text.split()) <= 7:
            found += _answered(heard, our_name)
    return last(sorted(found, key=lambda each: each.evidence.turn))


def read_industry(statements: Sequence[Heard]) -> Fact[str] | None:
    """The customer's trade, by the words they use for their own business."""
    theirs = [each for each in statements if each.is_customer]
    everything = "\n".join(each.low for each in theirs)
    found: list[Fact[str]] = []
    for industry, pattern in _INDUSTRIES:
        if not pattern.search(everything):
            continue
        for heard in theirs:
            match = pattern.search(heard.low)
            before = heard.low[max(0, match.start() - 40) : match.start()] if match else ""
            if match and _OURS.search(before) and "near" not in before:
                found.append(fact(industry, heard, match.start(), match.end(), confidence=0.75))
    return min(found, key=lambda each: each.evidence.turn, default=None)


def read_company_size(statements: Sequence[Heard]) -> Fact[int] | None:
    """How many people work there; of a range the upper end."""
    found = []
    for heard in statements:
        is_asked = "size" in heard.asked
        if not is_asked and not _SIZE.search(heard.low):
            continue
        for number in read_numbers(heard.text):
            if _NO_PEOPLE.match(heard.low, number.end):
                continue
            near = heard.low[max(0, number.start - 30) : number.end + 25]
            if is_asked or (_SIZE.search(near) and _SIZE_OWN.search(near)):
                stop = number.end
                if number.value == number.value.to_integral_value() and 1 <= number.value <= 5_000_000:
                    found.append(
                        fact(int(number.value), heard, number.start, stop, confidence=0.9 if is_asked else 0.8)
                    )
    return last(found, statements)


def read_annual_revenue(statements: Sequence[Heard], *, currency: str) -> Fact[Money] | None:
    """The yearly turnover, if it was said."""
    found = []
    for heard in statements:
        if not heard.is_customer or not (_REVENUE.search(heard.low) or "revenue" in heard.asked):
            continue
        for amount in read_amounts(heard.text, currency=currency):
            if amount.is_money:
                money = amount.money.model_copy(
                    update={"period": "month" if amount.money.period == "month" else "year"}
                )
                found.append(fact(money, heard, amount.start, amount.end, confidence=0.85))
    return last(found, statements)


def read_website(statements: Sequence[Heard]) -> Fact[str] | None:
    """The customer's website as an address in lower case, without "https://"."""
    found = []
    for heard in statements:
        if not heard.is_customer or ("." not in heard.low and " dot " not in heard.low):
            continue
        mails = [(each.start, each.end) for each in read_emails(heard.text)]
        has_cue = _WEBSITE_CUE.search(heard.low + " " + heard.question) is not None
        spoken = _SPOKEN_WEBSITE.finditer(heard.low) if has_cue else ()
        found += [
            fact(_site(match), heard, match.start(), match.end(), confidence=0.9)
            for match in [*_WEBSITE.finditer(heard.low), *spoken]
            if not any(start <= match.start() < end for start, end in mails)
        ]
    return last(found, statements)


def _site(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups.get("name"):
        words = [word for word in groups["name"].split() if word not in NEVER_A_NAME]
        return "".join(words) + "." + groups["end"].replace(" dot ", ".")
    return re.sub(r"^https?://", "", match[0]).rstrip("/.")


def _business_at(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """A name of a business at a span: capitalized words, or words up to the first everyday one."""
    words = [(match[0], start + match.start(), start + match.end()) for match in _WORDS.finditer(text[start:end])]
    if words and words[0][0].lower() == "the" and len(words) > 1:
        words.pop(0)
    if not words:
        return None
    has_capitals = text != text.lower() and words[0][0][0].isupper()
    kept: list[tuple[str, int, int]] = []
    for word, begins, ends in words:
        if has_capitals and word[0].islower() and word.lower() not in ("and", "of", "&", "the"):
            break
        low, is_led = word.lower().split("'")[0], not has_capitals and _leads_to_trade(words, begins)
        if not has_capitals and not is_led and (low in NEVER_A_NAME or len(kept) == 3) and low not in TRADES:
            break
        if kept and text[kept[-1][2] : begins].strip():
            break
        kept.append((word, begins, ends))
    while kept and kept[-1][0].lower() in ("and", "of", "&", "the", "in", "ji"):
        kept.pop()
    if not kept or (text != text.lower() and not has_capitals and kept[-1][0].lower() not in TRADES):
        return None
    value, low = " ".join(word for word, _, _ in kept), " ".join(word for word, _, _ in kept).lower()
    if (
        low in CITIES
        or low in TOWNS
        or low in STATES
        or low in LOCALITIES
        or low in NEVER_A_NAME
        or kept[0][0].lower() in _PLACE_LEADS
    ):
        return None
    if value == value.lower():
        value = " ".join(word[:1].upper() + word[1:] for word in value.split())
    return value.rstrip(".,"), kept[0][1], kept[-1][2]


def _leads_to_trade(words: list[tuple[str, int, int]], place: int) -> bool:
    """Whether "and" or "sons" stands inside a name that ends in a trade ("ferris and daughters landscaping")."""
    later = [word.lower() for word, begins, _ in words if begins >= place]
    return later[0] in _INSIDE_NAMES and any(word in TRADES for word in later[1:4])


def _answered(heard: Heard, our_name: str) -> list[Fact[str]]:
    lead = re.match(
        r"(?:(?:yes|sure|it's|it is|its|we're|we are|i'm|i am|called|from|calling|the|company|name|is|um|uh|"
        r"oh|ok|okay)[\s,]+)*",
        heard.low,
    )
    name = _business_at(heard.text, lead.end() if lead else 0, len(heard.text))
    if name is None or _is_ours(name[0], our_name) or name_at(heard.text, name[1], name[2], is_loose=False) is None:
        return []
    return [fact(name[0], heard, name[1], name[2], confidence=0.75)]


def _is_ours(name: str, our_name: str) -> bool:
    return bool(our_name) and (name.lower() in our_name.lower() or our_name.lower() in name.lower())


_INSIDE_NAMES = words_of("and & sons son daughters daughter brothers bros sisters of the")
_NO_NAMES = (CITIES, TOWNS, STATES, LOCALITIES, NEVER_A_NAME)
_WORDS = re.compile(_WORD)
_PHRASES = tuple(
    (confidence, re.compile(pattern.replace("{business}", _BUSINESS))) for confidence, pattern in BUSINESS_PHRASES
)
_INDUSTRIES = tuple((industry, re.compile(pattern)) for industry, pattern in INDUSTRIES.items())
_PLACE_LEADS = words_of("home work india usa america uk us my your our a an here there")
