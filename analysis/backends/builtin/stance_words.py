"""What sounds like buying, what hurts today and what a call is about: the phrases and words of `stances`."""

import re

POSITIVE_SIGNALS = {
    "Likes it": (
        "(i|we) (really|absolutely|do|just|actually)? (love|loved|like|liked) (it|that|this|the (idea|sound|"
        "location|layout|place|price|look|feature|plan|one|way|apartment|flat|house|demo)|your|what)",
        "(that's|that is|sounds|looks|it's|seems|feels|that would be|this is|this looks) (really|very|so|"
        "pretty|absolutely|quite|like)? (a)? (great|good|perfect|excellent|amazing|wonderful|interesting|"
        "fantastic|awesome|lovely|beautiful|ideal|promising|brilliant|reasonable|impressive|tempting)",
        "(exactly|just) what (i|we|i'm|we're)",
        "(impressive|impressed|can't wait|looking forward to it|fell in love|right up my alley|ticks all the boxes)",
        "(bahut|bohot|kaafi|ekdum) (accha|acche|acchi|badhiya|achha|acha|sundar|mast|sahi)",
        "(pasand|accha|acche|achha|acchi) (hai|aaya|aayi|aya|aa gaya|laga|lagi|lage|lag raha)",
        "(badhiya|बढ़िया|अच्छा लगा|पसंद आया|पसंद है)",
    ),
    "Wants to see it": (
        "(visit|view|viewing|see|seeing|tour) (the|this|that|an|a|some|your|any|one of)? *? (site|flat|flats|"
        "apartment|apartments|property|properties|place|house|unit|units|plot|villa|model|showroom|room)",
        "(site visit|the demo|a demo|a viewing|a showing|a test drive|an open house)",
        "schedule (a|the|an)? (visit|viewing|tour|demo|appointment|meeting|walkthrough)",
        "(can|could|when can|may) (i|we) (come)? (see|view|visit|tour|have a look at) (it|that|this|one|them|the)",
        "(dekhne|dekhna|dekh~) (aa|ja|hai|chah~|aana|chahunga)",
        "book (a|the) (viewing|visit|demo|tour)",
        "flat dekhna",
    ),
    "Asks the price": (
        "how much (is|does|would|will|do|are|for|per|it)",
        "what (it|does it|would it|will it|this|that) (roughly|really)? (costs|cost)",
        "(what's|what is|what are|what would be|what would) (the|your|a)? *? (price|prices|cost|costs|rate|"
        "rates|fee|charge|charges|pricing|rent|emi|deposit)",
        "(price|rate|rent|cost) (kya|kitna|kitni|bataiye|batao)",
        "(kitne ka|kitne ki|kitne mein|kitna hai|kitna hoga|kitna lagega|kitna padega|kitne paise|कितने का|कितना)",
    ),
    "Asks how to go on": (
        "(what's|what is|what are|what would be) the next (steps|step)",
        "how (do|can|would|should|could|quickly can|soon can|fast can) (i|we|you) (get started|start|sign up|"
        "proceed|pay|book|order|help|apply|register|be up|move in|begin|get it|donate)",
        "(when|where) (can|could|do) (we|i|you) (start|begin|move|sign|pay|donate|send)",
        "(what|which) (documents|papers|paperwork|information) (do|are|would)",
        "(aage kya|next step|kya karna hoga|kaise karna|process kya|kya process)",
    ),
    "Asks for details": (
        "(send|share|email|mail|whatsapp|text) (me|us|over|the|it|across|a|your|some)? (the|a|an|your|some|"
        "more|me)? (details|information|info|brochure|quote|quotation|proposal|link|photos|pictures|floor plan|"
        "floorplan|price list|pricelist|catalog|agreement|contract|photo)",
        "(tell me more|know more|hear more|learn more|more information|more details|more info|tell me about)",
        "(details|photo|photos|brochure|number|list) (bhej~|bhi bhej~|send)",
        "bhej (do|dijiye|dena|dijie|de|dein)",
    ),
    "Ready to go ahead": (
        "(sign me up|sign us up|count me in|count us in|put me down|put us down|i'm sold|you've got a deal|"
        "it's a deal|we have a deal|we've got a deal)",
        "let's (do (it|that|this)|go ahead|proceed|book|get started|get going|make it happen|sign)",
        "(want|like|ready|happy|able|prepared|decided|willing) to (go ahead|proceed|move forward|buy|sign|"
        "start|book|pay|register|order)",
        "go ahead (with|and)",
        "book (it|that)",
        "i'll take (it|that|this|the|one|both|two)",
        "(i|we) (can|will|'ll|should|could|am going to) (definitely|gladly|happily|also)? (donate|match|put in|"
        "give|contribute|spare|pledge)",
        "(i'll|i'd|we'll|i'm going to|i would be|i am) (definitely|gladly|happily|happy to|willing to|probably|"
        "be|also)? (happy to|willing to|glad to)? (donate|match|contribute|chip in|put in|sign|put down|"
        "donating|give (you|them|a|some|it))",
        "(carry|bring|write) (a|the|my)? (cheque|check)",
        "(send|share) (me|us)? the (payment)? link",
        "(kar do book|book kar do|book kar dijiye|final kar~|booking kar~|done karte|token de deta|token de "
        "dete|cheque book le)",
    ),
    "Has the money ready": (
        "(pre-approved|preapproved|pre approved|paying cash|pay cash|cash buyer|cash ready|sanction letter|own funds)",
        "(loan|mortgage|budget|financing|money|it) (is|was|'s|has been|already|got)? (been|already)? (approved|"
        "sanctioned|allocated|signed off)",
        "(funds|money|cash|deposit|down payment) (are|is|has come|already)? (ready|available|there|in place|"
        "saved up|sitting)",
        "(approved|sanctioned) in principle",
        "sitting in the bank",
        "(paise|paisa) (aa gaya|aa gaye|ready|ready hai|ki tension)",
    ),
    "Agrees": (
        "(i|we) (completely|totally|definitely|absolutely|certainly|fully)? agree",
        "(makes sense|fair enough|fine by me|fine with me|good point|very true|you're right|my pleasure|sounds "
        "like a plan)",
        "that would (be|really)? (great|perfect|good|lovely|helpful|nice|wonderful|help|work|a lot better)",
        "(works|work|perfect|fine|good|great) for (me|us)",
        "(happy|glad|love) to (do|help|come|meet|see|hear|talk|try|have|join)",
        "(theek hai kar|chalega|pakka|bilkul sahi|bilkul kar)",
    ),
}
PAIN_POINTS = {
    "Loses calls or leads": (
        "(fall|falls|falling|fell|slip|slips|slipping) through the (cracks|net)",
        "(miss|missing|missed|lose|losing|lost|loses|misses) *? *? *? (call|calls|lead|leads|customer|"
        "customers|enquiries|inquiries|appointment|appointments|business|patients|orders|order|jobs|job|"
        "bookings|clients|sales)",
        "calls (go|going|went|are) (unanswered|to voicemail|missed)",
        "(nobody|no one|can't) (picks up|answers|pick up|answer) the (phone|phones|calls)",
        "(drowning|swamped|buried|overwhelmed) (in|with|by) (phone)? (calls|enquiries|work|orders|tickets|emails)",
    ),
    "Takes too long": (
        "(takes|taking|taken|took|take) (too|so|very|way too|forever) (long|much time)?",
        "(too|very|so|really|painfully) slow",
        "(spend|spent|take|takes|waste|wasting|lose) ... (hours|days|weeks) (every|each|a|per) (day|week|month)",
        "(time consuming|time-consuming|still waiting|still haven't|still not (received|arrived|here|come|"
        "processed|got|delivered))",
        "(waiting|waited|been) (for)? (so long|too long|hours|days|weeks|ages|forever|* (hours|days|weeks|months))",
        "(supposed|promised|meant) to (ship|arrive|come|be here|be delivered|call|send|be done|get|have|be ready)",
        "(never|not) (arrived|showed up|came|delivered|received|shipped|heard back|got)",
        "(taking so long|what's taking|kab tak|kab se|itna time|itni der|bahut time|bahut der|der ho|late ho|"
        "hafta nikal|mahine se|hafte se)",
        "(process|kaam|refund) (hi|hee|abhi tak|ab tak)? nahi (hua|hui|ho raha|aaya)",
        "back order~",
    ),
    "Costs too much now": (
        "(paying|pay|spend|spending|charges|charging|charged|costs|costing) (us|me|them|you)? (too much|so "
        "much|a fortune|way too)",
        "(bill|bills|rent|premium|electric|electricity|fees|costs) (is|are|has|have|'s)? (killing|too|gone|"
        "going|went|through|over|doubled|eating|up|high|insane|crazy|so)",
        "(extra|hidden|overdraft|late|surprise|unexpected|double) (charge|charges|fee|fees)",
        "(overcharged|over-charged|charged me|charged us|charged twice|been charged|double charged)",
        "(paise|paisa|charge|charges) (kat|kaat|kate|kata|lag|lagaye|kyu|kyun|kya)",
    ),
    "Something does not work": (
        "(not|isn't|doesn't|don't|stopped|won't|never|quit) (really|even|properly)? (work|works|working|close|"
        "closing|open|start|starting|load|loading|turn on|cooling|heating|charging|responding|connecting|"
        "opening|go through|turning)",
        "(broken|broke down|out of order|acting up|on the fritz|malfunction~|dripping|leaking|leak|leaks|"
        "leaked|clogged|blocked|cracked)",
        "(keeps|keep|kept) (crashing|breaking|failing|dropping|leaking|freezing|going|logging|disconnecting|"
        "cutting|coming|asking|saying)",
        "(crash|crashes|crashed|crashing|went out|gone out|went down|died on)",
        "no (heat|heating|hot water|power|internet|signal|electricity|water|dial tone)",
        "(error|error message|glitch|bug)",
        "(can't|unable to|not able to|couldn't|won't let me) (access|log in|login|sign in|get in|connect|open|"
        "check out|checkout|pay|use|find|reset)",
        "(having|have|facing|got|has|with) (an|a|some|big|very|very big|a very big|trouble|lots of)? (issue|"
        "issues|problem|problems|trouble)",
        "(room|house|office|place|apartment|flat|it's) (is)? (about)? (freezing|boiling|* degrees|like an oven|"
        "so hot|too hot|ice cold)",
        "(get|getting|need|needs|needed|want) (the|my|it|this|that|our)? *? fixed",
        "(ac|air con|heater|furnace|fridge|boiler|heating|toilet|tap|sink) (makes|made|is|has been|went|broke|"
        "stopped|died|doesn't|won't)",
        "(kharab|khrab|band ho|band hai|band pada|chal nahi|nahi chal|thanda nahi|kaam nahi kar|problem hai|"
        "problem ho|dikkat hai|dikkat aa|खराब)",
    ),
    "Lost or stolen": (
        "(i|have|we|i've) (just|think i)? (lost|misplaced) (my|our|the) *? (card|wallet|phone|keys|account|pin|"
        "password|passport|luggage|bag|order)",
        "(stolen|unauthorized|unauthorised|suspicious|scammed|chori|hacked|didn't make (this|that|these|those|"
        "it)|didn't do it|don't recognize|somebody withdrew|someone withdrew|someone used)",
        "(fraud|fraudulent) (hua|on|charge|charges|transaction|activity|ho gaya|case|report|with)",
    ),
    "Bad service": (
        "(bad|poor|terrible|horrible|worst|pathetic|awful|lousy|useless|ghatiya) *? (service|support|"
        "experience|quality|customer service)",
        "(nobody|no one|koi nahi|none of you) ever? (helps|help|answers|answer|responds|respond|calls|called|"
        "picks|showed|cares|came|gets|told|tells)",
        "(rude|unprofessional|incompetent|clueless|not (happy|satisfied|pleased|impressed|acceptable|good "
        "enough)|unhappy with|dissatisfied|disappointed (with|in|by)|unacceptable)",
        "(never|nobody) (showed up|called back|calls back|called me back|got back|came|heard back|replied|responded)",
        "(gave|given) me the (run around|runaround|wrong)",
        "(koi|kisi ne) (uthata|uthaata|sunta|jawab|madad|response|call) *? (nahi|nahin|nhi)",
        "(bakwas|bekaar) (service|policy|bank|company|app|hai)",
    ),
    "Too much by hand": (
        "(manual|manually|by hand|spreadsheet|spreadsheets|excel sheet|excel sheets|paper calendar|paper forms|"
        "paper records|sticky notes|pen and paper|double entry|double book~|double-book~|paperwork)",
        "(hard|difficult|impossible|tough) to (track|manage|keep|follow|organize)",
        "can't keep (up|track)",
        "no (visibility|tracking|system|overview)",
        "(it's|such|is|what) a mess",
    ),
    "Not enough room": (
        "(too|very|so|getting|really) (small|cramped|tight|crowded) (for)?",
        "(not enough|running out of|out of|need more|needs more|no) (space|room|storage)",
        "(outgrow~|outgrew)",
        "(jagah kam|chhota pad~|chota pad~|ghar chhota|ghar chota|flat chhota)",
    ),
    "Wrong item or does not fit": (
        "(wrong|incorrect|different) (color|colour|item|size|address|product|order|amount|one|thing|name)",
        "(did|does|do|didn't|doesn't|don't) (not)? fit (me|well|right|anymore|at all)?",
        "(damaged|defective|faulty|missing (item|part|items|parts)|unrelated items|has a stain|a stain|torn|"
        "ripped|too big on|too small on)",
    ),
    "Has to leave": (
        "(evict~|lease (is|was)? (ending|up|expir~|ends|runs out)|landlord (wants (me|us|to)|told (me|us)|sold|"
        "sells|is selling|gave (me|us)))",
        "have to (vacate|move out|be out|leave by)",
        "(contract|subscription|policy) (is|was)? (ending|expir~|ends|runs out|up)",
        "(expire soon|going to expire|notice to leave)",
    ),
    "Under stress": (
        "(so|very|really|super|extremely|i'm|bit|totally|getting|quite) *? (frustrated|frustrating|stressed|"
        "worried|angry|tense|upset|overwhelmed|struggling|scared|desperate|exhausted|fed up|fedup|anxious|"
        "panicking)",
        "(nightmare|headache|losing my patience|end of my rope|at my wits end|had enough|sick of|tired of|"
        "driving me crazy)",
        "(pareshan|paresan|pareshani|tension ho|tension hai|tension mein|tang aa|thak gaya|thak gayi|परेशान|"
        "dimag kharab)",
    ),
    "Declined or refused": (
        "(claim|application|loan|card|payment|request|transaction|order) (was|is|got|has been|keeps|gets|"
        "being)? (been|getting)? (reject|rejected|declined|denied|failed|refused|blocked|cancelled|canceled)",
        "(reject|rejected|decline) (ho|hogaya|hua|ho gaya|kar diya)",
        "(denied|rejected|declined|refused) (my|our|the) (claim|application|loan|card|payment|request|refund)",
    ),
}
TOPICS = {
    "Price": (
        "(price~|pricing|cost|costs|rent|rents|rental|fee|fees|rate|rates|budget|quote|quotes|quotation|"
        "discount|lakh|lakhs|crore|crores|kitna|kitne|expensive|cheaper|costly)",
        "per month",
    ),
    "Location": (
        "(location~|locality|localities|neighborhood|neighbourhood|area|areas|nearby|commute|kahan)",
        "near (the|a|my|to|by)",
    ),
    "Property": (
        "(bhk|apartment~|flat|flats|villa|villas|plot|plots|bedroom~|property|properties|condo|condos|townhouse)",
        "real estate",
    ),
    "Visit or appointment": (
        "(viewing|viewings|appointment~|visit|visits|demo|schedule|scheduled|scheduling|meeting|reschedule|"
        "walkthrough)",
    ),
    "Loan and financing": ("(loan|loans|mortgage~|financ~|emi|down payment|interest rate|interest rates)",),
    "Payment": ("(payment|payments|pay|paid|paying|credit card|upi|invoice~|billing|bill|bills|cash)",),
    "Refund or return": (
        "(refund|refunds|refunded|money back|paisa wapis|paise wapis|paisa wapas|paise wapas|wapas karo)",
        "(return|returning|exchange|exchanging) (a|an|the|it|this|my|these|by)",
    ),
    "Delivery": ("(shipping|deliver~|ship|ships|shipped|shipment|tracking|in transit|courier|package|parcel)",),
    "Account access": (
        "(username|user name|password|log in|login|log into|locked out|sign in|reset my)",
        "account (access|id)",
    ),
    "Bank account": (
        "(account balance|savings account|checking account|savings|checking|debit card|net banking|atm|bank "
        "account|khata|transfer money|overdraft|balance)",
    ),
    "Fraud": ("(fraud|fraudulent|unauthorized|unauthorised|suspicious|scam|otp|stolen)",),
    "Insurance": ("(insurance|policy|policies|claim|claims|premium|premiums|coverage)",),
    "Booking": ("(book|booked|booking|bookings|reserv~|flight|flights|hotel|hotels|ticket|tickets|rsvp)",),
    "Repair and maintenance": (
        "(repair~|fix|fixed|fixing|leak~|plumb~|ac|heating|furnace|boiler|heater|maintenance|technician|"
        "service team|broken)",
    ),
    "Donation": ("(donat~|charity|charities|charitable|fundrais~|volunteer~)",),
    "Product and features": ("(feature~|integrat~|software|dashboard|crm|automat~|app)",),
    "Support": ("(technical issue|technical support|customer care|complain~|issue with|issues with|help desk)",),
    "Contract": ("(contract~|agreement~|subscription~|renew~|cancel~|membership)",),
    "Timing": ("(possession|timeline|move in|moving in|ready to move|deadline|how soon)",),
}
# What brings a customer to us who wants help and buys nothing.
CONCERN = re.compile(
    r"\b(?:refund|complain\w*|shikayat|(?:over)?charged|extra charges?|claim\b[^.?!]{0,20}\breject|reject ?ho|"
    r"status of my|(?:about|on|with) my (?:order|account|card|claim|loan|bill|booking|package)|lost my|stolen|"
    r"suspicious|fraud (?:report|hua|ho|on|charges?|transactions?|activity)|forgot my|locked out|"
    r"return (?:an?|the|my|this|these)|cancel (?:my|the|this)|not working|doesn't work|time i'm calling|"
    r"never (?:arrived|came))\b"
)
