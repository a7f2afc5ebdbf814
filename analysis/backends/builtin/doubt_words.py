"""Doubts about what is offered: trust, need, distance, features, contract, trouble. The second half of
`objection_words`.
"""

DOUBTS = {
    "Does not trust it": (
        "(worried|concerned|nervous|uneasy|anxious|worry) about (the|our|my)? (data|customer data|security|privacy|"
        "confidentiality|data security|data protection|compliance)",
        "(what happens|what) (if|when) (you|you guys|your company) (go|goes|guys go|shut|disappear|close|fold|went) "
        "(under|down|bust|bankrupt|away)?",
        "(skeptical|sceptical|doubtful|cynical|wary of|leery of|suspicious of|suspicious about|cautious about)",
        "(never|rarely|hardly|barely) (really|actually|even)? (gets|reaches|makes it|get|reach|goes|arrives) "
        "(to)? (the|those)? *?",
        "(who are you again|how did you get (my|this) (number|name|email))",
        "(bad|terrible|poor|awful|mixed|negative) (reviews|reputation|press|things)",
        "(those|these|they|charities|places) (are)? (all)? (corrupt|crooked|scams|scammers|frauds)",
        "(don't|can't) see how (my|that|this|it|a|one|ten|* )",
        "(don't|didn't|never|not) (really|fully|actually|necessarily|much)? believe (in|that|it|them|you)? *? "
        "*? *? *? (organizations|organization|charities|charity|money|companies|it|that|you|them|works|help~|"
        "giving)",
        "(charities|organizations|companies|they|people|most of them) (just|only|always|often|tend to|usually|"
        "will)? (waste|keep|pocket|steal|misuse|take|squander|abuse) (it|the|most|all|money|your|our|half|that)",
        "(pay|pays|paid|paying|overpay) (their|the|its) (ceo|ceos|executives|bosses|management|staff|director|"
        "directors) *? *? *?",
        "(what's|what is|where's|where is|there's always|must be|so what's) (the|a)? catch",
        "(why|how) (should|can|could|would|do) (i|we|anyone|one) (ever|really)? (trust|believe|be certain|be "
        "sure|know for sure|be confident)",
        "(money|donation|it) (is|gets|will be|would be|being|actually|really)? (used|spent|go|going|goes) "
        "(correctly|properly|right|wisely|well|the way|to the right|where)",
        "(where|what) (the|my|our|all the|that|all that) (money|donation|donations|funds) (goes|go|is going|is "
        "used|really goes|actually goes|will go|would go) *? *? *?",
        "(is|sounds like|looks like|seems like|smells like|thought|think|is this) (this|it|that)? (not)? (a|"
        "some kind of|some sort of) (scam|fraud|con|hoax|rip-off|ponzi|pyramid)",
        "(don't|didn't|can't|never|hard to|not|wouldn't) (really|fully|quite|even)? trust",
        "trust (issues|is an issue|them|it|that) (not|at all|with)?",
        "(not|isn't|doesn't (sound|look|seem)|don't (sound|look|seem)|is it|are you|are they|is this) (really|"
        "even|actually|very|so)? (legit|legitimate|genuine|trustworthy|safe|reliable|reputable|honest|credible|"
        "for real)",
        "(how|where) (do|can|would|could|will) (i|we) (really|actually|even)? (know|be sure|make sure|trust) "
        "(you|you're|it|it's|this|that|if|where|they|they're|i|the|your|who|what|these|them)",
        "(how|where) (much|does|do|many|can|would|will)? (of|my|the|all|it|that|this)? (the|my|your|it|that|"
        "this)? (money|donation|donations|funds|penny|dollar|percent)? (actually|really|even) (reach~|go|goes|"
        "gets|get|used|helps|makes)",
        "(too good to be true|sounds fishy|seems fishy|smells fishy|fishy|shady|sketchy|suspicious of|"
        "skeptical|sceptical|dubious|wary of|leery)",
        "(most|half|majority|all|much|lot|percent) ... (goes|going|go|ends up|end up|spent|straight) ... "
        "(salaries|overhead|executives|ceo|ceos|admin|administration|administrative|pockets|advertising|"
        "someone's pocket|the wrong hands|corruption)",
        "(that's|that is) what (they|you|everybody|everyone|people) (all|always)? (say|tell)",
        "(heard|read|seen) (bad|some bad|a lot of bad|negative|mixed|horror|terrible|awful|that) (things|"
        "stories|reviews|stuff|half|most)",
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
        "(don't|can't|not sure) (really)? (see|know) what (i'd|we'd|i would|we would|i|we) (use|do|need|want|"
        "get) *? *? *?",
        "(too|so) small for (that|this|something|it|a)",
        "(not|isn't|wasn't) (really|exactly|quite)? what (i|we|i'm|we're|we are|i am|i was|we were) (after|"
        "looking|want|wanted|need|had|hoping|thinking)",
        "(nahi|nahin|nhi) (lagta|lagti) *? *? (zaroorat|jarurat|chahiye|fayda|kaam)",
        "(don't|doesn't|didn't) (really|actually|even|think i|think we|think i'll|think we'd|think we'll)? "
        "(need|want) (it|this|that|one|any|anything)",
        "no (need|use) (for|of|to|right|really|thanks|thank|now)?",
        "(not|of no|no|isn't|wouldn't be) (really|of|much)? (use|useful) (for|to) (me|us)",
        "(not|isn't|wasn't|never) (really|at all|very|that|even|particularly|something i'm|something we're)? "
        "(looking (for|to|at)?|interested|something (i|we)|for (me|us)|my thing|our thing|relevant|necessary|"
        "applicable)",
        "(no|zero|any) interest (in)?",
        "(i'm|we're) (good|fine|okay|alright|ok) (on that|as (i|we) (am|are)|with what|without|with that|with "
        "this|for now|thank~|where)",
        "(fine|good|happy|okay|alright) with what (i|we) (need|want)",
        "(works|working|does) (fine|well|just fine|okay|great|perfectly) (for us|for me|already|as it is|the way)",
        "(think|believe) we need (a)? (place|one|anything)? (that|so) (big|much|many|large)",
        "(zaroorat|jarurat|zarurat|jaroorat|zarurat) (nahi|nahin|nhi|hi nahi|to nahi|toh nahi)",
        "(nahi|nahin|nhi|nai) (chahiye|chaiye|chahie|lena|leni|lenge|karna|karni)",
        "(kya|koi) (zaroorat|fayda|matlab|faida|kaam ka)",
        "(नहीं चाहिए|जरूरत नहीं|ज़रूरत नहीं|नहीं लेना|नहीं करना)",
        "interest (nahi|nahin|nhi)",
    ),
    "Too far": (
        "(farther|further) (than|away|out) *? *? *?",
        "(neighborhood|area|location|locality|place|part of town|street|jagah|ilaka) *? *? (rough|sketchy|"
        "unsafe|dangerous|loud|noisy|theek nahi|accha nahi|sahi nahi)",
        "(too|very|so|quite|pretty|bit|little|really|kinda|kind of|awfully) (far|remote|long a drive)",
        "far (away|off|out|from) ... (work|office|school|home|town|city|station|metro|everything|me|us|here|from)",
        "(hour|hours|minutes|mins|miles|km|kilometers) (away|drive|commute|from where|from my|from our|each "
        "way|one way)",
        "(long|bad|terrible|horrible|done that|that|the) (commute|drive) (before|would|is|every|to|never|again|for)?",
        "(location|area|neighborhood|locality) (is|isn't|is not|'s) (not)? (really|so|very|too|that|a bit)? "
        "(good|great|ideal|bad|far|safe|convenient|nice|right|wrong|rough|sketchy|noisy)",
        "(don't|not) (like|love|want|a fan of) (the|that) (location|area|neighborhood|locality|part of town|"
        "side of town)",
        "(bahut|bohot|kaafi|itna|itni|kafi|zyada) (door|dur)",
        "(door|dur) (padta|padega|hai|padti|lagta|ho jayega)",
        "(बहुत दूर|दूर है)",
    ),
    "Missing a feature": (
        "(don't|didn't|not) (really)? (love|like|crazy about|thrilled with|a fan of|wild about) the (kitchen|"
        "bathroom|layout|view|floor|floor plan|yard|carpet|color|design|balcony|interface)",
        "(then|so) (that's|it's) out",
        "(it|that|this|they|one|place|apartment|flat|which|system|software|plan|app) (doesn't|don't|won't|"
        "can't) (even|really)? (have|support|integrate|work with|include|come with|offer|do|allow|handle|fit)",
        "(missing|lacks|lacking|without) (a|an|the|that|some|key) (feature|features|balcony|parking|elevator|"
        "lift|garden|pool|yard|option|function|dishwasher|laundry)",
        "no (parking|elevator|lift|balcony|garden|laundry|pets|dishwasher|yard|garage|integration|support for) "
        "(is|that's|is a|then|for|makes)? (a)? (problem|deal breaker|dealbreaker|no go|not good|issue)",
        "(deal breaker|dealbreaker|no-go)",
        "(too|bit|quite|so|very|way|pretty|little) (small|tiny|cramped|old|dark|noisy|loud|complicated|"
        "complex) (for|to|and)?",
        "(need|needs|want|wanted|prefer|looking for|hoping for) (something|a|one|somewhere) (place)? (bigger|"
        "larger|smaller|closer|newer|different|cheaper|quieter|better|else)",
        "(chhota|chota|chhoti|choti|chhote|chote) (hai|lag|padega|padta|kamra|kamre|room)",
    ),
    "Contract too long": (
        "(hate|don't like|don't do|not a fan of|avoid|no|scared of|wary of) (long)? (contracts|lock-ins|lock "
        "ins|long term|commitments|being tied)",
        "(long|annual|lock-in|lock in|lockin|yearly|* month|* year|two year|one year|multi-year|term) (term|"
        "long)? (contract|commitment|agreement|lease|lock-in|lock in|minimum) ... (bother~|scare~|worr~|issue|"
        "problem|long|much|no|not|concern~|commit|hard|risky)",
        "(don't|not|hate|afraid|rather not|hesitant|nervous|wouldn't|won't|can't|scared|without) ... (locked "
        "in|tied down|tied in|tied to|long contract|long term contract|long-term contract|long commitment|"
        "commit to|committing|sign a contract|year contract|annual contract|lock-in|contracts)",
        "(be|being|get|getting|gets|feel|feeling) (locked (in|into)|tied (in|down|into))",
        "(cancellation|termination|early exit|exit) (fee|fees|penalty|charges|charge)",
        "(can|could|may|what if) (i|we) (still)? (cancel|get out|leave|quit) (any time|at any|early|anytime|whenever)",
        "lock in (zyada|bahut|nahi|kyun)",
    ),
    "Bad experience before": (
        "(bad|rough|terrible|awful|horrible) (run|go|experience|time|luck|past) (with|of it)",
        "(didn't|did not|doesn't|never) (really)? (work out|go well|work for (us|me)|end well|help (us|me))",
        "(had|have had|with|from|after|a|some|such|my) (a|some|such|really|very)? (bad|terrible|poor|horrible|"
        "awful|nasty|negative) (experience~|service|time|dealings|luck)",
        "(last time|the last (company|guy|one|agent|agency|vendor|provider|people)|previous~) ... (you|it|we|"
        "they|never|didn't|was|were|left|took|cheat~|messed|lost|broke|disappear~)",
        "(been|got|was|were|we've been|i've been) (burned|burnt|ripped off|scammed|cheated|let down|conned|"
        "screwed|fooled|tricked|lied to)",
        "(let (us|me) down|burned before|once bitten|fool me)",
        "(tried|used|had) (you|it|that|this|them|something like (that|this|it)|one|a similar) ... (before|"
        "already|once|years ago) ... (didn't|not|never|no|bad|wast~|hat~|worse)",
        "(pehle|pichli baar) ... (dhokha|kharab|galat|bekaar|bura|pareshan|nuksan|fas)",
    ),
    "Wants details first": (
        "(don't|never) (do|make|conduct|discuss) (business|deals|money|that|anything|financial) *? (over|on) the phone",
        "(need|want|have|like|love|prefer) to (see|know|read|look at|review|check out|check|look over|hear|"
        "understand) (some|the|more|your|their|what|where|a|how|all|it|exactly) *? *? *? *? *? (first|before|"
        "numbers|details|website|reviews|contract)",
        "(before) (i|we) (decide|commit|sign|agree|donate|give|say|do anything|make|buy|pay|put|can say|send|spend)",
        "(send|email|mail|text|give|show|whatsapp) (me|us) (something|anything|some|the|a|all|more|everything|"
        "your|it)? (info|information|details|in writing|brochure|numbers|literature|written|link|quote|"
        "documents|something|paperwork)? (in writing)? (first|before|beforehand)",
        "(have|need|want|like|love|prefer|got|rather) (to)? (do|know|see|read|learn|hear|find out|look at|go "
        "through|review) (some|more|it|a (bit|little|lot)|my own|the|my|up|into|something|what)? (of|bit)? (my|"
        "the|your|own|more|bit)? (research|details|information|info|paperwork|fine print|contract|terms|"
        "reviews|homework|reading|numbers|about (it|them|you|this)) (first|before|on)?",
        "(look|looking|check|checking|read|reading) (more)? (into|in to|them|it|this|that|up on|you) (up|out|"
        "first|more|before|a bit|a little|further|online|on) (before|first|more|myself|my own|and)?",
        "(have|need|want|like|going|i'll|i will|i'd|maybe|let me) (to|have to|need to|want to|like to)? (look|"
        "research|dig|read|check) (more)? (into|up on|up) (it|this|that|them|more|the|you|your)",
        "(i'll|i will|maybe i'll|let me|i'd|we'll|need to|have to|want to) (look|check) (them|it|this|that|"
        "you) (up|out)",
        "(do|done|doing|did) (my|some|more|a little|our|any) (own|more)? (research|homework|digging|due diligence)",
        "(in writing|on paper|something written|written quote|written offer) (first|before|please)?",
        "(don't|wouldn't|never) (sign|agree|commit|decide|do|give|donate|buy) (to)? (anything|demos|that|this|"
        "things|it)? (cold|over the phone|on the phone|on the spot|without (seeing|reading|knowing)|blind)",
        "(pehle|phle) (details|detail|photo|photos|brochure|jankari|papers|documents|flat|ghar|property|dekh~|"
        "samjh~|list)",
        "(send|bhejo|bhej do|bhejiye|bhejna) (pehle|phir dekh~|toh dekh~)",
    ),
    "Does not want to share details": (
        "(not|don't feel|isn't|never) (really|very|so|too)? comfortable (with)? (giving|sharing|doing|donating|"
        "paying|saying|putting|entering) *? *? *?",
        "(not|don't|won't|can't|wouldn't|never|rather not|uncomfortable|prefer not to|refuse to|shouldn't) ... "
        "(giving|give|share|sharing|disclose|disclosing|hand over|handing|provide|providing) (you|out|my|any|"
        "that|our|personal|it|this|such|those) ... (number|email|e-mail|address|details|information|info|over|"
        "name|pin|password|card|account|ssn|otp)",
        "(why|what) do you (need|want) (my|to know|all|that|this|our)",
        "(that's|it's) (private|personal|confidential|none of your business)",
        "(told|tell|said) (me|us)? (not|never) to (give|share|tell) (it|that|my|this|out)?",
        "(number|details|otp|address|email|jankari) (kyun|kyu|nahi|nahin) (chahiye|de|dun|dena|dunga|dungi|"
        "doon|batau~|bata)",
    ),
    "Too much trouble": (
        "(sounds|seems|looks|feels) like (too much|a lot of|such a|quite a|a) (hassle|trouble|bother|headache|"
        "pain|work|effort)",
        "(lose|losing|migrate|move|moving) (all)? (our|my|the) (data|history|records|contacts)",
        "(never|not) (learn|get used to|adapt to|figure out) (it|that|this)?",
        "(don't have|haven't got|short on|no) (the|enough)? (staff|people|manpower|team|bandwidth|capacity|"
        "resources) *?",
        "(too much|a lot of|lot of|such a|so much|big|huge|bit of a|kind of a|a|the) (hassle|trouble|bother|"
        "headache|pain) (to|for|of|and|in)?",
        "(sounds|seems|looks|too|so|very|quite|bit) (like a lot|too|so|quite|very|a bit)? (complicated|complex|"
        "difficult|confusing|time consuming|time-consuming|much work|much effort)",
        "(too|so) much (work|effort|paperwork|trouble|bother)",
        "(not|isn't|hardly) worth the (effort|trouble|hassle|time|bother|switch)",
        "(don't|not) want (to)? (go through|the hassle|deal with|bother with|all that|change|switch)",
        "(learn|train|retrain|migrate|move|switch) (everything|everyone|everybody|all (our|the|my))",
        "(jhanjhat|jhamela|lafda|bahut kaam|mushkil hai|itna jhanjhat)",
    ),
    "Dislikes the approach": (
        "(too|so|very|being|bit|really|pretty|quite|stop being) (pushy|aggressive|rude|salesy)",
        "(stop|quit|no|don't like|don't|hate|not) (being)? (pushing|pressuring|pressure|push|harassing|guilt "
        "tripping|guilting|forcing|force|pressured|pushed|guilt trip|begging)",
        "(guilt|guilt-trip|guilting|shame|shaming|blackmail~) (trip|tripping|me|us|people|into)",
        "(treat|speak|talk|ask) (them|people|me|us|to people|to me) (nicely|nicer|with respect|respectfully|"
        "better|kindly|politely|like that)",
        "(speak|talk) nicely",
        "(that's|that was|thats|you're|you are|youre|how|kinda|so|pretty|really|very) (a bit|so|very|kind of|"
        "kinda|pretty|really|being)? (rude|offensive|insulting|disrespectful|uncalled for|harsh|mean|creepy|"
        "annoying)",
        "(asking|talking|speaking|acting) like (that|this)",
        "(don't|didn't|not) (appreciate|like|care for) (the|your|that|this|how|being) (tone|attitude|approach|"
        "way|you|pushed|pressure|called|pressured|talked|judged|lied)",
        "(none of your business|mind your own|leave me alone|back off)",
    ),
}
