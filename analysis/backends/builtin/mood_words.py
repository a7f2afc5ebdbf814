"""The words and phrases that show a mood: for `mood`, on top of VADER's English list.

A word's strength goes from -4 to 4.
"""

from analysis.backends.builtin.plain_words import words_of

# Word: strength from -4 to 4. Politeness and the words of a trade are not moods.
CALL_WORDS = {
    "no": -0.2, "yes": 0.2, "yeah": 0.2, "ok": 0.2, "okay": 0.2, "sure": 0.3, "please": 0.0, "thanks": 0.8,
    "thank": 0.8, "hello": 0.0, "hi": 0.0,
    "help": 0.0, "helping": 0.2, "want": 0.0, "need": 0.0, "like": 0.5, "fine": 0.4, "interest": 0.2,
    "interested": 1.6, "save": 0.0, "share": 0.0,
    "shares": 0.0, "care": 0.2, "charity": 0.0, "credit": 0.0, "debit": 0.0, "security": 0.0,
    "insurance": 0.0, "secure": 0.2, "cancel": -0.5,
    "alert": 0.0, "fee": 0.0, "pay": 0.0, "certain": 0.2, "clear": 0.3, "agree": 1.0, "free": 0.4,
    "well": 0.2, "great": 2.2, "good": 1.5, "bye": 0.0,
    "sorry": -0.1, "number": 0.0, "matter": 0.0, "dear": 0.0, "value": 0.2, "lost": -1.2, "miss": -0.6,
    "expensive": -1.6, "costly": -1.5, "pricey": -1.4,
    "unacceptable": -2.6, "ridiculous": -2.2, "frustrated": -2.4, "slow": -1.2, "waiting": -0.6,
    "refund": -0.4, "complaint": -1.2, "urgent": -0.5,
    "nice": 1.4, "perfect": 2.4, "fraud": -1.4, "party": 0.2, "fun": 1.4, "war": -1.0, "hot": 0.0,
    "cut": 0.0, "interview": 0.0, "block": -0.3, "awful": -2.4, "useless": -2.4, "joke": -1.0, "finally": 0.2,
    "brilliant": 2.4, "cheers": 1.0, "lovely": 2.2, "sweet": 1.6, "fabulous": 2.6, "helpful": 1.8, "reasonable": 1.2,
    "disappointed": -2.2, "disappointing": -2.2, "annoying": -2.4, "annoyed": -2.4, "fedup": -2.6, "broken": -1.2,
    "sue": -2.0, "nonsense": -2.2, "rubbish": -2.2, "incompetent": -2.8, "thanku": 0.8, "thanx": 0.8, "thx": 0.8,
    "yay": 2.2, "wow": 0.8, "lol": 0.4, "haha": 1.0, "noble": 0.6, "honest": 0.2, "honestly": 0.0, "pretty": 0.2,
    "sure thing": 0.4, "welcome": 0.6, "kind": 0.8, "true": 0.4, "support": 0.2, "supports": 0.2, "supporting": 0.2,
}  # fmt: skip
# What people report or talk about is not how they feel: a stolen card, a wrong number, a charity's hungry children.
MATTERS = words_of("""
fraud fraudulent stolen lost lose losing suspicious scam wrong error problem problems issue issues trouble emergency
leak leaking damage damaged defective injury injuries accident police claim reject rejected denied declined risk
debt owe penalty charge charged charges poor poverty hunger hungry war wars violence violent abuse abused suffer
suffering starve starving die died dies dying death dead kill killed disease sick disaster disasters victims orphans
crisis cancer hurt needy refugee refugees conflict battered cry homeless hospital treatment attack fire gas burst
smoke pain stress tax lonely crime criminal prison fight fighting survive rescue hard difficult forgot forget stop
stopped limited lack
""")
STRENGTH_OF_A_MATTER = -0.4
HINGLISH = {
    "accha": 1.2, "achha": 1.2, "acha": 1.0, "badhiya": 2.4, "badiya": 2.2, "mast": 2.2, "sahi": 1.0,
    "theek": 0.5, "thik": 0.5, "shukriya": 1.0,
    "dhanyavaad": 1.0, "dhanyawad": 1.0, "khush": 2.2, "khushi": 2.4, "pasand": 1.8, "zabardast": 2.6,
    "bilkul": 0.6, "zaroor": 0.6, "bakwas": -2.8, "bekaar": -2.4,
    "bekar": -2.4, "kharab": -2.2, "ganda": -2.2, "ghatiya": -3.0, "pareshan": -2.2, "pareshani": -2.0,
    "gussa": -2.2, "dukh": -1.8, "galat": -1.8,
    "nuksaan": -2.0, "nuksan": -2.0, "tension": -1.6, "mushkil": -1.4, "dikkat": -1.6, "samasya": -1.4,
    "dhokha": -3.0, "dhoka": -3.0, "chor": -2.6, "faltu": -2.0,
    "mehenga": -1.4, "mehnga": -1.4, "mahanga": -1.4, "jhooth": -2.4, "bura": -2.0, "chutiya": -3.6,
    "fyada": 0.8, "fayda": 0.8, "waste": -1.8, "kat": -1.0,
    "kaat": -1.0, "अच्छा": 1.2, "बढ़िया": 2.4, "धन्यवाद": 1.0, "शुक्रिया": 1.0, "परेशान": -2.2,
    "खराब": -2.2, "गलत": -1.8, "बेकार": -2.4, "दिक्कत": -1.6, "अच्छी": 1.2, "अच्छे": 1.2,
    "पसंद": 1.8, "खुश": 2.2, "शानदार": 2.6, "गुस्सा": -2.2, "बकवास": -2.8, "घटिया": -3.0, "धोखा": -3.0, "मुश्किल": -1.4,
    "परेशानी": -2.0, "बुरा": -2.0, "bdiya": 2.2, "acche": 1.2, "acchi": 1.2, "achhi": 1.2, "achhe": 1.2, "sundar": 1.8,
    "shandar": 2.6, "shaandaar": 2.6, "kamaal": 2.2, "maza": 2.0, "mazaa": 2.0, "aabhar": 1.6, "meherbani": 1.2,
    "bakvas": -2.8, "bakwaas": -2.8, "bkwas": -2.8, "khrab": -2.2, "paresan": -2.2, "pareshaan": -2.2, "naraz": -2.0,
    "naraaz": -2.0, "gussaa": -2.2, "thaga": -2.4, "loot": -2.4, "lutera": -2.6, "ghotala": -2.6, "bewakoof": -2.6,
    "pagal": -2.0, "nalayak": -2.6, "besharam": -2.8, "sharam": -1.8, "latka": -1.6, "latkaenge": -1.8, "taklif": -1.8,
    "takleef": -1.8, "mushkilein": -1.4, "dimag": -0.8, "jhanjhat": -1.6, "wtf": -2.8, "yaar": -0.1, "nuqsan": -2.0,
}  # fmt: skip

