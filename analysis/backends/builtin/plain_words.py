"""Everyday words that are never part of a name: they end one ("my name is John and …") and reject one
("I'm sorry").
"""

GRAMMAR = """
a an the this that these those i me my mine we us our you your he she it they him her them his its their
who whom whose which what when where why how and or but nor so yet if then than as at by for from in
into of off on onto out over to up down with without about after before between under again is am are
was were be been being do does did done have has had having will would shall should can could may might
must not no yes yeah yep ok okay oh um uh hmm well just only also too very really quite actually
basically there here now today tomorrow yesterday soon later still already always never ever maybe
perhaps please thanks thank hello hi hey bye goodbye sir madam ma'am dear sure right correct fine good
great nice bad better best alright perfect wonderful any some all both each every none one two three
four five six seven eight nine ten first second last next more most less least much many few other
another same such own because since while until though although dont don't can't wont won't didn't isn't
aren't i'm i've i'll i'd it's that's what's let's lets gonna wanna gotta im ive ill id youre youve
theyre were dont cant wont isnt arent wasnt lol yours ours etc ie that'd
"""
DOINGS = """
calling call called speaking speak talking talk looking look trying try going go want wanted need needed
like liked know think thought guess hope see seeing buy buying book booking visit visiting get getting
got give giving take taking make making find finding ask asking tell telling say saying said help
helping work working live living stay staying wait waiting wonder wondering interested interesting happy
glad sorry afraid busy free available ready able unable sick tired confused frustrated worried concerned
scared worried bored amazed surprised shocked stuck lost late early done finished cold warm hungry
angry upset annoyed tense pleased excited curious new old important urgent serious ridiculous
unacceptable crazy insane true false wrong possible impossible kind sort part time day week month year
morning afternoon evening night monday tuesday wednesday thursday friday saturday sunday home house
office work driving using facing having running planning thinking expecting checking hoping moving
shifting returning coming leaving sending using losing lost married single retired student engineer
doctor teacher manager owner director customer client user member agent buyer seller tenant landlord
vp ceo cfo cto coo md hr nri founder cofounder co-founder head president vice chief executive consultant
broker dealer nurse headmistress headmaster principal lawyer architect designer developer accountant freelancer
retiree pensioner professor officer clerk driver surgeon dentist physician trainer analyst writer artist banker
businessman businesswoman homemaker housewife investor prospect caller stranger newbie
husband wife father mother son daughter brother sister friend mom dad boss assistant secretary partner
"""
_THINGS = """
dot underscore dash hyphen gmail yahoo hotmail com
name number phone mobile email mail address id account card order bank company business property flat
apartment house plot villa budget price cost money payment loan balance question problem issue thing
things information info details detail reason regarding concerning refund return delivery service
support sales team department appointment meeting demo project website site app credit debit password
username pin code zip city state country place area location people person man woman guy lady everyone
everybody someone anyone nobody anything something everything nothing indian american english hindi okey
absolutely definitely certainly exactly probably possibly spelled spelling spell short stands long
capital back anytime whenever whatever
"""
HINGLISH = """
naam hai hain hoon hun hu tha thi the ho hoga hogi raha rahi rahe bol bolo baat kar karo karna karta karti se
ko ka ki ke mein me main mai mera meri mere aap aapka aapki aapke ji haan han nahi nahin nai na toh to
bhi aur ya par lekin kya kyun kaise kab kahan kaun kitna kitne yeh ye woh wo is us abhi kal aaj subah
shaam bhai yaar arre are accha acha theek thik namaste namaskar sirf bas liye wala wale wali chahiye
pareshan likh lo likho likhiye note kijiye ek do teen है हैं हूँ हूं था थी से को का की के में मैं मेरा मेरी आप जी हाँ नहीं और या पर बोल
रहा रही बात कर
"""


def words_of(*texts: str) -> frozenset[str]:
    """All the words of some texts."""
    return frozenset(word for text in texts for word in text.split())


NEVER_A_NAME = words_of(GRAMMAR, DOINGS, _THINGS, HINGLISH)
# Words that the name of a business ends in, and no person's.
TRADES = words_of(
    "clinic dental dentals dentistry hospital solutions technologies technology tech software systems "
    "services consulting consultants industries "
    "enterprises traders trading motors foods bakery cafe restaurant realty realtors builders "
    "constructions properties academy school college "
    "institute store stores mart logistics transport pharma labs group holdings associates partners "
    "agency studio studios salon spa fitness gym "
    "hotel hotels resorts travels llc inc ltd limited pvt private company co corp plumbing heating "
    "electric roofing landscaping media designs "
    "design interiors electronics textiles garments exports jewellers physiotherapy "
    "insurance capital finance bank air cooling solicitors electricals veterinary"
)
