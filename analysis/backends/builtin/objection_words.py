"""Why customers hesitate, and how they say it: the phrases of `stances` (see `phrases` for how to write one)."""

# A plain no, and reasons that leave nothing open: in answer to an ask they refuse it.
DECLINED = "Declined"
REFUSING = frozenset({DECLINED, "Does not need it", "Uses someone else", "Already gives elsewhere", "Not now"})
ASKS_OTHERS = "Has to ask someone"

# Said by a customer, these hold something back, whatever was asked.
OBJECTIONS = {
    "Too expensive": (
        "(i'm|we're) not (that|very|exactly|really|so)? (rich|wealthy|made of money|a millionaire|rolling in it)",
        "(times|things|money|life) (are|is|has been|have been) (so|very|really|pretty)? (hard|tough|rough|difficult|scarce)",
        "(need|want|looking for|have to find) (it|something|one) cheaper",
        "(budget|money|funds) (is|are|was|has been|'s)? (already)? (all)? (spent|gone|used up|frozen|maxed out|tapped out|cut)",
        "(interest)? rates (are|is) (too|so|very|really|crazy)? (high|bad|up|insane)",
        "(my|our) credit (score)? (isn't|is not|is|isnt) (so|very|too|not)? (good|great|bad|poor|terrible|low|enough)",
        "(need|work for) every (cent|penny|dollar|bit|dime)",
        "(have to|need to|must|got to|gotta) (take care of|look after|think of|feed|provide for|help|support) (my|our) (own)? (family|kids|children|parents|mother|self)",
        "(can't|couldn't) (really)? pay (that|this|so much|more|for)",
        "(sasta|saste|sasti) (kuch|wala|mein|hai|option|dikha~)",
        "(wife|husband|partner) would (kill|murder|divorce) me",
        "more (money)? than (what)? (i|we|i'm|we're) (can|could|want|pay|paid|paying|spend|spending|expected|thought|have|make|earn|planned|had|bargained)",
        "(that's|it's|is|sounds like|seems like|still) (quite|kind of|really)? a (lot|bit much|lot of money|fortune|big chunk|lot for)",
        "(don't|didn't|doesn't) (really|even)? (make|earn|have) (much|enough|very much|a lot|a whole lot|any money|that much|extra)",
        "only (make|made|earn|earned|get|got) (like|about|around)? (a)? (few|couple|little|* (dollars|cents|bucks|an hour|per))",
        "(saving|save) (up|money|every|for)? *? *? (school|college|house|wedding|car|vacation|rent|surgery|baby|retirement|money)",
        "(not|isn't) (really)? in the best *? *? (situation|place|position|shape)",
        "(lost|between|without|looking for|laid off from|out of) (my|a)? (job|jobs|work)",
        "(i'm|i am|living|am) (a|just a|still a|only a|on|a poor|a broke|a full time|a college)? (student|unemployed|retired|disability|welfare|a pension|social "
        "security|food stamps|minimum wage|poor|in debt)",
        "(i|we) (have|got|have got) (a lot of|lots of|so many|many|too many|other)? (bills|expenses|debts|debt|loans)",
        "(have|has) (very|so|too) little (money|to spare)?",
        "(can you|could you|can we|could we|any way you) (do|get|make|give) (any|a|it|me|us)? (better|cheaper|lower|less|discount) *?",
        "(a|any|anything|something) (cheaper|less expensive|lower priced) (option|plan|one|version|place|package)?",
        "for (half|less than|a third of|a lot less than|much less than) (that|the price)",
        "(bahut|bohot|thoda|kaafi|itna|zyada) (costly|expensive|mahnga|price)",
        "(itne|itna|utne|paas|mere paas) (paise|paisa) (nahi|nahin|nhi|kahan)",
        "(thoda|kuch) (kam|discount|less) (karo|kar do|kijiye|ho sakta|milega|karein)",
        "(too|very|so|quite|bit|kinda|little|pretty|really|rather|super|way too|kind of|that's) "
        "(expensive|costly|pricey|steep|pricy)",
        "(it's|that's|is|are|seems|sounds|looks|they're|you're|price is|rent is) (more)? "
        "(expensive|costly|pricey|steep|overpriced)",
        "(expensive|costly|pricey|overpriced) for (me|us|what|that|a)",
        "(price|rent|cost|fee|rate|premium|quote|amount|number)s? ... (too|very|so|quite|bit|little|pretty|really|kind of) high",
        "too (much|rich|high) (money|for (me|us|my|our|what|that|this))",
        "(that's|it's|is|still|way|far|bit|little) too much",
        "(over|above|beyond|outside|exceeds|out of|higher than|more than) (my|our|the) (budget|range|price range|means|limit)",
        "not (in|within) (my|our|the) (budget|range|price range)",
        "(can't|couldn't|couldnt|could not|never|hard to|don't think (i|we) can|not able to|unable to) (really|quite|even)? afford",
        "(more|higher) than (i|we|what i|what we) (can|could|want|wanted|was|were|am|are|had|expected|planned|plan) "
        "(pay|spend|afford|to pay|to spend|thinking|in mind|hoping|looking)?",
        "don't have (a lot of|lots of|much|that|that much|that kind of|enough|any|the|a|extra|spare)? "
        "(extra|spare)? (money|income|budget|funds|cash)",
        "(no|little|not much|not enough|limited|low on|short on|tight on) (money|budget|funds|cash)",
        "(money|budget|cash|things|finances) (is|are|'s|being)? (really|very|a bit|a little|pretty|so|kind of)? tight",
        "(costs|costing|cost|charging|charge|asking) (way|far)? too much",
        "need (the|my|all the|every|that|this) (money|cash|penny|cent) (myself|too|as well)?",
        "need ... (money|cash) (myself|as well|for (myself|my|rent|bills|food|school|college))",
        "(i'm|we're|i am) (kind of|kinda|a bit|pretty|so|really|totally|flat)? broke",
        "(live|living) (paycheck to paycheck|on a fixed income|on a tight budget)",
        "(my|the|our) (rent|bills|loan|emi|mortgage) (is|are) due",
        "(own|three|two|four|my) (kids|children|family|bills) to (feed|pay|support|look after|take care of)",
        "(cheaper|better|lower|less) (elsewhere|somewhere else|from another|from others|from the other|at another|next door)",
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
        "(i'd|we'd|going to|gonna|want to|prefer to|better|should|might|will|have to) (rather)? wait (for|until|till|and see|a (bit|while|few|year|month)|on)",
        "(ask|call|try) me (again)? (at|around|in|after|when|next) (christmas|the new year|easter|payday|spring|summer|fall|winter|diwali|tax|i|the end|the)",
        "(do|give|donate|pay|decide|buy) (it|that|this)? (a bit|a little)? later",
        "abhi (tak)? (socha|decide|plan|final) (hi|bhi)? (nahi|nahin|nhi)",
        "(hold|holding|held) off (for|on|until|till)?",
        "(not|aren't) (making|planning|doing|considering|looking at) any (changes|purchases|new)",
        "(under|in|locked in|stuck in) (a)? (contract|lease) (until|till|through|for (another|the next|* more))",
        "(in the middle of|going through|dealing with|busy with) (a|some|moving|the|our|my|other|closing|renovat~)",
        "(just not|it's not|isn't) the right (time|moment|fit right now)",
        "(this|it) (is|isn't)? (not)? (the|a)? (priority|good year|right year) (right now|for us|at the moment)?",
        "(ask|call|try|come back to) me (again)? (next|in a|in the|after|when)",
        "not (right now|at (this|the) (time|moment|point|stage)|at present|yet ready|just yet|this (month|week|year|time))",
        "(not|isn't|wasn't|really bad|bad|wrong|terrible) (a|the)? (really)? (good|great|right|best|bad|wrong) (time|moment)",
        "(i'm|we're|am|are) not (quite|really)? ready",
        "not (quite|really)? ready (yet|for|to)",
        "(maybe|perhaps|probably|possibly) (later|some other time|another time|in the future|down the line|one day|someday|"
        "next (year|month|time|week|quarter|summer|spring|season|paycheck))",
        "(some other|another|a different) (time|day) (maybe|perhaps|please)?",
        "(no|don't have|haven't got|don't have the|not enough) time (for|to|right|now|today|at|this)",
        "(too|so|really|pretty) (busy|early|soon) (for (us|me|that|this)|right now|at the moment|to|with|these)",
        "too (early|soon|busy)",
        "(give|need) (me|us)? (a (few|couple of|couple)|some|another|two|three|few) (days|weeks|months|time) to "
        "(read|look|decide|see|review|go through|figure|sort)",
        "(once|when|after) (i|we) (get|have|am|are|finish|sell|sold|move|moved|start|know) ... (then|we'll|i'll|maybe)",
        "(our|my|the|in our|in my) busy (season|time|period|month)",
        "(in|any|a|no) (no|real)? (hurry|rush) (to|for|right|at|on)",
        "no (hurry|rush)",
        "(try|ask|check|come|contact|reach) (me|us|with us|with me|back|out)? (again|back)? in (january|february|march|april|may|june|july|august|"
        "september|october|november|december|spring|summer|fall|autumn|winter|the new year|a few months|* months)",
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
        "(just|recently|only just) (renewed|signed|switched|started|bought|extended|upgraded) (with|our|the|my|a|to|for)",
        "(like|love|prefer|happy with|fine with|stick with|sticking with|stay with|staying with) (what|who|the one) (we|i) (have|got|use|are using|already have|go to)",
        "(stick|sticking|stay|staying) with (our|my|the|what|who) *? *? *?",
        "(kisi aur|dusri|doosri|dusre|doosre|ek aur) *? *? (se|ke saath|wale se)? (baat chal|chal rahi|dekh rah~|li hai|le li|final)",
        "already (use|using|work with|working with|signed (up)? with|tied up with|with (a|an|another|someone|your)|"
        "dealing with|committed|covered|insured with|a customer (of|with)|go through|buy from)",
        "already (have|got|have got) (a|an|our|my|our own|someone|somebody|another|one|that|it|people|in-house)",
        "(i|we) (already)? (have|got) (someone|somebody|a guy|a person|people|our own) (for|who|that|doing|to do|we|already|in)",
        "(somebody|someone|an agent|a broker|a vendor|another company|a company|another agent|other people) (else)? "
        "(we're|i'm|we already|that we) (working|dealing|already)? (with|use|using)",
        "(i'm|we're|been|we've been) (already)? (working|dealing) with (a|an|another|someone|somebody|my|our|other)",
        "(happy|satisfied|good|fine|okay|ok|comfortable|pleased|content|alright|all set) with (our|my|the|who|what|how|whoever) "
        "(current|existing|present|one|guy|people|provider|agent|company|plan|setup|bank|we|i|things|it|old|vendor|system)",
        "(i'm|we're) (all set|all good|sorted|covered|fine) (with|for|on|here|thanks|thank you|already|as (we|i))",
        "(been|we've been|i've been) using * (for|since|over|about|nearly|almost) (years|* years|* months|ages|a long|the|a)",
        "(been|we've been|i've been) with (them|our|my|the same|another|a) *? (for|since|over|about|nearly|almost) (years|* years|ages)",
        "(we|i) (use|are with|am with) (a|an|another|our own|someone|somebody) (different|else|other|local)? "
        "(vendor|provider|supplier|agency|system|agent|company|software|tool|bank|broker|guy)",
        "(we|i) (have|use|run) (our|my) own (system|team|guy|people|agent|software|broker|vendor|supplier|accountant|staff|tool|dispatcher)",
        "(commitment|committed|promise|promised) (i made|we made)? (to|with) (another|the|someone|a|other|my|our|them)",
        "commitment (i|we) (made|have)",
        "(do|handle|doing|handling|manage) (it|that|this|everything|all of it) (ourselves|myself|in-house|in house|on our own|internally)",
        "(dusre|doosre|kisi aur|dusri|doosri|dusra|doosra) (company|broker|agent|bank|jagah|se|ke saath|wale)? "
        "(se|ke saath|ka|pe|par)? (baat chal|chal rah~|le rah~|le liya|use|liya|book|kaam)",
        "(pehle se|already) (hai|le rakha|liya hua|agent|use kar|le liya|lagwa|baat)",
    ),
    "Already gives elsewhere": (
        "(gave|donated) (last|just|earlier|already|this) (month|year|week|yesterday|christmas)?",
        "(volunteer|volunteered|volunteering) (at|for|with|a lot|instead|already)",
        "(charity begins at home|charity starts at home|our own first|our own people|(kids|children|people|needy) (here|right here) (in|at) *?)",
        "(too|so) many (charities|organizations|people|causes) *? *? (asking|ask|want)?",
        "(prefer|rather|choose|pick|like) (another|a different|other|some other|my own) (charity|cause|organization|one)",
        "already (give|gave|given|donate|donated|contribute) *? *? *? *?",
        "(donate|give|contribute|do) (enough|plenty) (already|as it is)?",
        "(rather|prefer to|prefer|like to|usually|tend to|mostly) (give|help|support|donate to|donate|giving|helping|supporting) (directly|people|someone|locally|those|kids|local) "
        "*? *? *? *? (community|know|area|town|city|country|neighborhood|family|around me|locally|directly|church|street)",
        "(own|local) (community|church|neighborhood|town) (first|instead|already)?",
        "already (give|donate|donated|gave|donating|giving|contribute|contributed|support|supporting|sponsor|volunteer)",
        "(usually|mostly|normally|only|rather|prefer to|regularly|always|tend to) (give|donate|donating|giving|contribute) ... "
        "(local~|elsewhere|other|others|another|church|different|dog|dogs|animal|animals|my own|our own|shelter|hospital|"
        "st|research|food|red|homeless|people i know|my)",
        "(give|donate|donating|contribute) (a lot|plenty|enough|quite a bit|money)? to (other|another|different|several|local|"
        "enough|my church|my own|some other)",
        "(have|got) (other|my own|plenty of|a few|several|enough|already) (charities|causes|organizations) (i|we|that)",
        "other charities (i|we|that)? (support|prefer|like|give|donate)?",
    ),
    ASKS_OTHERS: (
        "(check|talk|speak|run (it|this)|clear (it|this)|confirm) (with|by|past) (corporate|headquarters|head office|upstairs|accounting|legal|procurement|finance|hr|it)",
        "(don't|do not|no) (really)? have (the|any|that)? (authority|say|power) (to|over|in)?",
        "(i'm|you've got|you have) (not)? the wrong (person|guy|one|department) (to|for)?",
        "(have|need|want|better|should) to (talk|speak) (to|with) (my|our|the|his|her) (husband|wife|boss|manager|owner|director|partner|cfo|ceo|landlord|dad|mom)",
        "(takes care of|handles|deals with|in charge of|responsible for|makes) (all)? (that|this|those|these|the (decisions|money|bills|purchasing))",
        "(have|need|want|got|going|like|better|must|should|supposed) to (first|maybe|probably|really|just|still)? "
        "(ask|check with|check in with|talk (it over)? (to|with)|discuss (it|this|that)? (with|at)|consult (with)?|"
        "speak (to|with)|run (it|this|that|everything) (by|past)|confirm with|clear (it|this) with|convince|show (it|this)? to|"
        "get (the|my|our|a|it|this)? (ok|okay|approval|sign off|permission|signature)? (from|approved by|past)) "
        "(my|our|the|a|his|her|their|others|everyone|with|mom|mum|dad|management)",
        "(i'll|we'll|i will|let me|i'd|we'd|can i|lemme|gonna) (have to|need to)? (first|just|quickly)? (ask|check with|talk "
        "(it over)? (to|with)|discuss (it|this|that)? with|consult|speak (to|with)|run (it|this|that) (by|past)|confirm with|"
        "see what) (my|our|the) (wife|husband|partner|boss|manager|family|parents|father|mother|daughter|son|brother|sister|"
        "board|team|director|owner|ceo|cfo|spouse|accountant|dad|mom|mum|roommate|landlord|lawyer|business|better half|"
        "girlfriend|boyfriend|fiance|fiancé|head|colleagues|folks|people|office|it)",
        "(need|needs|require|requires|without|get|getting) (to get|their|his|her|the|my|some|an|board|management|a)? "
        "(approval|sign off|sign-off|permission|a signature)",
        "(board|committee|management|boss|manager|director|partner|wife|husband|owner) (to|has to|have to|must|needs to|need to|"
        "will have to|would have to|would need to|should) (approve|agree|decide|sign|see|look|like|okay|ok)",
        "(above|beyond) my (pay grade|paygrade|head|authority)",
        "(not|isn't) (just|only)? (my|mine|up to me|my own|for me) (decision|call|to (decide|make|say))",
        "not (just|only)? up to me",
        "(it's|that's|isn't) (not)? up to (my|our|the|him|her|them)",
        "(my|our|the) (wife|husband|boss|manager|director|owner|father|partner|ceo|cfo|board|management|parents|dad|mother|mom|"
        "landlord|head office|headquarters|accountant) (has the|have the|makes|make|take|takes|decides|decide|signs|handles|"
        "handle|deals|approves|will decide|does)",
        "(depends|depend) on (my|our|the|what my) (wife|husband|boss|manager|family|partner|parents|board|owner)",
        "(i'd|we'd|i|we) (have|need|want) (to)? (talk|discuss|ask|run) ... (first|before|though)",
        "(wife|husband|biwi|papa|mummy|mumma|pita|boss|family|bhai|malik|partner|ghar walo|ghar walon|gharwalo|gharwalon|unse|"
        "inse|uncle|bete|beti|sir) (se|ko|ke saath|ka) (bhi|hi|pehle|ek baar)? (puch~|pooch~|baat|discuss|dikha~|decision|salah)",
        "(unse|inse|unko) (bhi|pehle|ek baar)? (puch~|pooch~|baat kar~|dikha~|discuss)",
        "ghar (pe|par|mein|me) (pehle|ek baar|bhi|sabse)? (puch~|pooch~|baat|discuss|salah|bata~)",
        "discuss (it|this)? (at|with) (home|the family|my|them)",
    ),
    "Wants to think": (
        "(have|need) to get back to you",
        "get back to you (on|about|with|after|once|when|later|on that)?",
        "(have|need|want|let me|like|let us|lemme|gonna|going|i'll|we'll|i'd|time|still|must|just) (to|some time to|a little time to|"
        "a bit to|have to|need to|want to|like to)? think (about|it over|on|it through|that over|over|this over|more|first|before|again)",
        "(i|we) (still|first)? (have|need|want) to think",
        "(give|gimme) (it|this|me|that) (some|a (little|bit of)|more|a)? (thought|time to think|day to think|minute to think)",
        "think (about it|it over|it through|on it|over it)",
        "(i'll|we'll|let me|need to|have to|want to) (sleep on|mull|consider|weigh|ponder|chew on|reflect) (it|this|that|over|my|our|on)",
        "(need|want|give me|take|some) (some|more|a bit more|a little|a little more|a bit of)? time (to|before|for me)",
        "(i'm|we're|still|really|just|that) not (so|too|totally|entirely|completely|really|100|quite|very|all that)? "
        "(convinced|sold|decided|persuaded)",
        "(not|never) (convinced|sold) (yet|about|on|that|this)",
        "(haven't|have not|not|still|didn't) (yet|really)? (decided|made up my mind|made up our minds|deciding|undecided) (yet)?",
        "(on the fence|in two minds|having second thoughts|second thoughts|still deciding|still undecided)",
        "(shop|shopping|look|looking|ask|asking) around (first|a bit|a little|some more|more|before)?",
        "(compare|comparing|check|checking|look at|looking at|see|seeing|get|getting) (some|a few|a couple of|with|the|your)? "
        "(other|another|more|two|three) (options|quotes|offers|places|companies|prices|options too|apartments|providers|houses|flats)",
        "(we'll|i'll|let's|will|lets) see (about (it|that)|how|what|if|then|ok|maybe|thanks)?",
        "(i'll|we'll) (let you know|get back to you)",
        "(soch~|sochna|sochke|sochte) (ke|kar|padega|padegi|lenge|lete|hoon|hai|hain|raha|rahi|lun|loon|bata~|dekh~)",
        "(dekhte|dekhta|dekhenge|dekhti|sochte|sochta) (hain|hai|hoon|hu|h|hun)",
        "(bata dunga|bata dungi|bata denge|bataunga|bataungi|bataenge|batayenge)",
        "(सोच कर|सोचकर|सोच के|सोचना पड़ेगा|सोचूंगा|देखते हैं)",
    ),
    "Does not trust it": (
        "(skeptical|sceptical|suspicious|wary|leery|doubtful|cynical|cautious) (of|about)?",
        "(never|rarely|hardly|barely) (really|actually|even)? (gets|reaches|makes it|get|reach|goes|arrives) (to)? (the|those)? *?",
        "(who are you again|how did you get (my|this) (number|name|email))",
        "(bad|terrible|poor|awful|mixed|negative) (reviews|reputation|press|things)",
        "(those|these|they|charities|places) (are)? (all)? (corrupt|crooked|scams|scammers|frauds)",
        "(don't|can't) see how (my|that|this|it|a|one|ten|* )",
        "(don't|didn't|never|not) (really|fully|actually|necessarily|much)? believe (in|that|it|them|you)? *? *? *? *? (organizations|organization|charities|charity|money|"
        "companies|it|that|you|them|works|help~|giving)",
        "(charities|organizations|companies|they|people|most of them) (just|only|always|often|tend to|usually|will)? (waste|keep|pocket|steal|misuse|take|squander|abuse) "
        "(it|the|most|all|money|your|our|half|that)",
        "(pay|pays|paid|paying|overpay) (their|the|its) (ceo|ceos|executives|bosses|management|staff|director|directors) *? *? *?",
        "(what's|what is|where's|where is|there's always|must be|so what's) (the|a)? catch",
        "(why|how) (should|can|could|would|do) (i|we|anyone|one) (ever|really)? (trust|believe|be certain|be sure|know for sure|be confident)",
        "(money|donation|it) (is|gets|will be|would be|being|actually|really)? (used|spent|go|going|goes) (correctly|properly|right|wisely|well|the way|to the right|where)",
        "(where|what) (the|my|our|all the|that|all that) (money|donation|donations|funds) (goes|go|is going|is used|really goes|actually goes|will go|would go) "
        "*? *? *?",
        "(is|sounds like|looks like|seems like|smells like|feels like|another|some|some kind of|total|thought|think|it's) "
        "(this|it|that|like)? (not)? (a|some kind of|some sort of)? (scam|fraud|con|hoax|rip-off|ponzi|pyramid)",
        "(don't|didn't|can't|never|hard to|not|wouldn't) (really|fully|quite|even)? trust",
        "trust (issues|is an issue|them|it|that) (not|at all|with)?",
        "(not|isn't|doesn't (sound|look|seem)|don't (sound|look|seem)|is it|are you|are they|is this) (really|even|actually|very|so)? "
        "(legit|legitimate|genuine|trustworthy|safe|reliable|reputable|honest|credible|for real)",
        "(how|where) (do|can|would|could|will) (i|we) (really|actually|even)? (know|be sure|make sure|trust) "
        "(you|you're|it|it's|this|that|if|where|they|they're|i|the|your|who|what|these|them)",
        "(how|where) (much|does|do|many|can|would|will)? (of|my|the|all|it|that|this)? (the|my|your|it|that|this)? "
        "(money|donation|donations|funds|penny|dollar|percent)? (actually|really|even) (reach~|go|goes|gets|get|used|helps|makes)",
        "(too good to be true|sounds fishy|seems fishy|smells fishy|fishy|shady|sketchy|suspicious of|skeptical|sceptical|"
        "dubious|wary of|leery)",
        "(most|half|majority|all|much|lot|percent) ... (goes|going|go|ends up|end up|spent|straight) ... (salaries|overhead|"
        "executives|ceo|ceos|admin|administration|administrative|pockets|advertising|someone's pocket|the wrong hands|corruption)",
        "(that's|that is) what (they|you|everybody|everyone|people) (all|always)? (say|tell)",
        "(heard|read|seen) (bad|some bad|a lot of bad|negative|mixed|horror|terrible|awful|that) (things|stories|reviews|stuff|half|most)",
        "don't (even|really)? know (who you are|you|your company|you people|you guys)",
        "charities (i|we) don't know",
        "(any|need|want|what|can you|is there a|is there any|no) (proof|prove|guarantee)",
        "(can|could) (be|easily be) (faked|spoofed|fake)",
        "(corrupt|corruption|dishonest|liars|crooks|misuse|misused|embezzl~)",
        "(dhokha|dhoka|fraud company|bharosa nahi|bharosa nahin|vishwas nahi|yakeen nahi|bharosa kaise|भरोसा नहीं|धोखा)",
        "fraud (hota|hote|hoti|toh nahi|ho jata|chal raha|bahut|na ho)",
        "(kaise|kya) (maan|manun|bharosa|guarantee|pata|yakeen|vishwas)",
        "(bina dekhe|bina milke|bina jane)",
        "token kaise (de|dun|doon|dein)",
    ),
    "Does not need it": (
        "(don't|can't|not sure) (really)? (see|know) what (i'd|we'd|i would|we would|i|we) (use|do|need|want|get) *? *? *?",
        "(too|so) small for (that|this|something|it|a)",
        "(not|isn't|wasn't) (really|exactly|quite)? what (i|we|i'm|we're|we are|i am|i was|we were) (after|looking|want|wanted|need|had|hoping|thinking)",
        "(nahi|nahin|nhi) (lagta|lagti) *? *? (zaroorat|jarurat|chahiye|fayda|kaam)",
        "(don't|do not|dont|didn't|doesn't) (really|actually|even|think i|think we|think i'll|think we'd|think we'll)? (need|want) "
        "(it|this|that|one|any|anything|another|more|a|an|your|to buy|such|the|those|these|all)",
        "no (need|use) (for|of|to|right|really|thanks|thank|now)?",
        "(not|of no|no|isn't|wouldn't be) (really|of|much)? (use|useful) (for|to) (me|us)",
        "(not|isn't|wasn't|never) (really|at all|very|that|even|particularly|something i'm|something we're)? "
        "(looking (for|to|at)?|interested|something (i|we)|for (me|us)|my thing|our thing|relevant|necessary|applicable)",
        "(no|zero|any) interest (in)?",
        "(i'm|we're) (good|fine|okay|alright|ok) (on that|as (i|we) (am|are)|with what|without|with that|with this|for now|thank~|where)",
        "(fine|good|happy|okay|alright) with what (i|we) (need|want)",
        "(works|working|does) (fine|well|just fine|okay|great|perfectly) (for us|for me|already|as it is|now|the way)",
        "(think|believe) we need (a)? (place|one|anything)? (that|so) (big|much|many|large)",
        "(zaroorat|jarurat|zarurat|jaroorat|zarurat) (nahi|nahin|nhi|hi nahi|to nahi|toh nahi)",
        "(nahi|nahin|nhi|nai) (chahiye|chaiye|chahie|lena|leni|lenge|karna|karni)",
        "(kya|koi) (zaroorat|fayda|matlab|faida|kaam ka)",
        "(नहीं चाहिए|जरूरत नहीं|ज़रूरत नहीं|नहीं लेना|नहीं करना)",
        "interest (nahi|nahin|nhi)",
    ),
    "Too far": (
        "(farther|further) (than|away|out) *? *? *?",
        "(neighborhood|area|location|locality|place|part of town|street|jagah|ilaka) *? *? (rough|sketchy|unsafe|dangerous|loud|noisy|theek nahi|accha nahi|sahi nahi)",
        "(too|very|so|quite|pretty|bit|little|really|kinda|kind of|awfully) (far|remote|long a drive)",
        "far (away|off|out|from) ... (work|office|school|home|town|city|station|metro|everything|me|us|here|from)",
        "(hour|hours|minutes|mins|miles|km|kilometers) (away|drive|commute|from where|from my|from our|each way|one way)",
        "(long|bad|terrible|horrible|done that|that|the) (commute|drive) (before|would|is|every|to|never|again|for)?",
        "(location|area|neighborhood|locality) (is|isn't|is not|'s) (not)? (really|so|very|too|that|a bit)? (good|great|ideal|bad|far|safe|"
        "convenient|nice|right|wrong|rough|sketchy|noisy)",
        "(don't|not) (like|love|want|a fan of) (the|that) (location|area|neighborhood|locality|part of town|side of town)",
        "(bahut|bohot|kaafi|itna|itni|kafi|zyada) (door|dur)",
        "(door|dur) (padta|padega|hai|padti|lagta|ho jayega)",
        "(बहुत दूर|दूर है)",
    ),
    "Missing a feature": (
        "(don't|didn't|not) (really)? (love|like|crazy about|thrilled with|a fan of|wild about) the (kitchen|bathroom|layout|view|floor|floor plan|yard|carpet|color|design|balcony|interface)",
        "(then|so) (that's|it's) out",
        "(it|that|this|they|one|place|apartment|flat|which|system|software|plan|app) (doesn't|don't|won't|can't) (even|really)? "
        "(have|support|integrate|work with|include|come with|offer|do|allow|handle|fit)",
        "(missing|lacks|lacking|without) (a|an|the|that|some|key) (feature|features|balcony|parking|elevator|lift|garden|pool|yard|"
        "option|function|dishwasher|laundry)",
        "no (parking|elevator|lift|balcony|garden|laundry|pets|dishwasher|yard|garage|integration|support for) "
        "(is|that's|is a|then|for|makes)? (a)? (problem|deal breaker|dealbreaker|no go|not good|issue)",
        "(deal breaker|dealbreaker|no-go)",
        "(too|bit|quite|so|very|way|pretty|little) (small|tiny|cramped|old|dark|noisy|loud|complicated|complex) (for|to|and)?",
        "(need|needs|want|wanted|prefer|looking for|hoping for) (something|a|one|somewhere) (place)? "
        "(bigger|larger|smaller|closer|newer|different|cheaper|quieter|better|else)",
        "(chhota|chota|chhoti|choti|chhote|chote) (hai|lag|padega|padta|kamra|kamre|room)",
    ),
    "Contract too long": (
        "(hate|don't like|don't do|not a fan of|avoid|no|scared of|wary of) (long)? (contracts|lock-ins|lock ins|long term|commitments|being tied)",
        "(long|annual|lock-in|lock in|lockin|yearly|* month|* year|two year|one year|multi-year|term) "
        "(term|long)? (contract|commitment|agreement|lease|lock-in|lock in|minimum) ... (bother~|scare~|worr~|issue|problem|long|much|no|not|"
        "concern~|commit|hard|risky)",
        "(don't|not|hate|afraid|rather not|hesitant|nervous|wouldn't|won't|can't|scared|without) ... "
        "(locked in|tied down|tied in|tied to|long contract|long term contract|long-term contract|long commitment|commit to|committing|"
        "sign a contract|year contract|annual contract|lock-in|contracts)",
        "(be|being|get|getting|gets|feel|feeling) (locked (in|into)|tied (in|down|into))",
        "(cancellation|termination|early exit|exit) (fee|fees|penalty|charges|charge)",
        "(can|could|may|what if) (i|we) (still)? (cancel|get out|leave|quit) (any time|at any|early|anytime|whenever)",
        "lock in (zyada|bahut|nahi|kyun)",
    ),
    "Bad experience before": (
        "(bad|rough|terrible|awful|horrible) (run|go|experience|time|luck|past) (with|of it)",
        "(didn't|did not|doesn't|never) (really)? (work out|go well|work for (us|me)|end well|help (us|me))",
        "(had|have had|with|from|after|a|some|such|my) (a|some|such|really|very)? (bad|terrible|poor|horrible|awful|nasty|negative) "
        "(experience~|service|time|dealings|luck)",
        "(last time|the last (company|guy|one|agent|agency|vendor|provider|people)|previous~) ... (you|it|we|they|never|didn't|"
        "was|were|left|took|cheat~|messed|lost|broke|disappear~)",
        "(been|got|was|were|we've been|i've been) (burned|burnt|ripped off|scammed|cheated|let down|conned|screwed|fooled|tricked|lied to)",
        "(let (us|me) down|burned before|once bitten|fool me)",
        "(tried|used|had) (you|it|that|this|them|something like (that|this|it)|one|a similar) ... (before|already|once|years ago) "
        "... (didn't|not|never|no|bad|wast~|hat~|worse)",
        "(pehle|pichli baar) ... (dhokha|kharab|galat|bekaar|bura|pareshan|nuksan|fas)",
    ),
    "Wants details first": (
        "(don't|never) (do|make|conduct|discuss) (business|deals|money|that|anything|financial) *? (over|on) the phone",
        "(need|want|have|like|love|prefer) to (see|know|read|look at|review|check out|check|look over|hear|understand) (some|the|more|your|their|what|where|a|how|all|it|exactly) "
        "*? *? *? *? *? (first|before|numbers|details|website|reviews|contract)",
        "(before) (i|we) (decide|commit|sign|agree|donate|give|say|do anything|make|buy|pay|put|can say|send|spend)",
        "(send|email|mail|text|give|show|whatsapp) (me|us) (something|anything|some|the|a|all|more|everything|your|it)? "
        "(info|information|details|in writing|brochure|numbers|literature|written|link|quote|documents|something|paperwork)? "
        "(in writing)? (first|before|beforehand)",
        "(have|need|want|like|love|prefer|got|rather) (to)? (do|know|see|read|learn|hear|find out|look at|go through|review) "
        "(some|more|it|a (bit|little|lot)|my own|the|my|up|into|something|what)? (of|bit)? (my|the|your|own|more|bit)? "
        "(research|details|information|info|paperwork|fine print|contract|terms|reviews|homework|reading|numbers|about (it|them|you|this)) "
        "(first|before|on)?",
        "(look|looking|check|checking|read|reading) (more)? (into|in to|them|it|this|that|up on|you) (up|out|first|more|before|a bit|"
        "a little|further|online|on) (before|first|more|myself|my own|and)?",
        "(have|need|want|like|going|i'll|i will|i'd|maybe|let me) (to|have to|need to|want to|like to)? (look|research|dig|read|check) "
        "(more)? (into|up on|up) (it|this|that|them|more|the|you|your)",
        "(i'll|i will|maybe i'll|let me|i'd|we'll|need to|have to|want to) (look|check) (them|it|this|that|you) (up|out)",
        "(do|done|doing|did) (my|some|more|a little|our|any) (own|more)? (research|homework|digging|due diligence)",
        "(in writing|on paper|something written|written quote|written offer) (first|before|please)?",
        "(don't|wouldn't|never) (sign|agree|commit|decide|do|give|donate|buy) (to)? (anything|demos|that|this|things|it)? "
        "(cold|over the phone|on the phone|on the spot|without (seeing|reading|knowing)|blind)",
        "(pehle|phle) (details|detail|photo|photos|brochure|jankari|papers|documents|flat|ghar|property|dekh~|samjh~|list)",
        "(send|bhejo|bhej do|bhejiye|bhejna) (pehle|phir dekh~|toh dekh~)",
    ),
    "Does not want to share details": (
        "(not|don't feel|isn't|never) (really|very|so|too)? comfortable (with)? (giving|sharing|doing|donating|paying|saying|putting|entering) *? *? *?",
        "(not|don't|won't|can't|wouldn't|never|rather not|uncomfortable|prefer not to|refuse to|shouldn't) ... "
        "(giving|give|share|sharing|disclose|disclosing|hand over|handing|provide|providing) (you|out|my|any|that|our|personal|it|this|"
        "such|those) ... (number|email|e-mail|address|details|information|info|over|name|pin|password|card|account|ssn|otp)",
        "(why|what) do you (need|want) (my|to know|all|that|this|our)",
        "(that's|it's) (private|personal|confidential|none of your business)",
        "(told|tell|said) (me|us)? (not|never) to (give|share|tell) (it|that|my|this|out)?",
        "(number|details|otp|address|email|jankari) (kyun|kyu|nahi|nahin) (chahiye|de|dun|dena|dunga|dungi|doon|batau~|bata)",
    ),
    "Too much trouble": (
        "(lose|losing|migrate|move|moving) (all)? (our|my|the) (data|history|records|contacts)",
        "(never|not) (learn|get used to|adapt to|figure out) (it|that|this)?",
        "(don't have|haven't got|short on|no) (the|enough)? (staff|people|manpower|team|bandwidth|capacity|resources) *?",
        "(too much|a lot of|lot of|such a|so much|big|huge|bit of a|kind of a|a|the) (hassle|trouble|bother|headache|pain) (to|for|of|and|in)?",
        "(sounds|seems|looks|too|so|very|quite|bit) (like a lot|too|so|quite|very|a bit)? (complicated|complex|difficult|confusing|"
        "time consuming|time-consuming|much work|much effort)",
        "(too|so) much (work|effort|paperwork|trouble|bother)",
        "(not|isn't|hardly) worth the (effort|trouble|hassle|time|bother|switch)",
        "(don't|not) want (to)? (go through|the hassle|deal with|bother with|all that|change|switch)",
        "(learn|train|retrain|migrate|move|switch) (everything|everyone|everybody|all (our|the|my))",
        "(jhanjhat|jhamela|lafda|bahut kaam|mushkil hai|itna jhanjhat)",
    ),
    "Dislikes the approach": (
        "(too|so|very|being|bit|really|pretty|quite|stop being) (pushy|aggressive|rude|salesy)",
        "(stop|quit|no|don't like|don't|hate|not) (being)? (pushing|pressuring|pressure|push|harassing|guilt tripping|guilting|forcing|force|"
        "pressured|pushed|guilt trip|begging)",
        "(guilt|guilt-trip|guilting|shame|shaming|blackmail~) (trip|tripping|me|us|people|into)",
        "(treat|speak|talk|ask) (them|people|me|us|to people|to me) (nicely|nicer|with respect|respectfully|better|kindly|politely|like that)",
        "(speak|talk) nicely",
        "(that's|that was|thats|you're|you are|youre|how|kinda|so|pretty|really|very) (a bit|so|very|kind of|kinda|pretty|really|being)? "
        "(rude|offensive|insulting|disrespectful|uncalled for|harsh|mean|creepy|annoying)",
        "(asking|talking|speaking|acting) like (that|this)",
        "(don't|didn't|not) (appreciate|like|care for) (the|your|that|this|how|being) (tone|attitude|approach|way|you|pushed|pressure|"
        "called|pressured|talked|judged|lied)",
        "(none of your business|mind your own|leave me alone|back off)",
    ),
}
# These hold back only in answer to us: when our agent asked for something or offered it.
OBJECTIONS_TO_AN_ASK = {
    DECLINED: (
        "(i would|i wish i could|i'd love to|i'd like to|i want to|i would like to|i would love to|wish i could|maybe|i guess|i'd (donate|help|give|do it|buy it|take it)|"
        "sounds (good|great|nice|interesting|fine|lovely|fair)|(good|great|nice|noble|worthy) (cause|idea|offer|deal)|(i understand|i get) (that|it|you)?|"
        "tempting|i see|i hear you|fair enough|i feel (bad|for them)|it's nice) but",
        "(don't|can't|couldn't|won't|wouldn't|unable|hate|hard) (really|just|to|like to|want to|think i can|even|think i will|think i'd|usually|normally|typically|often|like)? "
        "(donate|donating|give|giving|spend|spare|part with|contribute|contributing)",
        "(not|isn't) (really)? something (i|we) *? *? (do|want|need|believe|support|care|can)",
        "(keep|keeping|hold on to|need) (my|the|this|all|what) (payment|money|pay|earnings|bonus|it|i|cash|dollar|dollars)",
        "(it|that|all)? depends (on)? (how much|what|if|whether|the|my)?",
        "(don't think so|i think not|hmm no|not for me|no but|nah|nope|no way|hard pass|another time|some other time|count me out)",
        "have to say no",
        "afraid (i|we) (can't|couldn't|won't|don't)",
        "(hmm|umm|um|uh|honestly|well) i don't know",
        "no (thanks|thank you|thankyou|thx|thnx|ty|sorry|way|chance|please|sir|ma'am|i'm good|we're good|not really|not now|not today|"
        "i don't think so|i can't|i won't|i'd rather not|i don't want|sorry i)",
        "(i'm|we're) (good|fine|all set|okay) (thanks|thank|though|for now|on that)?",
        "(not|never) (today|tonight|now|interested|really|for me|for us|this time)",
        "(i|we) (really|just|honestly|simply|actually)? (can't|won't|couldn't|wouldn't|am unable to|don't think i (can|will|want)) "
        "(really|just|do (that|it|this)|donate|give|contribute|help|today|right now|commit|at this|be (donating|able|giving|buying)|"
        "spare|justify|make that|say|promise|go|sign|agree|right)",
        "(would|will) (not|rather not|have to pass|have to decline|need to pass|pass|decline)",
        "(i'll|i will|think i'll|i'd|i'm|gonna|going to|have to|gotta|i must|we'll) (have to|need to|going to|gonna|rather|probably|likely|"
        "just)? (pass|decline|say no|skip|refuse|keep (it|my|the|all|what))",
        "(i'd|we'd|would|i would) (rather|prefer) (not|to (keep|give|donate|save|volunteer|help|use|spend|do)|keep|give|donate|save|help|"
        "volunteer|use|spend)",
        "(choose|pick|donate|go with|put|say) (0|zero|nothing|none|no money)",
        "(don't|do not|didn't|not) (want|wish|intend|plan|feel like|feel comfortable|going) (to)? (donate|donating|give|giving|contribute|"
        "contributing|buy|spend|pay|commit|go ahead|proceed|do that|do it|participate)",
        "(donate|donating|give|giving|volunteer|volunteering|offer) (my|some of my|some|of my) time",
        "(volunteer|help) (instead|in other ways|some other way|another way)",
        "appreciate (it|that|the offer|the call|you calling|you) but",
        "(thanks|thank you) but (no|i|we|not)",
        "no but (thanks|thank)",
        "(i|we) (don't|do not) (donate|give to|usually donate|normally donate|typically donate|do that|do (these|those|demos|surveys))",
        "(unfortunately|sadly|regrettably) ... (can't|not|unable|no|won't|don't)",
        "sorry (but)? (i|no|not|we|can't)",
        "(rehne do|rehne dijiye|chhodo|chodo|jaane do|mat karo|nahi bhai|nahi ji|nahi sir|nahi yaar|nahi madam|nahin ji|रहने दो|रहने दीजिए)",
    ),
    "Wants to think": (
        "(i'm|we're|still|really|just) not (so|too|totally|entirely|completely|really|100|quite|very|all that)? (sure|certain)",
        "(not|isn't|unsure) (sure|certain) (about|if|whether|i|we|yet|that|this|it|on)",
        "(maybe|perhaps|idk|dunno) (not|later|if|i'll see|we'll see|i don't know)",
    ),
    ASKS_OTHERS: ("(i'd|i'll|we'll|we'd) (talk|ask|check) ... (first|and|then)",),
}

