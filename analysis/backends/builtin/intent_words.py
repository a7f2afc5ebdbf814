"""How people refuse, agree, ask to be called back or never again: the patterns of `intents`."""

import re

DO_NOT_CALL = re.compile(
    r"(?<!\w)(?:"
    r"(?:don'?t|do not|please don'?t|stop|quit) (?:you )?(?:ever )?(?:be )?(?:call(?:ing)?|"
    r"phon(?:e|ing)|ring(?:ing)?|contact(?:ing)?|bother(?:ing)?|disturb(?:ing)?) (?:me|us|this|here|my|"
    r"again|anymore|back)\b(?! (?:before|after|until|till|at|on|in|today|tomorrow|now|right now))|"
    r"stop calling|(?:take|remove|delete|get|strike) (?:me|us|my (?:number|name|details)|this number|"
    r"our number) (?:off|from|out of)\b|(?:off|from) (?:your (?:call(?:ing)? |contact )?|"
    r"the call(?:ing)? )(?:list|database)|"
    r"(?:don'?t|do not) (?:want|wish) (?:any more|anymore|any|more|to receive|to get|you to|these|"
    r"your)\b[^.?!]{0,25}\bcall|do[- ]not[- ]call (?:list|registry)|\bdnd\b|"
    r"no more calls|lose (?:my|this) number|delete my number|unsubscribe|never (?:call|phone|ring) (?:me|us|this|"
    r"here|again)|(?:call|phone|"
    r"fon) (?:mat|na) (?:kar|kijiye|karna|karo)|(?:mat|na) (?:call|phone) kar|dobara (?:call|"
    r"phone) (?:mat|na)|"
    r"(?:don'?t|do not|not to) (?:call|contact|phone|ring)(?: me| us)?(?: ever)? (?:again|anymore|"
    r"any more)|(?:call|phone|फोन|कॉल) मत|मत (?:करो|करना|कीजिए)? ?(?:कॉल|फोन)"
    r")"
)
# Refusals of the whole matter.
NOT_INTERESTED = re.compile(
    r"(?<!\w)(?:"
    r"not (?:really |at all |very |that |even )?(?:interested|looking|for (?:me|us)|keen)|no interest|"
    r"(?:don'?t|do not) (?:really )?want to (?:buy|donate|purchase|proceed|continue|go ahead)|"
    r"\bi'?ll pass\b|i will pass|(?:gonna|going to) pass|"
    r"already (?:bought|found|booked|purchased|signed)|changed (?:my|our) minds?|"
    r"(?:would|will|could|can|wo) ?(?:not|n't) (?:donate|be able to donate|buy|be buying|go ahead|"
    r"proceed)|(?:can'?t|cannot) (?:do that|donate|afford it)|"
    r"(?:it'?s|that'?s|is|afraid it'?s) a no\b|no longer (?:need|looking|interested|want|require)|"
    r"(?:i|we)(?:'ve| have)? (?:gone with|went with|decided against|decided not to|dropped (?:it|the|this)|"
    r"signed already|"
    r"gave up (?:the|our|on)|given up (?:the|our|on)|chosen (?:another|someone|a different))|"
    r"(?:don'?t|do not) think (?:i|we|i'll|we'll|i will|we will|i'd|we'd)(?: would)?(?: be)? "
    r"(?:buy|go|proceed|take|need|want|continue|sign)\w*|(?:i|we) (?:just |have |'ve )?bought (?:last|one|a|in|"
    r"elsewhere)|"
    r"(?:humne|maine|hum ne|main ne) (?:\w+ ){0,2}(?:le|kharid|book kar) (?:liya|li|chuke)|"
    r"interest(?:ed)? nah?in?|koi interest|(?:mujhe|hume|humko|hamein|humein|koi|kuch|ab|abhi|"
    r"ji) (?:[\w-]+ ){0,3}nah?in? chah?i+ye|"
    r"^nah?in? chah?i+ye|"
    r"नहीं चाहिए|इंटरेस्ट नहीं|choose (?:0|zero)|not going to (?:buy|donate|happen|work)"
    r")"
)
# Refusals of one thing, which refuse the whole only when nothing was asked for.
MILD_REFUSAL = re.compile(
    r"(?<!\w)(?:"
    r"(?:don'?t|do not|doesn'?t) (?:really )?(?:want|need) (?:it|this|that|any|one|your|anything)|"
    r"we already have (?:a|an|one|someone|that)|already have (?:a|one|someone)|not right now|"
    r"not at (?:this|the) (?:time|moment)|i'?d rather not|rather not|leave it|forget it|drop it|"
    r"zaroorat nah?in?|jarurat nah?in?|nahin? lena|no need"
    r")"
)
# "Shall I close the enquiry?" "Yes, close it."
CLOSING_IT = re.compile(
    r"\bclos(?:e|ing)\b[^.?!]{0,20}\b(?:enquiry|inquiry|file|request|it|proposal|lead)\b|enquiry band"
)
CLOSE_IT = re.compile(r"\b(?:please )?close(?: (?:it|the \w+))?(?=[.,!]|$)|band kar (?:do|dijiye)")
CALLBACK = re.compile(
    r"(?<!\w)(?:"
    r"(?:call|ring|phone|try|contact|buzz) (?:me |us |back )*(?:back|later|again|tomorrow|after|at|on|"
    r"in|next|another|monday|tuesday|wednesday|thursday|friday|saturday|sunday|around)|"
    r"call me (?:up )?(?:when|once|if)|"
    r"give me a (?:call|ring)|(?:i'?m|i am) (?:a (?:bit|little) )?(?:busy|driving|in a meeting|at work|"
    r"in the middle|travelling|traveling|occupied)|(?:can|could) (?:you|we|i) (?:call|talk|speak|"
    r"ring)(?: (?:me|you))?(?: back)? (?:later|tomorrow|again|another|after|next|at|on)|"
    r"(?:bad|not a good|not the right|wrong) time|(?:baad|bad) (?:mein|me) (?:call|phone|baat)|(?:kal|"
    r"shaam ko|subah|parso|baad me|thodi der|shaam)\b[^.?!]{0,20}(?:call|phone|baat)|call (?:karna|"
    r"kijiye|karo|kariye|kar lena)|phone (?:karna|kijiye|karo)|"
    r"get back to (?:me|us) (?:later|tomorrow|next|in|after|on)|speak (?:to you )?(?:tomorrow|later)|"
    r"(?:let'?s|we can|we could|can we|i'?ll) talk (?:tomorrow|later|next)|talk to (?:you|me) (?:tomorrow|later)|"
    r"(?:kal|shaam|baje|ko|baad) (?:\w+ )?phone kar (?:lo|lena|dena)|busy hoon|busy hu|meeting mein|बाद में|"
    r"कल (?:कॉल|फोन|बात)"
    r")"
)
INTERESTED = re.compile(
    r"(?<!\w)(?:"
    r"(?:(?<!not )(?<!not really )(?<!n't )(?:i'?m|i am|we'?re|we are|am|very|quite|definitely|really|"
    r"yes) (?:(?!not\b|no\b|never\b)\w+ )?interested)|\binterested (?:in|to)\b|"
    r"(?:i'?d|i would|we'?d|we would) (?:like|love|be happy|prefer) to (?:\w+ )?(?:book|buy|see|visit|"
    r"view|schedule|know more|hear more|learn|proceed|go ahead|order|donate|rent|get|purchase|try|sign|"
    r"move|come|take|start|renew|meet|discuss)|"
    r"(?:i|we) (?:do )?want to (?:\w+ )?(?:book|buy|see|visit|view|schedule|proceed|order|donate|rent|"
    r"purchase|sign|take|get started|renew|help)|sign (?:me|us) up|count (?:me|us) in|"
    r"let'?s (?:do (?:it|that|this)|go ahead|proceed|book|get started|set (?:it|that) up)|"
    r"(?:send|share|email|mail|whatsapp|text) (?:me |us |over |across |it |the |a |an |your |some |"
    r"two |both |these |those |draft |revised |floor |more |that )*(?:details?|info|information|brochure|quote|"
    r"quotation|proposal|link|pricing|"
    r"price ?list|photos|pictures|plans?|floor ?plans?|catalog(?:ue)?|contract|agreement|terms|documents?|papers)|"
    r"\bbook (?:it|that|me|the|a)\b|(?:i'?m|i am|we'?re|we are) (?:\w+ )?(?:looking (?:for|to (?:buy|"
    r"rent|move|replace|get|find|invest|purchase|switch))|searching for|in the market)|(?:looking|"
    r"searching|search) (?:for|to (?:buy|rent))|"
    r"sounds (?:great|good|perfect|interesting|amazing|like a (?:good|great))|(?:i|we) (?:can|will|'ll|"
    r"should|could) (?:definitely )?(?:donate|take it|buy|match|support|put)|i'?ll take (?:it|one|two)|"
    r"i will (?:support|match)|love to (?:donate|help|see|visit)|"
    r"i'?ll take (?:that|this|the)\b|(?:i|we)(?:'ll| will|'d) (?:probably |just )?(?:sign|put down)|\bi sign\b|"
    r"(?:carry|bring|write) (?:a |the |my )?che(?:que|ck)|che(?:que|ck) book le|(?:put|pay) (?:down )?(?:a |"
    r"the )?(?:deposit|token|booking)|"
    r"booking kar(?:enge| denge|wa)|final kar(?:na|te|enge)|token (?:de|kitna)|dekhne (?:aa|kab|ja)|"
    r"send (?:it|them|that) (?:to me|to us|over|across)|"
    r"schedule (?:a|an|the|me)|(?:tell|know) me more|bhej (?:do|dijiye|dena|dijie)|book kar|"
    r"interest(?:ed)? (?:hai|hoon|hu)|dekhna (?:hai|chah)|lena hai|kharidna|चाहिए|लेना है|भेज"
    r")"
)
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
LOOKS_AROUND = re.compile(
    r"\b(?:just|only) (?:seeing|looking(?: around)?|browsing|exploring|checking|curious|researching)\b"
)
NOT_NOW = re.compile(r"\b(?:abhi|aaj|now|subah|today)\W*$")
SERVICE = re.compile(r"\b(?:refund|return|my order|my account|ship|bought|pet)\b")
NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|nahi)(?: \w+)?\s*$")
