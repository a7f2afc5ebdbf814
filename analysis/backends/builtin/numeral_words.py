"""The words for numbers, English and Hindi, with their values: tables for `numerals`."""

from decimal import Decimal


def _rows(text: str) -> dict[str, int]:
    """ "3: three teen तीन" gives three words of value 3."""
    rows = (line.partition(": ") for line in text.strip().splitlines())
    return {word: int(value) for value, _, words in rows for word in words.split()}


UNITS = _rows("""
0: zero shunya shoonya sunya शून्य
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
22: bais baees बाईस
23: teis
24: chaubis चौबीस
25: pachees pachis pachchis पच्चीस
26: chhabbis
27: sattais
28: atthais
29: untis
30: thirty tees तीस
31: ikattis
32: battis बत्तीस
33: taintis
34: chauntis
35: paintees paintis पैंतीस
36: chhattis छत्तीस
37: saintis
38: adtis
39: untalis
40: forty fourty chalis chaalis chalees चालीस
41: iktalis
42: bayalis
43: taintalis
44: chavalis chauvalis
45: paintalis paintalees पैंतालीस
46: chhiyalis
47: saintalis
48: adtalis अड़तालीस
49: unchas
50: fifty pachas pachaas पचास
51: ikyavan
52: bawan
53: tirpan
54: chauvan
55: pachpan pachapan पचपन
56: chhappan
57: sattavan
58: atthavan
59: unsath
60: sixty saath साठ
61: iksath
62: basath
63: tirsath
64: chausath
65: painsath paisath पैंसठ
66: chhiyasath
67: sadsath
68: adsath
69: unhattar
70: seventy sattar सत्तर
71: ikhattar
72: bahattar बहत्तर
73: tihattar
74: chauhattar
75: pachattar pachhattar pichhattar पचहत्तर
76: chhihattar
77: sathattar
78: athattar
79: unasi
80: eighty assi अस्सी
81: ikyasi
82: bayasi
83: tirasi
84: chaurasi
85: pachasi pichaasi pichasi पचासी
86: chhiyasi
87: sattasi
88: atthasi
89: navasi
90: ninety nabbe नब्बे
91: ikyanve
92: banve
93: tiranve
94: chauranve
95: pachanve pichanve पचानवे
96: chhiyanve
97: sattanve
98: atthanve
99: ninyanve
""")
HUNDREDS = frozenset({"hundred", "sau", "सौ"})
SCALES = _rows("""
12: dozen darjan
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
    "quarter": Decimal("0.25"),
}
SHIFTS = {
    **dict.fromkeys(("sava", "sawa", "सवा"), Decimal("0.25")),
    **dict.fromkeys(("saade", "sade", "saadhe", "sadhe", "साढ़े", "साढ़े"), Decimal("0.5")),
    **dict.fromkeys(("paune", "pone", "पौने"), Decimal("-0.25")),
}