# How our agents ask for something or offer it.
ASKS = (
    "(would|will|could|can|are|won't) you (be)? ... (donat~|give|giving|contribut~|support~|help|buy~|sign|book|proceed|go ahead|"
    "take|try|join|have a look|meet|demo|demonstration|visit|see|come|purchase|subscribe|enroll|schedule|upgrade|switch|plan|policy|"
    "offer|interested|spare|invest|look|sponsor|put in|chip in|pitch in|kick in|match|consider|open to|willing)",
    "how much (would|will|can|do|could|are) you ... (like|donate|give|willing|contribute|spare|able|want|comfortable|donating|giving)",
    "(shall|should|may|can|could) (i|we) (put|book|sign|send|schedule|set|reserve|arrange|count|get|go ahead|offer|start|proceed|win|"
    "have you|close|close the|interest you|call you|convince|ask you)",
    "(interested in|willing to|like to|want to|care to|wanna|going to|gonna) (make|be|maybe|also|please)? (a|an|some|to)? "
    "(donat~|giv~|contribut~|buy~|sign|support~|kick in|help|small donation|chip in|join|try|part)",
    "(even|just|only|every|any) (a|one|fifty|twenty|ten)? (cents|cent|dollar|dollars|dime|quarter|penny|bit|amount|little bit|small amount)",
    "(like|want) you to (donate|give|consider|buy|help|sign|try|join|think)",
    "(please|should|must|could|let's|we can|you can|can) (consider|donate|give|contribute|help|donating)",
    "(we|i) (can|could) (cover|offer|give you|add|do|match|save you|also|solve)",
    "(lijiye|kijiye|dijiye|chahenge|chahengi|lenge|kar dein|aaiye|karwa|karein|bhej dijiye|dekh lijiye)",
    "(what would it take|how does that sound|what if we)",
    "(would solve|would save|it's (really|only|just)|is (only|just)|starts at|cheaper|discount|offer|deal)",
    "(a|per|each) (month|year|seat|user|location)",
    "(why not|your donation|your support|your help|your contribution)",
)