# Impatience, reproach and anger that no single word shows. How sure: the first list leaves little doubt.
ANGER = (
    "(this is|that's|it's|getting|absolutely|completely|so|just|how) *? (ridiculous|unacceptable|absurd|"
    "outrageous|insane|pathetic|a joke|unbelievable|nonsense|a disgrace|disgraceful|disgusting)",
    "(second|third|fourth|fifth|sixth|tenth|hundredth|umpteenth|2nd|3rd|4th|5th) time (i|i'm|i've|we|this|that|"
    "now|calling|in|today)",
    "how many (more)? times (do|have|must|should|did|am|will|i)",
    "(how much longer|what's taking|what is taking|what took) *? *? (long|you|is|do|am|will|it|forever|must|so)",
    "(already|just|literally) (told|said|gave|answered|explained|asked|given|provided|mentioned) *? (you|that|"
    "this|it|this|twice|everything|him|her|them|three|so|my|all)",
    "(i|i've) (asked|called|told|said|explained|complained|emailed|written|mentioned) *? *? (twice|three times|"
    "many times|several times|repeatedly|again and again|a hundred times|already|multiple times)",
    "(like|as) i (just|already)? (said|told you|mentioned)",
    "(are you (even|actually)|do you (even|actually|people)|can you (even|actually)) *? (read~|listen~|"
    "understand|hear~|care|know|here|work|paying)",
    "(did|didn't) you (even|not|actually) (read|hear|listen|see|understand)",
    "(waste|wasting|wasted) (of)? (my|of|time|everyone's|our|so)? (time|money|day|hours)?",
    "(i'm|i am|am|so|really|very|getting|bit|pretty|quite|super|just|just so|feel) *? (angry|mad|furious|"
    "annoyed|irritated|frustrated|fed up|fedup|disgusted|livid|pissed|upset|outraged|disappointed|sick of|"
    "tired of|done with|losing my patience|losing patience|running out of patience)",
    "(so|very|really|extremely|is|it's|how|quite|super|pretty|bit) (frustrating|annoying|irritating|"
    "infuriating|disappointing|disrespectful|unprofessional|upsetting|aggravating)",
    "(sick and tired|had enough|last straw|last chance|final warning|lost my patience|losing my patience|fed "
    "up|fedup|at my wits end|end of my rope)",
    "(speak|talk|get|want|need|give|connect|transfer) *? *? *? (manager|supervisor|someone else|somebody else|"
    "a real person|a human|your boss|higher up|senior|someone who|somebody who)",
    "(sue|suing|lawyer|attorney|legal action|consumer court|consumer forum|better business bureau|bbb|"
    "ombudsman|police complaint|report~ (you|this))",
    "(worst|terrible|horrible|awful|pathetic|lousy|useless|bad|poor|shitty|crappy) *? (service|company|"
    "experience|support|bank|people|customer service|attitude|app|website|agent|ever)",
    "(useless|incompetent|idiot|idiots|stupid|dumb|liar|liars|crooks|thieves|scammers|clueless|bullshit|"
    "bullcrap|crap|damn|dammit|hell|wtf|fuck~|shit)",
    "(cancel|close|take|taking|moving|switch|switching|leaving|want to change|going to change|change) *? (my|"
    "the|this|our)? (account|business|bank|service|money|everything|whole thing) (somewhere|elsewhere|with you|"
    "then|to another|yaar|immediately|right now)?",
    "(taking|take) (my|our) (account|business|money) (somewhere|elsewhere)",
    "(how dare|what the hell|what nonsense|for god's sake|for heaven's sake|for crying out loud|are you "
    "kidding|you're kidding|are you serious|you've got to be kidding|you must be joking|give me a break|"
    "unbelievable|makes no sense|makes zero sense)",
    "(don't have|haven't got|not got) (all (day|night)|time for this|the patience)",
    "(anything|everything|nothing) (else|less) is unacceptable",
    "(you|you people|you guys|your company|they) (people|guys)? (always|never|keep|kept) (do|say|ask~|tell~|"
    "send~|charg~|chang~|put~|call~|mess~|lie|lying|promis~|transferr~|get|answer|listen|learn|help)",
    "(i've|i have|been|we've) (been)? (waiting|on hold|holding) *? *? (for)? (over|more|almost|so|an|ages|"
    "forever|hours|weeks|days|* hours|* weeks|* days|* months|* minutes|since)",
    "(leave me alone|stop (calling|harassing|bothering|pestering|asking)|quit (calling|bothering)|get lost|"
    "shut up|back off)",
    "(i've) told you to stop",
    "(that's|you're|you are|how|so|being|thats|very|kind of) (so|very|really|just|a bit)? (rude|insulting|"
    "offensive|disrespectful)",
    "(finally|oh wonderful|oh great|oh perfect|how wonderful|wow great|really great|great job|nice job|just "
    "great|just perfect|just wonderful) (another|one more|so i|more|now i|service|guys|again|thanks for "
    "nothing)",
    "thanks for nothing",
    "(asking|talking|treating) (me|people|customers)? like (that|this|a|an)",
    "(kya bakwas|kya nonsense|bakwas hai|bakwas band|had hai|hadd hai|kamaal hai|tang aa|pareshan kar|dimag "
    "kharab|dimaag kharab|sharam karo|sharam aani|dhokebaaz|chor hai|chor ho|loot rahe|loot liya|paagal|pagal|"
    "bewakoof|chutiya|complaint kar|consumer court)",
    "(kitni|kai|teen|char|chaar|das|sau|do|hazaar|baar) (baar|bar|baar se) (bol~|kah~|bata~|phone|call|"
    "complaint|complain|bata|likh~)",
    "(har baar|baar baar|roz roz|kab se|kal kal|kab tak) (wahi|yahi|phone|call|wait|bol~|poochte|puchte|"
    "intezaar|latka~|chakkar|karke|laga)",
    "(mera|mere|hamara) (paisa|paise|time) (kat|kaat|waste|barbad|barbaad|dub|doob|kha)",
    "(koi) (uthata|uthaata|sunta|sun|jawab|response|help|madad) *? (hi|bhi|nahi|nahin|nhi)",
    "(परेशान कर|बकवास|कितनी बार|शर्म|धोखा|गुस्सा आ)",
    "(messed|mess|screwed|screw|mixed|messing|botched) (up)? *? *? *? (order|again|account|booking|everything|"
    "appointment|it|bill)",
    "(been)? (transferred|passed around|bounced|sent around|on hold) *? (two|three|four|five|six|several|many|"
    "multiple|again|already|* times)",
    "(want|give me|give|demand) (back)? (my|a|all my) (money|full refund|deposit) (back)? (now|today|"
    "immediately|right now|this instant)",
    "(just|simply) (answer|fix|do|refund|listen to|connect) (the|my|me|what|your|this) *?",
    "(that's|this is|thats|it's) not (at all)? (what) (i|we) (asked|said|ordered|wanted|meant|paid for|was "
    "told|told you)",
    "(shouldn't|should not) (have to|need to) *? *? *?",
    "(nobody|no one|none of you) *? (seems to|seem to|ever|can|knows|wants to|bothers|understands) *?",
    "(expected|deserve|deserved) better *?",
    "(how|why) (is|does|are|must|do) (this|it|you) (so|have to be|be) *? (hard|difficult|complicated|slow|long)",
    "(taking|takes|took|wait|waited|waiting|take) (so long|too long|forever|way too long|ages|an eternity|all day)",
    "(so long|forever|ages) to (get|answer|fix|do|reply|respond|load|process|ship)",
    "(i give up|i'm giving up|i've had it|i'm over it|enough is enough|enough already)",
    "(another|yet another|one more) (form|transfer|day|week|delay|department|excuse|hour|number) (to)? (fill|"
    "wait|of|i|again|call)?",
    "(telling|tell) me (i|that i|to|you) *? *? (wait|call|pay|start over|again)",
    "(never|not) (shopping|buying|ordering|using|coming|calling|flying|staying|shop|buy|order|use|doing "
    "business|recommend~) *? *? *? (again|here|you|anymore|with you)",
    "hello (is anyone|anyone|is anybody|are you still) *? *?",
    "(doesn't|didn't|isn't|not|hasn't) (really|even)? (help|helped|helping|helpful|solve|answer) (me|my|at all|"
    "anything|anyone|the)? *?",
    "(fix|solve|refund|sort) (it|this|me|my) *? (or) *? *?",
    "(not|isn't|hardly|far from|simply not) acceptable",
    "(no|nope) (i|we) (already)? (said|told) *? *?",
    "(you|you've|they|they've) (already)? (already) (asked|told|said) *? *?",
    "(nothing|nobody|no one) (has|have|'s) (come|happened|arrived|called|been done|shown up|contacted)",
    "(ago|weeks|months|days) and (still|nothing|no one|nobody|it's still|i still|haven't|not)",
    "still (haven't|hasn't|have not|no|nothing|not) (received|gotten|got|heard|arrived|come|been|refund|fixed|"
    "resolved|working|shipped|answer|word|showed)",
    "(i'm|we're|i am) (really|so|very)? not (really|at all|very|too|so)? (happy|pleased|satisfied|impressed|amused)",
    "(before i (die|melt|freeze|starve|lose))",
    "(be|go|do it|can you|could you|work|move|bit) (a bit|a little|bit|any|please)? (quicker|faster|more quickly)",
    "(kitna|kitni|kab tak|aur kitna) *? (wait|intezaar|intezar|der|latka~|chakkar) *? *?",
    "(bahut|bohot|bilkul|itni|ekdum) (kharab|khrab|ghatiya|bekaar|bekar|bura|ganda|buri|gandi) *?",
    "(itne|kitne|kai|do|teen|char|paanch|das) (din|hafte|mahine|ghante|saal|month|week) (ho gaye|ho gaya|se|"
    "hogaye|hogya|nikal gaya|back) *? *? *? (nahi|nahin|nhi|kuch|abhi|wait|aaya|hua)?",
    "(ho gaye|hogaye|ho gya|ho gaya) (abhi tak|ab tak|phir bhi) *? *? (nahi|nahin|nhi)",
)
IMPATIENCE = (
    "(going on|dragging on|happening|like this|had this (problem|issue)|same (problem|issue)) (now)? (for|"
    "since) (weeks|months|days|ages|years|* (weeks|months|days)|over|so|a (week|month|year|while)|more)",
    "(charged|billed|charging|billing) me (for something|twice|again|without|three times|wrong|double|for nothing)",
    "(don't|can't) (understand|see|get|believe) why (this|it|you|i|nobody|the) *? *? *? *?",
    "(it's been|been) (over|more than|almost|nearly|about|like)? * (hours|weeks|months|days)",
    "(nobody|no one|none of you) (ever|even)? (calls|called|answers|answered|listens|cares|helps|helped|"
    "responds|picks|showed|seems to|told|tells|knows)",
    "(never|not once) (showed up|called (me|us)? back|calls back|got back|came|heard back|replied|responded|answered)",
    "(be|go|do it|can you|could you|please|bit|little|work|any|get here|respond) *? (a bit|a little|bit|"
    "little)? (quicker|faster|hurry up|more quickly)",
    "(hurry up|hurry|speed it up|come on|chop chop|any day now|still waiting|i'm waiting|im waiting|still "
    "there|are you there|hello hello|you there|anyone there|anybody there)",
    "(taking|takes|took) (you|them|it|this|me)? (so|too|very|quite|really|such a)? (long|forever|while|much time)",
    "(before i (die|melt|freeze|starve|lose)|any chance of)",
    "(forget it|never mind|nevermind|whatever|just cancel|just forget|not helpful|no help|didn't help|isn't "
    "helping|not good enough)",
    "(why (is|are|do|does|did|can't|won't|isn't|don't|didn't|would|should)) (this|it|you|they|nobody|i|no one|"
    "that) *? *? (so|keep|not|even|have|pay|need|always|long|hard|difficult|charged|asking|ask)",
    "(i|we) (already) (did|tried|told|said|gave|sent|paid|answered)",
    "(now|today|immediately|right now|right away|asap|at once) (or|otherwise|else|i'm|i'll)",
    "(i need|need it|want it|fix it|fix this|i want) *? *? (now|immediately|right now|today itself|at once|fixed now)",
    "(supposed to|promised|was told|were told|you said|you told me|they said|they told me) *? *? *? *? "
    "(yesterday|last|but|never|days|weeks|monday|tuesday|wednesday|thursday|friday|not|ago|would|by)",
    "(not|isn't|wasn't|hardly|far from) (happy|pleased|satisfied|acceptable|impressed|good|fair|okay with)",
    "(doesn't|don't|does not|didn't) make (any)? sense",
    "(really|seriously|honestly) again",
    "(that's|thats|it's) (not what i|wrong again|not right|not true|not fair|too bad|crazy)",
    "(jaldi karo|jaldi kijiye|jaldi se|fast karo|kab tak|kitna time|kitni der|itna time|abhi tak|abhi ke abhi|"
    "turant karo|kya tamasha|arre yaar|pehle toh bataya nahi|kya fayda|kya faida|kya fyada|galat bol|jhooth|"
    "kyu kat|kyun kat)",
    "(जल्दी करो|जल्दी कीजिए|कब तक|अभी तक)",
)
# Thanks and relief that outweigh what went before.
DELIGHT = (
    "(thank you|thanks) (so much|so very much|a lot|a ton|a million|very much|kindly|again for|ever so)",
    "(you've|you have|you) (been|made) *? *? (so|very|really|super|extremely|great|amazing|wonderful|helpful|"
    "my day|kind|sweet)",
    "(you're|you guys are|you are) (the best|amazing|awesome|great|a lifesaver|wonderful|a star|an angel|too "
    "kind|so kind|so helpful)",
    "(couldn't be happier|over the moon|so happy|very happy|really happy|so glad|so pleased|really pleased|so "
    "excited|really excited|can't wait|looking forward|made my day|what a relief|thank god|thank goodness|much "
    "better|so relieved|very satisfied|love it|i love|perfect thank)",
    "(fine by me|great job|good job|keep up the good work|appreciate (it|that|your|you|the help))",
    "(bahut bahut|bohot bohot) (dhanyavaad|dhanyawad|shukriya|thanks|badhiya)",
    "(बहुत बहुत धन्यवाद|बहुत अच्छा|बहुत बढ़िया|अच्छा लगा)",
    "(bahut|ekdum|kaafi) (badhiya|accha|achha|acha|khush|mast)",
)
