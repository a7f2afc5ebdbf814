"""How people refuse, agree, ask to be called back or never again: the phrases and patterns of `intents`."""

import re

# A request never to be called again. A wrong one loses a customer: each needs words of calling, or of a list and a no.
DO_NOT_CALL = (
    "(don't|never|not to|not) (you|ever|you ever|please)? (be)? (call|calling|phone|phoning|ring|ringing|"
    "contact|contacting|dial) (me|us|this|here|my|again|anymore|back) (number|phone|line|house|home|place|cell|"
    "mobile)? (again|anymore|any more|ever|ever again|at all|please)?",
    "(don't|never|not) (ever)? (call|phone|ring|contact|text) (me|us)? (at|on) (this|my|that) (number|phone|"
    "line|cell|mobile|house)",
    "(don't|never|not to) (call|contact|phone|ring|bother|disturb) (me|us)? (ever)? (again|anymore|any more|ever)",
    "(please don't|don't ever|don't you ever|never) (bother|disturb) (me|us)",
    "(stop|quit) (calling|phoning|ringing|contacting|bothering|harassing|pestering|disturbing|messaging|"
    "texting|spamming) (me|us|here|my|this)?",
    "(stop|no more|enough) (these|the|your|with the|with these|of these)? (calls|phone calls|robocalls|sales calls)",
    "(take|remove|delete|get|strike|scratch|cross|drop) (me|us|my (number|name|details|phone number|info)|this "
    "number|our number|the number) (off|from) (of)? (your|the|this|that|any|all) *? *? *? (list|lists|database|"
    "system|records|books|register|registry)",
    "(off|from) (your|the call|the calling|your call|your calling|your contact|your mailing) (list|lists|database)",
    "(don't) (want|wish|like|need|appreciate) (any more|anymore|any|more|to receive|to get|you to|these|your|"
    "getting|receiving|to be) *? *? *? (call|calls|called|calling|contacted|disturbed)",
    "(do not call|do-not-call|no call) (list|registry|register)",
    "(dnd|dnc|unsubscribe)",
    "(please|just|and|you can|must|should|to) (lose|delete|erase|remove) (my|this|our) (number|phone number)",
    "lose my number",
    "(appreciate|like|prefer|rather|grateful|great|nice|wish|want|thankful) *? *? *? (you|you'd|you all|they|"
    "people) (didn't|don't|wouldn't|won't|not|stop|stopped|never|to stop|to not|not to) (ring~|call~|phone~|"
    "contact~) (this|my|our)? (number|me|us)? (again|anymore|any more)?",
    "(told|asked|begged|tell|telling|ask|asking) (you|you people|you guys|your people|your company) (people|"
    "guys|all)? (already|before)? (to)? (stop calling|stop|not to call|not call|take me off|remove me|leave me "
    "alone|leave us alone)",
    "leave (me|us) alone",
    "(reporting|blocking) (this|your) number",
    "(i'll|going to|gonna) (report|block) (you|this number|your number)",
    "this is harassment",
    "(call|phone|fon|kaal|cal) (mat|na) (kar~|kijiye|kijiyega|kiya|maar~|lagana)",
    "(call|phone|fon) (nahi|nahin) (karna|kijiye|karo|karein|kijiyega)",
    "(mat|na) (call|phone|fon) (kar~|kijiye|kiya)",
    "(dobara|dubara|dobaara|phir se|aage se|aaj ke baad|ab se) (kabhi)? (call|phone|fon|disturb) (mat|na|nahi|nahin)",
    "(number|naam) (hata|delete|nikaal|nikal) (do|dijiye|dena|de)",
    "(pareshan|disturb|tang) (mat|na) (kar~|kijiye)",
    "(फोन|कॉल|फ़ोन) मत",
    "(फोन|कॉल|फ़ोन) (ना|न) (करना|करो|करें|कीजिए|कीजिएगा|किया)",
    "मत (करो|करना|कीजिए)? (कॉल|फोन|फ़ोन)",
    "(नंबर हटा|परेशान मत)",
)
# What turns words of a ban into a better time or way: "don't call me before six", "… by e-mail", "… names".
TIME_AFTER = re.compile(
    r"[\s,]*(?:(?:on|this|my|me|us|here|number|phone|cell|again|back)\s+)*(?:before|after|until|unless|till|at|on|in|"
    r"today|tomorrow|now|right now|during|while|when|so|too|between|tonight|this (?:morning|evening|week|late|early)|"
    r"late|early|if|by (?:e-?mail|text|letter|post)|names?)\b"
)
# "You never call back" tells, it does not ask; "told you to stop the payment" stops something else.
ORDERS = re.compile(r"(?:do ?n'?o?t|never|not)(?: to)?(?: be)? (?:call|phon|ring|contact|dial|bother|disturb)")
TELLS = re.compile(r"\b(?:you|they|people|guys|he|she|who|nobody|we|i|agents?|company)\s*$")
AGAIN = re.compile(r"again|any ?more|\bever\b|at all")
ENDS_THERE = re.compile(r"\s*(?:[.,!?;]|$|and\b|please\b)")
NOT_INTERESTED = (
    "(found|chose|picked|took|gone for|went for) (something|someone|somewhere|another|somebody) (else|one|place)?",
    "decided (to)? (stay|keep|not to|against|not)",
    "(staying|stay|sticking|stick) (where we are|where i am|put|with (what|who|our|my))",
    "(that ship has sailed|too late|moved in (last|already)|(we|i)('ve)? (already)? moved (in|on))",
    "(choose|chose|decide|decided|prefer|rather|going|want) not to (donate|give|buy|proceed|participate|"
    "contribute|go|do)",
    "(hum|main|maine|humne) *? *? *? (le chuke|le chuka|kharid chuke|book kar chuke|le liya)",
    "(not|isn't|ain't) (really|at all|very|that|even|so|too|actually|all that|particularly|currently|"
    "personally)? (interested|looking|keen|for (me|us))",
    "(no|zero|any) interest",
    "(lost|losing) interest",
    "(don't) (really|actually|even|personally)? want to (buy|donate|purchase|proceed|continue|go ahead|do this|"
    "give|sign|spend|see it|take it|participate|join|invest)",
    "(i'll|i will|think i'll|i'm gonna|going to|have to|gonna|we'll|i'd|gotta|must|need to|i must) (have to|"
    "probably|just|need to)? (pass|decline|skip this|say no|opt out) (on)?",
    "already (bought|found|booked|purchased|signed|rented|sold|taken|closed|leased|chosen|gone with|picked|decided on)",
    "changed (my|our) (mind|minds)",
    "(won't|can't|wouldn't|couldn't) (really|just|even)? (be)? (able to|going to)? (donate|donating|buy|buying|"
    "be buying|go ahead|proceed|afford it|do that|do it|be needing|be taking|give anything|contribute|be "
    "donating|be able to)",
    "(would|will|i'd) not (be)? (donate|donating|buy|buying|like to donate|go ahead|want)",
    "(it's|that's|it'll be|is) (still|definitely)? (a no|a hard no|a firm no|no from me|a no go|no for me|no for us|"
    "no thanks)",
    "(afraid it's|it will have to be|answer is|it's still) (still|definitely)? a? no",
    "(no longer|don't) (need|looking|interested|want|require) (it|this|one|anything|any|the)? (anymore|any "
    "more|any longer)?",
    "(i|we|i've|we've) (have|just|already|actually|finally)? (gone with|went with|decided against|decided not "
    "to|dropped (it|the|this)|signed already|gave up (the|our|on)|given up (the|our|on)|chosen (another|"
    "someone|a different)|going with|go with) *?",
    "(don't) think (i|we|i'll|we'll|i'd|we'd|i will|we will) (would|will|can|want|need|be)? (be|to)? (buy~|go~|"
    "proceed~|take|taking|need~|want~|continue|sign~|donat~|giv~|interested|able)",
    "(i|we|just|i've|we've) (just|have)? bought (last|one|a|in|elsewhere|something|from)",
    "(too rich for|not for) (me|us|my blood)",
    "(happy|fine|good|okay|satisfied|content|all set) with (what|who|the one|the company|our current|my "
    "current) (we|i|i've|we've|we have|i have|one|provider|plan|agent|bank|got|company)?",
    "(i'm|we're) good on (that|this)",
    "(not going to|not gonna) (buy|donate|happen|work|be buying|be donating|do it|do that|give|sign|change)",
    "(choose|pick|donate|put|say|go with) (0|zero|nothing|none)",
    "(thanks|thank you|appreciate it|appreciate the offer|appreciate that|appreciate you) (so much|though)? "
    "but (no|no thanks|no thank you|i'm good|we're good|i'm fine|not interested|i'll pass|i don't|we don't)",
    "(humne|maine|hum ne|main ne|hamne) *? *? *? (le|kharid|book kar|le li) (liya|li|chuke|chuka|hai)",
    "(interest|intrest|interested) (nahi|nahin|nhi)",
    "(mujhe|hume|humko|hamein|humein|koi|kuch|ab|abhi|ji|loan|card|insurance|policy|plan|scheme|ye|yeh|nahi) "
    "*? *? (nahi|nahin|nhi|nai) (chahiye|chaiye|chahie|chahta|chahte|chahti|lena|leni|karna|karwana)",
    "(नहीं चाहिए|इंटरेस्ट नहीं|नहीं लेना|जरूरत नहीं|ज़रूरत नहीं)",
)
# Refusals of one thing, which refuse the whole only when nothing was asked for.
MILD_REFUSAL = (
    "(don't|doesn't) (really|actually)? (want|need) (it|this|that|any|one|your|anything)",
    "already have (a|an|one|someone|somebody|that)",
    "(leave it|forget it|drop it|never mind|no need|let it be)",
    "(i'll|we'll|i will|we will) (call|contact|ring|reach out to|get back to|be in touch with) you (back)? (if|"
    "when|once) (i|we|i'm|we're)",
    "(zaroorat|jarurat|zarurat) (nahi|nahin|nhi)",
    "(nahi|nahin|nhi) lena",
    "(rehne|rahne) (do|dijiye|de)",
)
# A no that refuses something only in answer to an offer.
BARE_NO = (
    "not (right now|at (this|the) (time|moment)|now|today)",
    "(i'd|we'd)? rather not",
    "no (thanks|thank you|thankyou)",
    "(really|just|simply|honestly|afraid i|afraid we) (can't|couldn't|won't)",
    "(i|we) (can't|couldn't) (do|give|afford|donate|right now|today|at the moment|commit|justify|help out|this)",
    "(donate|donating|give|giving|volunteer|volunteering|offer) (my|some of my|some|of my) time",
)
# A promise or an amount named in answer to an ask is a yes.
GIFT = (
    "(all|half|most|some) of it",
    "(the|my) whole (thing|payment|amount|pay|bonus)",
    "(whatever|as much as|what|everything|anything) (i|we) can",
    "* percent (of)? (it|my|the)?",
    "(sure|yes|yeah|ok|okay|absolutely|definitely|of course) (i|we)? (i'll|i will|i'd|i can|i would|we can|"
    "we'll|why not|let's do it|count me in|sign me up|put me down|i can do that|that works)",
    "(i|i'll|i'd|i think|let's|maybe|how about|make it|ok|okay|sure|yes|put me down for|we) (i'll|can|could|"
    "will|would|think|say|do|go with|give|donate|spare|offer|match)? (say|do|go with|give|donate|spare|offer|"
    "give like|do about|about|like|around|maybe)? (a|one|two|five|ten|twenty|fifty|* )? (dollar|dollars|cent|"
    "cents|bucks|buck|quarter|dime|percent|rupees|pounds|pence)",
    "half (of)? (my|the) (payment|pay|money|earnings|bonus)",
    "all (of)? (my|the) (payment|pay|earnings|bonus)",
)
CALLBACK = (
    "(walking|going|heading|stepping|getting|running) (into|in to|in|to) (a|the|my|another) (meeting|class|"
    "appointment|lift|flight|store|movie|interview|call|train)",
    "(call|ring|phone|try|contact|buzz) (me|us|again|back)? (back|later|again|tomorrow|after|at|on|in|next|"
    "another|monday|tuesday|wednesday|thursday|friday|saturday|sunday|around)",
    "(call|ring|phone) me (up)? (when|once|if)",
    "(call|try) (me|us)? (back)? in (a|an|about|half|ten|twenty|five|the|january|february|march|april|june|"
    "july|august|september|october|november|december)",
    "give (me|us) a (call|ring|buzz|shout) *?",
    "give (me|us)? (an hour|half an hour|a few minutes|ten minutes|five minutes|twenty minutes|a couple of "
    "weeks|a few weeks|a few days|a week|two weeks) (or so|to|and)?",
    "(i'm|we're) (a bit|a little|kind of|kinda|really|just|right)? *? (busy|driving|in a meeting|at work|in "
    "the middle|on the road|travelling|traveling|occupied|on the highway|at the office|in class|with a client|"
    "with a customer|at the doctor|at lunch|about to leave|heading out|stepping out|on another call|running "
    "late|in a rush)",
    "(can|could|would|please) (you|we|i) (please)? (call|talk|speak|ring) (me|you|to you)? (back)? (later|"
    "tomorrow|again|another|after|next|at|on|some other)",
    "(bad|not a good|not the best|not a great|not the right|wrong|terrible) (time|moment) (for|to|right now|now)?",
    "(can't|couldn't) (really)? (talk|speak|chat) (right now|now|at the moment|just now|much|long)?",
    "get back to (me|us) (later|tomorrow|next|in|after|on)",
    "(speak|talk) (to|with)? (you|me)? (tomorrow|next week|next month)",
    "(let's|we can|we could|can we|i'll) (talk|speak) (tomorrow|later|next|again)",
    "(let's|we can|we could|can we|let us) (reconnect|circle back|touch base|connect again)",
    "(set|schedule|arrange) (something|a call|another call) (up)? *?",
    "(reach|catch|get) me (at|on|after|before|around|later|in|then|tomorrow)",
    "(not|don't) call (me)? (before|at|until|till)",
    "(baad|bad) (mein|me|mai) (call|phone|baat|fon|karna|kijiye|karo)",
    "(kal|shaam|shaam ko|subah|parso|dopahar|raat ko|thodi der|ek ghante|do ghante|aadhe ghante|baje ke baad|"
    "baje|hafte|somvar|mangalvar|budhvar|guruvaar|shukravar|shanivar|itwar|sunday|monday) *? *? *? *? (call|"
    "phone|fon|baat) (karna|kijiye|karo|kariye|kar lena|kar lo|kar dena|karein|karte|karenge|karen)",
    "(call|phone|fon) (karna|kijiye|karo|kariye|kar lena|kijiyega|kar lo)",
    "(busy|bizi) (hoon|hu|hun|hai|hain|h)",
    "(meeting|office|drive|gaadi|gadi|train|bus) (mein|me|chala|kar) (hoon|hu|hun|raha|rahi)?",
    "(बाद में|कल कॉल|कल फोन|कल बात|शाम को)",
)
INTERESTED = (
    "(i'd|we'd|i|we|could i|can i|may i|could we|can we|i'd like to) (like|need|want|get|have|love) (to get|to "
    "have)? (a|an|your|the|some) (free)? *? (estimate|quote|quotation|demo|trial|appointment|consultation|"
    "viewing|proposal|price list|brochure|catalog|estimate for)",
    "(i'm|we're|been) (also|just|currently|actively|seriously)? (thinking (of|about)|considering|planning to|"
    "planning on|hoping to|shopping for|hunting for|after|in the market for|about to) (buying|buy|renting|rent|"
    "getting|get|moving|move|selling|sell|switching|switch|a|an|replacing|investing|some)",
    "(what|how) (do|would|can|should|could) (i|we) (need to do|have to do|do)? (to)? (get started|sign up|go "
    "about|apply|book|order|enroll|register|proceed)",
    "(can|could|may) (i|we) (come|come by|come over|stop by|drop by) (and|to|by)? *? (see|look|look at|visit|"
    "have a look|view|take a look)",
    "(saw|seen|heard about|found|noticed) (your|the) (ad|advert|advertisement|listing|website|post|page|sign|"
    "flyer|offer) *?",
    "(see|know|check|ask) (if|whether) *? *? *? *? (is|are)? (still)? available",
    "willing to (give|donate|part with|contribute|spare|help|support|try|look|meet|pay)",
    "(i'm|we're|am|very|quite|definitely|really|yes|totally|pretty|extremely|still) (very|quite|really|"
    "definitely|still|certainly|also|actually|seriously|most|always|both|all)? interested",
    "interested (in|to)",
    "(i'd|we'd) (really|definitely|certainly|also|absolutely|very much)? (like|love|be happy|prefer|be glad|be "
    "interested|be willing) (to|in)? (know|hear)? *? (book|buy|see|visit|view|schedule|know more|hear more|"
    "more|learn|proceed|go ahead|order|donate|donating|rent|get|purchase|try|sign|move|come|take|start|renew|"
    "meet|discuss|help|add|contribute|support|give|have|set up|reserve|look|apply|open|upgrade|join|invest)",
    "(i|we) (do|definitely|really|also|still|just)? want to (go)? *? (book|buy|see|visit|view|schedule|proceed|"
    "order|donate|rent|purchase|sign|take|get started|renew|help|ahead|go ahead|know|contribute|support|apply|"
    "open|upgrade|join|invest|register|add|move forward)",
    "(i|we|wanted) wanted to (know|see|ask|find out) (what|how much|about|more|if|whether) *? *? *? (cost|"
    "costs|price|available|units|flats|apartments|house|more)?",
    "(sign (me|us) up|count (me|us) in|put (me|us) down|i'm sold|book me|it's a deal|we have a deal|we've got a deal)",
    "let's (do (it|that|this)|go ahead|proceed|book|get started|set (it|that) up|make it)",
    "(send|share|email|mail|whatsapp|text) (me|us|over|across|it|the|a|an|your|some|two|both|these|those|draft|"
    "revised|floor|more|that)? (the|a|an|your|some|more|revised|draft|over|me|us)? (details|detail|info|"
    "information|brochure|quote|quotation|proposal|link|pricing|price list|pricelist|photos|pictures|plan|"
    "plans|floor plan|floorplan|floor plans|catalog|catalogue|contract|agreement|terms|document|documents|"
    "papers)",
    "book (it|that|me|the|a)",
    "(i'm|we're) (currently|actively|just|also|really|still)? (looking (for|to (buy|rent|move|replace|get|find|"
    "invest|purchase|switch|lease))|searching for|in the market)",
    "(looking|searching|search|hunting) (for|to (buy|rent|lease))",
    "(sounds|sound|looks) (really|very|so|pretty)? (great|good|perfect|interesting|amazing|like a (good|great) *?)",
    "(i|we) (can|will|should|could|would|'ll|am going to|am willing to|am happy to|'d be happy to|'d be "
    "willing to|'d be glad to) (definitely|gladly|happily|probably|certainly|also|just)? (donate|take it|buy|"
    "match|support|put|contribute|give (you|them|a|some|it|something|what|* (dollars|cents|percent))|chip in|"
    "spare (a|some|* )|pledge|offer)",
    "(i'll|we'll|i'd|i would|we should|i) (definitely|gladly|happily|probably|certainly|also|just|like to|love "
    "to|want to|be happy to|be willing to|be glad to)? (donate|support|match|contribute|chip in|pledge) (it|"
    "them|a|an|some|all|half|my (payment|task|whole|bonus|earnings|quarter|share)|* (dollars|cents|percent)|to|"
    "your|this|that|the|for|0.50|too|as well|something|what|whatever)",
    "i'm (donating|giving|going to donate|going to give|gonna donate|willing to donate|happy to donate)",
    "(i'll|we'll|i'd|i will) take (it|one|two|that|this|the|both)",
    "love to (donate|help|see|visit|give|contribute)",
    "(i|we|i'll|we'll|i'd|i will) (probably|just)? (sign|put down) (it|the|up|today|tonight|now)?",
    "(carry|bring|write) (a|the|my)? (cheque|check)",
    "(put|pay) (down)? (a|the) (deposit|token|booking)",
    "schedule (a|an|the|me)",
    "(tell|know|hear) (me)? more",
    "send (it|them|that) (to me|to us|over|across)",
    "(text|let|call|ring|email|message) me (know)? (if|when) (something|anything|one|you|there) *? *? (comes "
    "up|opens up|available|closer|have|find|get)",
    "(can|could) (i|we) (see|view|visit|tour|book|reserve|schedule|get) (it|that|this|one|a|the|them) *? *? *? *?",
    "(booking kar~|final kar~|token (de|kitna)|dekhne (aa|kab|ja)|cheque book le)",
    "(bhej (do|dijiye|dena|dijie)|book kar (do|dijiye|dena|lo)|interest (hai|hoon)|interested (hai|hoon|hu)|"
    "dekhna (hai|chah~)|lena (hai|chah~)|kharidna|pasand (hai|aaya|aayi|aa gaya))",
    "(चाहिए|लेना है|भेज|देखना है|खरीदना)",
)
# "Shall I close the enquiry?" "Yes, close it."
CLOSING_IT = re.compile(
    r"\bclos(?:e|ing)\b[^.?!]{0,20}\b(?:enquiry|inquiry|file|request|it|proposal|lead)\b|enquiry band"
)
CLOSE_IT = re.compile(r"\b(?:please )?close(?: (?:it|the \w+))?(?=[.,!]|$)|band kar (?:do|dijiye)")
# An answer means interest or refusal only when the offer was about something to have or to do with us.
WARES = re.compile(
    r"\b(?:book|visit|view|buy|demo|quote|details|brochure|proposal|interested|donat\w*|sign up|trial|"
    r"schedul\w+|appointment|meet\w*|"
    r"proceed|go ahead|order|send|see|show|price|offer|subscrib\w*|renew\w*|purchase|join|invest)\b"
)
CRISP_NO = re.compile(
    r"(?:um+,? |uh,? |sorry,? |well,? )?(?:no|nope|nah|nahi+n?|not (?:really|now|today|"
    r"interested))\b(?! (?:problem|worries|i (?:haven|did|can'?t remember)))[^?]{0,60}$"
)
COMMITMENT = re.compile(
    r"i'?ll take (?:that|this|the|it)\b|(?:i|we)(?:'ll| will| want to|'d) (?:probably |just )?(?:sign|"
    r"put down)\b|\bi sign\b|"
    r"che(?:que|ck) book le|(?:carry|bring|write) (?:a |the |my )?che(?:que|ck)|(?:put|pay) (?:down )?(?:a |"
    r"the )?(?:deposit|token|booking)|"
    r"booking kar(?:enge| denge|wa)|final kar(?:na|enge)|(?:send|share) (?:me |us )?the (?:payment )?link|"
    r"we want to (?:register|sign|book)"
)
PAPERS = re.compile(
    r"(?:send|mail|e-?mail|share|whatsapp|get) (?:me |us |over |across |it |the |a |an |your |two |both |some |"
    r"revised |draft |"
    r"these |my )*(?:to me|details?|brochures?|quotes?|quotation|proposal|link|price ?list|price sheet|plans?|"
    r"floor ?plans?|"
    r"catalog(?:ue)?|contract|agreement|terms|cost sheet|documents?)|bhej (?:do|dijiye|dena)|bhejna|mail kar"
)
SEATS = re.compile(
    r"\b(?:i|we)(?:'re|'m|'ll| am| are| will)?\b[^.?!]{0,40}\b(?:need|want|require|after|looking)\b[^.?!]{0,40}"
    r"\b(?:seats?|desks?|licen[cs]es|users|units)\b|\b(?:\d+|\w+ty|\w+teen|ten|twelve|bees) (?:seats?|desks?)\b"
)
TICKET = re.compile(
    r"\b(?:ticket|complaint (?:number|id)|service request|work order)\b|(?:raise|register|log)\w* (?:a |your |"
    r"the )?complaint"
)
REPAIR = re.compile(
    r"\b(?:complain\w*|broken|repair|refund|not working|doesn't (?:work|even)|fix(?:ed)?|return|cancel|fraud|claim)\b"
)
LOOKS_AROUND = re.compile(
    r"\b(?:just|only) (?:seeing|looking(?: around)?|browsing|exploring|checking|curious|researching)\b"
)
NOT_NOW = re.compile(r"\b(?:abhi|aaj|now|subah|today)\W*$")
SERVICE = re.compile(r"\b(?:refund|return|my order|my account|ship|bought|pet)\b")
TRIP = re.compile(r"\s+to (?:come|travel|drive|go there|be rushed|wait|walk)\b")
NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|nahi)(?: \w+)?\s*$")
