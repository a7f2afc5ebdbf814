"""Why customers hesitate, and how they say it: the phrases of `stances` (see `phrases` for how to write one)."""

from analysis.backends.builtin.doubt_words import DOUBTS

# A plain no, and reasons that leave nothing open: in answer to an ask they refuse it.
DECLINED = "Declined"
REFUSING = frozenset({DECLINED, "Does not need it", "Uses someone else", "Already gives elsewhere", "Not now"})
ASKS_OTHERS = "Has to ask someone"

# Said by a customer, these hold something back, whatever was asked.
OBJECTIONS = {
    "Too expensive": (
        "(competitor|competitors|competition|they|someone|somebody|another company|the other guys|others) (has|have)? "
        "(quoted|offered|charges|charge|asked|asks|gave) ... (less|cheaper|lower|half)",
        "(only|just) (looks|look|cares|care) (at|about) (the)? (bottom line|price|cost|costs|money|numbers)",
        "(on|have|with) (a|such a)? (really|very|pretty|so)? (tight|small|limited|fixed|strict) (budget|income|means)",
        "(i'm|we're) not (that|very|exactly|really|so)? (rich|wealthy|made of money|a millionaire|rolling in it)",
        "(times|things|money|life) (are|is|has been|have been) (so|very|really|pretty)? (hard|tough|rough|"
        "difficult|scarce)",
        "(need|want|looking for|have to find) (it|something|one) cheaper",
        "(budget|money|funds) (is|are|was|has been|'s)? (already)? (all)? (spent|gone|used up|frozen|maxed out|"
        "tapped out|cut)",
        "(interest)? rates (are|is) (too|so|very|really|crazy)? (high|bad|up|insane)",
        "(my|our) credit (score)? (isn't|is not|is|isnt) (so|very|too|not)? (good|great|bad|poor|terrible|low|enough)",
        "(need|work for) every (cent|penny|dollar|bit|dime)",
        "(have to|need to|must|got to|gotta) (take care of|look after|think of|feed|provide for|help|support) "
        "(my|our) (own)? (family|kids|children|parents|mother|self)",
        "(can't|couldn't) (really)? pay (that|this|so much|more|for)",
        "(sasta|saste|sasti) (kuch|wala|mein|hai|option|dikha~)",
        "(wife|husband|partner) would (kill|murder|divorce) me",
        "more (money)? than (what)? (i|we|i'm|we're) (can|could|want|pay|paid|paying|spend|spending|expected|"
        "thought|have|make|earn|planned|had|bargained)",
        "(that's|it's|is|sounds like|seems like|still) (quite|kind of|really)? a (lot|bit much|lot of money|"
        "fortune|big chunk|lot for)",
        "(don't|didn't|doesn't) (really|even)? (make|earn|have) (much|enough|very much|a lot|a whole lot|any "
        "money|that much|extra)",
        "only (make|made|earn|earned|get|got) (like|about|around)? (a)? (few|couple|little|* (dollars|cents|"
        "bucks|an hour|per))",
        "(saving|save) (up|money|every|for)? *? *? (school|college|house|wedding|car|vacation|rent|surgery|"
        "baby|retirement|money)",
        "(not|isn't) (really)? in the best *? *? (situation|place|position|shape)",
        "(lost|between|without|looking for|laid off from|out of) (my|a)? (job|jobs|work)",
        "(i'm|i am|living|am) (a|just a|still a|only a|on|a poor|a broke|a full time|a college)? (student|"
        "unemployed|retired|disability|welfare|a pension|social security|food stamps|minimum wage|poor|in debt)",
        "(i|we) (have|got|have got) (a lot of|lots of|so many|many|too many|other)? (bills|expenses|debts|debt|loans)",
        "(have|has) (very|so|too) little (money|to spare)?",
        "(can you|could you|can we|could we|any way you) (do|get|make|give) (any|a|it|me|us)? (better|cheaper|"
        "lower|less|discount) *?",
        "(a|any|anything|something) (cheaper|less expensive|lower priced) (option|plan|one|version|place|package)?",
        "for (half|less than|a third of|a lot less than|much less than) (that|the price)",
        "(bahut|bohot|thoda|kaafi|itna|zyada) (costly|expensive|mahnga|price)",
        "(itne|itna|utne|paas|mere paas) (paise|paisa) (nahi|nahin|nhi|kahan)",
        "(thoda|kuch) (kam|discount|less) (karo|kar do|kijiye|ho sakta|milega|karein)",
        "(too|very|so|quite|bit|kinda|little|pretty|really|rather|super|way too|kind of|that's) (expensive|"
        "costly|pricey|steep|pricy)",
        "(it's|that's|is|are|seems|sounds|looks|they're|you're|price is|rent is) (more)? (expensive|costly|"
        "pricey|steep|overpriced)",
        "(expensive|costly|pricey|overpriced) for (me|us|what|that|a)",
        "(price|rent|cost|fee|rate|premium|quote|amount|number)s? ... (too|very|so|quite|bit|little|pretty|"
        "really|kind of) high",
        "too (much|rich|high) (money|for (me|us|my|our|what|that|this))",
        "(that's|it's|is|still|way|far|bit|little) too much",
        "(over|above|beyond|outside|exceeds|out of|higher than|more than) (my|our|the) (budget|range|price "
        "range|means|limit)",
        "not (in|within) (my|our|the) (budget|range|price range)",
        "(can't|couldn't|couldnt|could not|never|hard to|don't think (i|we) can|not able to|unable to) (really|"
        "quite|even)? afford",
        "(more|higher) than (i|we|what i|what we) (can|could|want|wanted|was|were|am|are|had|expected|planned|"
        "plan) (pay|spend|afford|to pay|to spend|thinking|in mind|hoping|looking)?",
        "don't have (a lot of|lots of|much|that|that much|that kind of|enough|any|the|a|extra|spare)? (extra|"
        "spare)? (money|income|budget|funds|cash)",
        "(no|little|not much|not enough|limited|low on|short on|tight on) (money|budget|funds|cash)",
        "(money|budget|cash|things|finances) (is|are|'s|being)? (really|very|a bit|a little|pretty|so|kind of)? tight",
        "(costs|costing|cost|charging|charge|asking) (way|far)? too much",
        "need (the|my|all the|every|that|this) (money|cash|penny|cent) (myself|too|as well)?",
        "need ... (money|cash) (myself|as well|for (myself|my|rent|bills|food|school|college))",
        "(i'm|we're|i am) (kind of|kinda|a bit|pretty|so|really|totally|flat)? broke",
        "(live|living) (paycheck to paycheck|on a fixed income|on a tight budget)",
        "(my|the|our) (rent|bills|loan|emi|mortgage) (is|are) due",
        "(own|three|two|four|my) (kids|children|family|bills) to (feed|pay|support|look after|take care of)",
        "(cheaper|better|lower|less) (elsewhere|somewhere else|from another|from others|from the other|at "
        "another|next door)",
        "(not|isn't|hardly) worth (it|that|the money|the price|the cost|that much|so much)",
        "(any|no) (discount|better price|better deal|cheaper)",
        "(rip off|ripoff|highway robbery|daylight robbery|arm and a leg)",
        "for that (price|money|much) (i'd|we'd|i could|we could|i can)",
        "(can|could) (you|we) (come|bring it|go) down",
        "(out of|beyond) (my|our) reach",
        "(mehnga|mehenga|mahanga|mehngi|mehengi|mahangi|mehnge|mehenge|mahange|महंगा|महँगा|महंगी)",
        "(itna|itne|bahut|bohot|zyada|jyada|kaafi) (zyada|jyada)? (paisa|paise|price|rate|amount|kharcha|daam) "
        "(nahi|nahin|hai|toh|kahan|kaise|lag|bol|maang)",
        "budget (se|ke) (upar|bahar|zyada|jyada)",
        "(budget|paisa|paise|itne paise|itna budget) (abhi|toh|bhi)? (nahi|nahin|nhi|kam|tight)",
        "(rate|price|daam|kimat|thoda) (bahut|thoda|kuch|bhi|toh|ko)? (kam|zyada|jyada|high)",
        "... afford nahi",
    ),
    "Not now": (
        "(i'd|we'd|going to|gonna|want to|prefer to|better|should|might|will|have to) (rather)? wait (for|"
        "until|till|and see|a (bit|while|few|year|month)|on)",
        "(ask|call|try) me (again)? (at|around|in|after|when|next) (christmas|the new year|easter|payday|"
        "spring|summer|fall|winter|diwali|tax|i|the end|the)",
        "(do|give|donate|pay|decide|buy) (it|that|this)? (a bit|a little)? later",
        "abhi (tak)? (socha|decide|plan|final) (hi|bhi)? (nahi|nahin|nhi)",
        "(hold|holding|held) off (for|on|until|till)?",
        "(not|aren't) (making|planning|doing|considering|looking at) any (changes|purchases|new)",
        "(under|in|locked in|stuck in) (a)? (contract|lease) (until|till|through|for (another|the next|* more))",
        "(in the middle of|going through|dealing with|busy with) (a|some|moving|the|our|my|other|closing|renovat~)",
        "(just not|it's not|isn't) the right (time|moment|fit right now)",
        "(this|it) (is|isn't)? (not)? (the|a)? (priority|good year|right year) (right now|for us|at the moment)?",
        "(ask|call|try|come back to) me (again)? (next|in a|in the|after|when)",
        "not (right now|at (this|the) (time|moment|point|stage)|at present|yet ready|just yet|this (month|week|"
        "year|time))",
        "(not|isn't|wasn't|really bad|bad|wrong|terrible) (a|the)? (really)? (good|great|right|best|bad|wrong) "
        "(time|moment)",
        "(i'm|we're|am|are) not (quite|really)? ready",
        "not (quite|really)? ready (yet|for|to)",
        "(maybe|perhaps|probably|possibly) (later|some other time|another time|in the future|down the line|one "
        "day|someday|next (year|month|time|week|quarter|summer|spring|season|paycheck))",
        "(some other|another|a different) (time|day) (maybe|perhaps|please)?",
        "(no|don't have|haven't got|don't have the|not enough) time (for|to|right|now|today|at|this)",
        "(too|so|really|pretty) (busy|early|soon) (for (us|me|that|this)|right now|at the moment|to|with|these)",
        "too (early|soon|busy)",
        "(give|need) (me|us)? (a (few|couple of|couple)|some|another|two|three|few) (days|weeks|months|time) "
        "to (read|look|decide|see|review|go through|figure|sort)",
        "(once|when|after) (i|we) (get|have|am|are|finish|sell|sold|move|moved|start|know) ... (then|we'll|i'll|maybe)",
        "(our|my|the|in our|in my) busy (season|time|period|month)",
        "(in|any|a) (no|real)? (hurry|rush) (to|for|right|at|on)",
        "no (real|particular)? (hurry|rush) (to|right)",
        "(not|isn't|hardly|never) (really|exactly|high)? (a|our|my|the|much of a)? (big|top|high|huge|main)? priority",
        "(try|ask|check|come|contact|reach) (me|us|with us|with me|back|out)? (again|back)? in (january|"
        "february|march|april|may|june|july|august|september|october|november|december|spring|summer|fall|"
        "autumn|winter|the new year|a few months|* months)",
        "not (in|until|till|before) (a hurry|a rush|next (year|month|quarter)|the new year|january|spring|summer)",
        "(not (looking|planning|thinking|going) to) ... (now|yet|soon|this year|any time)",
        "(abhi|filhaal|philhal|filhal) (toh|ke liye|to)? (nahi|nahin|nhi|mat|kuch nahi)",
        "(baad|bad) (mein|me) (dekh~|soch~|kar~ge|lenge|len~|bata~)",
        "(agle|next) (mahine|saal|month|year|hafte) (dekh~|soch~|lenge|kar~ge|mein dekh~)",
        "(jaldi|jaldbaazi) (nahi|nahin|nhi|kya)",
        "(अभी नहीं|बाद में देख~)",
        "(time|waqt|samay) (abhi)? (nahi|nahin|nhi)",
    ),
    "Uses someone else": (
        "(booked|bought|purchased|signed|went|gone|finalized|finalised) (one|it|up)? (with|from) (another|a different|"
        "someone|somebody|some other|your competitor|a competitor)",
        "(just|recently|only just) (renewed|signed|switched|started|bought|extended|upgraded) (with|our|the|my|"
        "a|to|for)",
        "(like|love|prefer|happy with|fine with|stick with|sticking with|stay with|staying with) (what|who|the "
        "one) (we|i) (have|got|use|are using|already have|go to)",
        "(stick|sticking|stay|staying) with (our|my|the|what|who) *? *? *?",
        "(kisi aur|dusri|doosri|dusre|doosre|ek aur) *? *? (se|ke saath|wale se)? (baat chal|chal rahi|dekh "
        "rah~|li hai|le li|final)",
        "already (use|using|work with|working with|signed (up)? with|tied up with|with (a|an|another|someone|"
        "your)|dealing with|committed|covered|insured with|a customer (of|with)|go through|buy from)",
        "already (have|got|have got) (a|an|our|my|our own|someone|somebody|another|one|that|it|people|in-house)",
        "(i|we) (already)? (have|got) (someone|somebody|a guy|a person|people|our own) (for|who|that|doing|to "
        "do|we|already|in)",
        "(somebody|someone|an agent|a broker|a vendor|another company|a company|another agent|other people) "
        "(else)? (we're|i'm|we already|that we) (working|dealing|already)? (with|use|using)",
        "(i'm|we're|been|we've been) (already)? (working|dealing) with (a|an|another|someone|somebody|my|our|other)",
        "(happy|satisfied|good|fine|okay|ok|comfortable|pleased|content|alright|all set) with (our|my|the|who|"
        "what|how|whoever) (current|existing|present|one|guy|people|provider|agent|company|plan|setup|bank|we|"
        "i|things|it|old|vendor|system)",
        "(i'm|we're) (all set|all good|sorted|covered|fine) (with|for|on|here|thanks|thank you|already|as (we|i))",
        "(been|we've been|i've been) using * (for|since|over|about|nearly|almost) (years|* years|* months|ages|"
        "a long|the|a)",
        "(been|we've been|i've been) with (them|our|my|the same|another|a) *? (for|since|over|about|nearly|"
        "almost) (years|* years|ages)",
        "(we|i) (use|are with|am with) (a|an|another|our own|someone|somebody) (different|else|other|local)? "
        "(vendor|provider|supplier|agency|system|agent|company|software|tool|bank|broker|guy)",
        "(we|i) (have|use|run) (our|my) own (system|team|guy|people|agent|software|broker|vendor|supplier|"
        "accountant|staff|tool|dispatcher)",
        "(commitment|committed|promise|promised) (i made|we made)? (to|with) (another|the|someone|a|other|my|our|them)",
        "commitment (i|we) (made|have)",
        "(do|handle|doing|handling|manage) (it|that|this|everything|all of it) (ourselves|myself|in-house|in "
        "house|on our own|internally)",
        "(dusre|doosre|kisi aur|dusri|doosri|dusra|doosra) (company|broker|agent|bank|jagah|se|ke saath|wale)? "
        "(se|ke saath|ka|pe|par)? (baat chal|chal rah~|le rah~|le liya|use|liya|book|kaam)",
        "(pehle se|already) (hai|le rakha|liya hua|agent|use kar|le liya|lagwa|baat)",
    ),
    "Already gives elsewhere": (
        "(gave|donated) (last|just|earlier|already|this) (month|year|week|yesterday|christmas)?",
        "(volunteer|volunteering) (at|for|with|a lot|instead|already)",
        "(charity begins at home|charity starts at home|our own first|our own people|(kids|children|people|"
        "needy) (here|right here) (in|at) *?)",
        "(too|so) many (charities|organizations|people|causes) *? *? (asking|ask|want)?",
        "(prefer|rather|choose|pick|like) (another|a different|other|some other|my own) (charity|cause|"
        "organization|one)",
        "already (give|gave|given|donate|donated|contribute) *? *? *? *?",
        "(donate|give|contribute|do) (enough|plenty) (already|as it is)?",
        "(rather|prefer to|prefer|like to|usually|tend to|mostly) (give|help|support|donate to|donate|giving|"
        "helping|supporting) (directly|people|someone|locally|those|kids|local) *? *? *? *? (community|know|"
        "area|town|city|country|neighborhood|family|around me|locally|directly|church|street)",
        "(own|local) (community|church|neighborhood|town) (first|instead|already)?",
        "already (give|donate|donated|gave|donating|giving|contribute|contributed|support|supporting|sponsor|"
        "volunteer)",
        "(usually|mostly|normally|only|rather|prefer to|regularly|always|tend to) (give|donate|donating|giving|"
        "contribute) ... (local~|elsewhere|other|others|another|church|different|dog|dogs|animal|animals|my "
        "own|our own|shelter|hospital|st|research|food|red|homeless|people i know)",
        "(give|donate|donating|contribute) (a lot|plenty|enough|quite a bit|money)? to (other|another|"
        "different|several|local|enough|my church|my own|some other)",
        "(have|got) (other|my own|plenty of|a few|several|enough|already) (charities|causes|organizations) (i|we|that)",
        "other charities (i|we|that)? (support|prefer|like|give|donate)?",
    ),
    ASKS_OTHERS: (
        "(check|talk|speak|run (it|this)|clear (it|this)|confirm) (with|by|past) (corporate|headquarters|head "
        "office|upstairs|accounting|legal|procurement|finance|hr|it)",
        "(don't|do not|no) (really)? have (the|any|that)? (authority|say|power) (to|over|in)?",
        "(i'm|you've got|you have) (not)? the wrong (person|guy|one|department) (to|for)?",
        "(have|need|want|better|should) to (talk|speak) (to|with) (my|our|the|his|her) (husband|wife|boss|"
        "manager|owner|director|partner|cfo|ceo|landlord|dad|mom)",
        "(takes care of|handles|deals with|in charge of|responsible for|makes) (all)? (that|this|those|these|"
        "the (decisions|money|bills|purchasing))",
        "(have|need|want|got|going|like|better|must|should|supposed) to (first|maybe|probably|really|just|"
        "still)? (ask|check with|check in with|talk (it over)? (to|with)|discuss (it|this|that)? (with|at)|"
        "consult (with)?|speak (to|with)|run (it|this|that|everything) (by|past)|confirm with|clear (it|this) "
        "with|convince|show (it|this)? to|get (the|my|our|a|it|this)? (ok|okay|approval|sign off|permission|"
        "signature)? (from|approved by|past)) (my|our|the|a|his|her|their|others|everyone|with|mom|mum|dad|"
        "management)",
        "(i'll|we'll|i will|let me|i'd|we'd|can i|lemme|gonna) (have to|need to)? (first|just|quickly)? (ask|"
        "check with|talk (it over)? (to|with)|discuss (it|this|that)? with|consult|speak (to|with)|run (it|"
        "this|that) (by|past)|confirm with|see what) (my|our|the) (wife|husband|partner|boss|manager|family|"
        "parents|father|mother|daughter|son|brother|sister|board|team|director|owner|ceo|cfo|spouse|accountant|"
        "dad|mom|mum|roommate|landlord|lawyer|business|better half|girlfriend|boyfriend|fiance|fiancé|head|"
        "colleagues|folks|people|office|it)",
        "(need|needs|require|requires|without|get|getting) (to get|their|his|her|the|my|some|an|board|"
        "management|a)? (approval|sign off|sign-off|permission|a signature)",
        "(board|committee|management|boss|manager|director|partner|wife|husband|owner) (to|has to|have to|must|"
        "needs to|need to|will have to|would have to|would need to|should) (approve|agree|decide|sign|see|look|"
        "like|okay|ok)",
        "(above|beyond) my (pay grade|paygrade|head|authority)",
        "(not|isn't) (just|only)? (my|mine|up to me|my own|for me) (decision|call|to (decide|make|say))",
        "not (just|only)? up to me",
        "(it's|that's|isn't) (not)? up to (my|our|the|him|her|them)",
        "(my|our|the) (wife|husband|boss|manager|director|owner|father|partner|ceo|cfo|board|management|"
        "parents|dad|mother|mom|landlord|head office|headquarters|accountant) (has the|have the|makes|make|"
        "take|takes|decides|decide|signs|handles|handle|deals|approves|will decide|does)",
        "(depends|depend) on (my|our|the|what my) (wife|husband|boss|manager|family|partner|parents|board|owner)",
        "(i'd|we'd|i|we) (have|need|want) (to)? (talk|discuss|ask|run) ... (first|before|though)",
        "(wife|husband|biwi|papa|mummy|mumma|pita|boss|family|bhai|malik|partner|ghar walo|ghar walon|gharwalo|"
        "gharwalon|unse|inse|uncle|bete|beti|sir) (se|ko|ke saath|ka) (bhi|hi|pehle|ek baar)? (puch~|pooch~|"
        "baat|discuss|dikha~|decision|salah)",
        "(unse|inse|unko) (bhi|pehle|ek baar)? (puch~|pooch~|baat kar~|dikha~|discuss)",
        "ghar (pe|par|mein|me) (pehle|ek baar|bhi|sabse)? (puch~|pooch~|baat|discuss|salah|bata~)",
        "discuss (it|this)? (at|with) (home|the family|my|them)",
    ),
    "Wants to think": (
        "(have|need) to get back to you",
        "get back to you (on|about|with|after|once|when|later|on that)?",
        "(have|need|want|let me|like|let us|lemme|gonna|going|i'll|we'll|i'd|time|still|must|just) (to|some "
        "time to|a little time to|a bit to|have to|need to|want to|like to)? think (about|it over|on|it "
        "through|that over|over|this over|more|first|before|again)",
        "(i|we) (still|first)? (have|need|want) to think",
        "(give|gimme) (it|this|me|that) (some|a (little|bit of)|more|a)? (thought|time to think|day to think|"
        "minute to think)",
        "think (about it|it over|it through|on it|over it)",
        "(i'll|we'll|let me|need to|have to|want to) (sleep on|mull|consider|weigh|ponder|chew on|reflect) (it|"
        "this|that|over|my|our|on)",
        "(need|want|give me|take|some) (some|more|a bit more|a little|a little more|a bit of)? time (to|before|for me)",
        "(i'm|we're|still|really|just|that) not (so|too|totally|entirely|completely|really|100|quite|very|all "
        "that)? (convinced|sold|decided|persuaded)",
        "(not|never) (convinced|sold) (yet|about|on|that|this)",
        "(haven't|have not|not|still|didn't) (yet|really)? (decided|made up my mind|made up our minds|deciding|"
        "undecided) (yet)?",
        "(on the fence|in two minds|having second thoughts|second thoughts|still deciding|still undecided)",
        "(shop|shopping|look|looking|ask|asking) around (first|a bit|a little|some more|more|before)?",
        "(compare|comparing|check|checking|look at|looking at|see|seeing|get|getting) (some|a few|a couple of|"
        "with|the|your)? (other|another|more|two|three) (options|quotes|offers|places|companies|prices|options "
        "too|apartments|providers|houses|flats)",
        "(we'll|i'll|let's|will|lets) see (about (it|that)|how|what|if|then|ok|maybe|thanks)?",
        "(i'll|we'll) (let you know|get back to you)",
        "(soch~|sochna|sochke|sochte) (ke|kar|padega|padegi|lenge|lete|hoon|hai|hain|raha|rahi|lun|loon|bata~|dekh~)",
        "(dekhte|dekhta|dekhenge|dekhti|sochte|sochta) (hain|hai|hoon|hu|h|hun)",
        "(bata dunga|bata dungi|bata denge|bataunga|bataungi|bataenge|batayenge)",
        "(सोच कर|सोचकर|सोच के|सोचना पड़ेगा|सोचूंगा|देखते हैं)",
    ),
    **DOUBTS,
}
