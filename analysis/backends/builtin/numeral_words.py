"""The words for numbers, English and Hindi, with their values: tables for `numerals`."""

from decimal import Decimal


def _rows(text: str) -> dict[str, int]:
    """ "3: three teen तीन" gives three words of value 3."""
    rows = (line.partition(": ") for line in text.strip().splitlines())
    return {word: int(value) for value, _, words in rows for word in words.split()}


UNITS = _rows("""
0: zero
1: one ek एक
2: two do दो
3: three teen तीन
4: four char chaar चार
5: five panch paanch पांच पाँच
6: six chhe chhah cheh chhay छह छः
7: seven saat सात
8: eight aath आठ
9: nine nau नौ
10: ten das dus दस
11: eleven gyarah gyara gyaarah ग्यारह
12: twelve barah bara baarah बारह
13: thirteen terah तेरह
14: fourteen chaudah चौदह
15: fifteen pandrah pandra पंद्रह
16: sixteen solah सोलह
17: seventeen satrah सत्रह
18: eighteen athara atharah atthaarah atthara अठारह
19: nineteen unnis उन्नीस
""")
TENS = _rows("""
20: twenty bees bis बीस
21: ikkis
22: bais baees
23: teis
24: chaubis
25: pachees pachis pachchis पच्चीस
26: chhabbis
28: atthais
30: thirty tees तीस
32: battis
35: paintees paintis पैंतीस
36: chhattis
38: adtis
40: forty fourty chalis chaalis chalees चालीस
42: bayalis
45: paintalis पैंतालीस
48: adtalis
50: fifty pachas pachaas पचास
52: bawan
55: pachpan pachapan पचपन
60: sixty
65: painsath
70: seventy sattar सत्तर
72: bahattar
75: pachattar pachhattar pichhattar पचहत्तर
78: athattar
80: eighty assi अस्सी
82: bayasi
84: chaurasi
85: pachasi pichaasi pichasi
88: atthasi
90: ninety nabbe नब्बे
92: banve
95: pachanve pichanve
99: ninyanve
""")
HUNDREDS = frozenset({"hundred", "sau", "सौ"})
SCALES = _rows("""
1000: thousand thousands grand k hazaar hazar hajar hajaar हजार हज़ार
100000: lakh lakhs lac lacs lakhon l लाख
1000000: million millions mn mil mill m
10000000: crore crores cr crs karod karor करोड़ करोड़
1000000000: billion bn
""")
FRACTIONS = {
    **dict.fromkeys(("sava", "sawa", "सवा"), Decimal("1.25")),
    **dict.fromkeys(("dedh", "ded", "डेढ़", "डेढ़"), Decimal("1.5")),
    **dict.fromkeys(("dhai", "adhai", "dhaai", "ढाई"), Decimal("2.5")),
    **dict.fromkeys(("aadha", "adha", "half", "आधा"), Decimal("0.5")),
}
SHIFTS = {
    **dict.fromkeys(("sava", "sawa", "सवा"), Decimal("0.25")),
    **dict.fromkeys(("saade", "sade", "saadhe", "sadhe", "साढ़े", "साढ़े"), Decimal("0.5")),
    **dict.fromkeys(("paune", "pone", "पौने"), Decimal("-0.25")),
}
