"""The words behind a company's own fields, as tables: what is left out of a label, what says the same, and what people
call the things on a list of choices.
"""

# Words of a label or a description that say nothing of what it is about.
_IDLE = """
a an the of in on at to for from by with and or as is are was be been it its this that these those they them their
you your we our us i me my he she his her who what which whether how do does did has have had will would can could
should any some each per about if there than then also today currently e g eg such like so yes no not us when where
"""
# Words that many labels share: one of them alone does not say which field is meant.
_COMMON = """
number count name type kind sort time date day size current preferred prefer total amount company customer caller
client level value detail info information status reason main new old other own many much people person thing service
answer want wanted need needed look call phone level
"""
# Each line: words that people say for one another in questions.
_ALIKE = """
tool software system app platform program crm vendor
size big large many
volume many
count many
number many
problem issue wrong trouble fault matter happening happened
time when slot
date when day
place where location area
location where area place locality
address where
price cost rate pay
cost price much
vehicle car bike
pet dog cat animal
kid child children
start begin
end expire expiry renew renewal over finish until till
renewal expire expiry end ends over until till
expiry expire end renew over until till
expire expiry end renew over until till
experience before earlier already
goal purpose goal why
purpose why goal use
reason why
frequency often
duration long
age old
source hear heard find found
heard hear find found
hear heard find found
found find hear heard
user people seat license
employee people staff team
furnish furnished furniture furnishing
insurance insured cover covered
allergy allergic
medication medicine medicines
symptom pain feel feeling
rent rental lease
floor storey level
color colour
payment pay paying
warranty guarantee
"""
# What people call what stands on a list; the first word of a line is the choice, however it is written there.
_CALLED = """
refrigerator: fridge, freezer
air conditioner: ac, a c, a.c., air con, aircon, air conditioning, cooling unit
ac: air conditioner, a c, a.c., air con, aircon, air conditioning
washing machine: washer, laundry machine
television: tv, telly
tv: television, t v
water heater: geyser, boiler
geyser: water heater
dishwasher: dish washer
microwave: oven, micro wave
stove: cooker, hob, gas stove
apartment: flat, condo
flat: apartment
house: independent house, villa, bungalow
plot: land
two-wheeler: bike, motorcycle, scooter, motorbike
four-wheeler: car
credit card: card
whatsapp: whats app
self-employed: freelancer, own business, my own business
salaried: salary, a job
weekly: every week, once a week
daily: every day
monthly: every month, once a month
yearly: every year, annual, annually
"""
# Choices of such words are read only as an answer, or beside the field's own words.
_EVERYDAY = """
yes no maybe other none any both either neither high low medium small large big new old used first second third good bad
hot cold warm morning afternoon evening night today tomorrow later now soon email phone call text online offline monthly
weekly daily yearly single double one two three four five more less home house office work car card personal business
self standard basic free open
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


IDLE, COMMON, EVERYDAY = _set(_IDLE), _set(_COMMON), _set(_EVERYDAY)
ALIKE: dict[str, frozenset[str]] = {}
for _line in _ALIKE.strip().splitlines():
    _first, *_others = _line.split()
    ALIKE[_first] = ALIKE.get(_first, frozenset()) | frozenset(_others)
CALLED: dict[str, tuple[str, ...]] = {}
for _line in _CALLED.strip().splitlines():
    _name, _, _names = _line.partition(":")
    CALLED[_name] = tuple(each.strip() for each in _names.split(","))
