"""How our agents ask for something, and how customers say no to it (see `phrases` for how to write one)."""

from analysis.backends.builtin.objection_words import ASKS_OTHERS, DECLINED

# These hold back only in answer to us: when our agent asked for something or offered it.
OBJECTIONS_TO_AN_ASK = {
    "Does not need it": (
        "(don't|doesn't|didn't) (really|actually|even|think i|think we|think i'll|think we'd|think we'll)? "
        "(need|want) (another|more|a|an|your|to buy|such|the|those|these|all)",
    ),
    DECLINED: (
        "(nothing|not much|not a lot|little) to (spare|give|donate|offer)",
        "(barely|hardly) (covers|pays|makes|enough|get by|getting by|afford|survive)",
        "every (penny|cent|dollar|dime|rupee) (counts|i have|matters|helps me)",
        "(i'm|i am) (afraid|sorry) (i|we|but|that)",
        "(otherwise|probably|then|so|still|definitely|just) (no|nothing|not|zero)",
        "(don't|can't|do not) see (the point|why i|a reason|any reason|how)",
        "not going to (happen|work|do that|donate|give|pay)",
        "(need|have|got|going) to (pay|cover|save|buy) (my|the|our|for|some) *? *?",
        "(check|look at|see about) my (finances|budget|account|bank|balance)",
        "(excessive|too much to ask|a bit high|quite high|a stretch)",
        "(too|so) many (scams|scammers|bills|expenses|requests|frauds)",
        "(give|donate|contribute) (at|through|via|with) (my|our|another|a|work|church|the) *? *?",
        "(support|sponsor|help) (a child|another|other|someone|my own) *? *? *? *? (already|through|else|else's)",
        "(can't|shouldn't|couldn't|why doesn't|why don't|should) (the|their|they|his|her) (government|own|get|"
        "governments|rich|country|countries|billionaires|parents) *?",
        "(would|i'd|think i'd) rather (see|know|wait|not|give|keep|spend|save) *? *?",
        "(i would|i wish i could|i'd love to|i'd like to|i want to|i would like to|i would love to|wish i "
        "could|maybe|i guess|i'd (donate|help|give|do it|buy it|take it)|sounds (good|great|nice|interesting|"
        "fine|lovely|fair)|(good|great|nice|noble|worthy) (cause|idea|offer|deal)|(i understand|i get) (that|"
        "it|you)?|tempting|i see|i hear you|fair enough|i feel (bad|for them)|it's nice) but",
        "(don't|can't|couldn't|won't|wouldn't|unable|hate|hard) (really|just|to|like to|want to|think i can|"
        "even|think i will|think i'd|usually|normally|typically|often|like)? (donate|donating|give|giving|"
        "spend|spare|part with|contribute|contributing)",
        "(not|isn't) (really)? something (i|we) *? *? (do|want|need|believe|support|care|can)",
        "(keep|keeping|hold on to|need) (my|the|this|all|what) (payment|money|pay|earnings|bonus|it|i|cash|"
        "dollar|dollars)",
        "(it|that|all)? depends (on)? (how much|what|if|whether|the|my)?",
        "(don't think so|i think not|hmm no|not for me|no but|nah|nope|no way|hard pass|another time|some "
        "other time|count me out)",
        "have to say no",
        "afraid (i|we) (can't|couldn't|won't|don't)",
        "(hmm|umm|um|uh|honestly|well) i don't know",
        "no (thanks|thank you|thankyou|thx|thnx|ty|sorry|way|chance|please|sir|ma'am|i'm good|we're good|not "
        "really|not now|not today|i don't think so|i can't|i won't|i'd rather not|i don't want|sorry i)",
        "(i'm|we're) (good|fine|all set|okay) (thanks|thank|though|for now|on that)?",
        "(not|never) (today|tonight|now|interested|really|for me|for us|this time)",
        "(i|we) (really|just|honestly|simply|actually)? (can't|won't|couldn't|wouldn't|am unable to|don't "
        "think i (can|will|want)) (really|just|do (that|it|this)|donate|give|contribute|help|today|right now|"
        "commit|at this|be (donating|able|giving|buying)|spare|justify|make that|say|promise|go|sign|agree|"
        "right)",
        "(would|will) (not|rather not|have to pass|have to decline|need to pass|pass|decline)",
        "(i'll|i will|think i'll|i'd|i'm|gonna|going to|have to|gotta|i must|we'll) (have to|need to|going to|"
        "gonna|rather|probably|likely|just)? (pass|decline|say no|skip|refuse|keep (it|my|the|all|what))",
        "(i'd|we'd|would|i would) (rather|prefer) (not|to (keep|give|donate|save|volunteer|help|use|spend|do)|"
        "keep|give|donate|save|help|volunteer|use|spend)",
        "(choose|pick|donate|go with|put|say) (0|zero|nothing|none|no money)",
        "(don't|do not|didn't|not) (want|wish|intend|plan|feel like|feel comfortable|going) (to)? (donate|"
        "donating|give|giving|contribute|contributing|buy|spend|pay|commit|go ahead|proceed|do that|do it|"
        "participate)",
        "(donate|donating|give|giving|volunteer|volunteering|offer) (my|some of my|some|of my) time",
        "(volunteer|help) (instead|in other ways|some other way|another way)",
        "appreciate (it|that|the offer|the call|you calling|you) but",
        "(thanks|thank you) but (no|i|we|not)",
        "no but (thanks|thank)",
        "(i|we) (don't|do not) (donate|give to|usually donate|normally donate|typically donate|do that|do "
        "(these|those|demos|surveys))",
        "(unfortunately|sadly|regrettably) ... (can't|not|unable|no|won't|don't)",
        "sorry (but)? (no|not|i can't|i don't|i won't|we can't|we don't|i'm not)",
        "(rehne do|rehne dijiye|chhodo|chodo|jaane do|mat karo|nahi bhai|nahi ji|nahi sir|nahi yaar|nahi madam|"
        "nahin ji|रहने दो|रहने दीजिए)",
    ),
    "Wants to think": (
        "(i'm|we're|still|really|just) not (so|too|totally|entirely|completely|really|100|quite|very|all "
        "that)? (sure|certain)",
        "(not|isn't|unsure) (sure|certain) (about|if|whether|i|we|yet|that|this|it|on)",
        "(maybe|perhaps|idk|dunno) (not|later|if|i'll see|we'll see|i don't know)",
    ),
    ASKS_OTHERS: ("(i'd|i'll|we'll|we'd) (talk|ask|check) ... (first|and|then)",),
}

# How our agents ask for something or offer it.
ASKS = (
    "(would|will|could|can|are|won't) you (be)? ... (donat~|give|giving|contribut~|support~|help|buy~|sign|"
    "book|proceed|go ahead|take|try|join|have a look|meet|demo|demonstration|visit|see|come|purchase|subscribe|"
    "enroll|schedule|upgrade|switch|plan|policy|offer|interested|spare|invest|look|sponsor|put in|chip in|"
    "pitch in|kick in|match|consider|open to|willing)",
    "how much (would|will|can|do|could|are) you ... (like|donate|give|willing|contribute|spare|able|want|"
    "comfortable|donating|giving)",
    "(shall|should|may|can|could) (i|we) (put|book|sign|send|schedule|set|reserve|arrange|count|get|go ahead|"
    "offer|start|proceed|win|have you|close|close the|interest you|call you|convince|ask you)",
    "(interested in|willing to|like to|want to|care to|wanna|going to|gonna) (make|be|maybe|also|please)? (a|"
    "an|some|to)? (donat~|giv~|contribut~|buy~|sign|support~|kick in|help|small donation|chip in|join|try|part)",
    "(even|just|only|every|any) (a|one|fifty|twenty|ten)? (cents|cent|dollar|dollars|dime|quarter|penny|bit|"
    "amount|little bit|small amount)",
    "(like|want) you to (donate|give|consider|buy|help|sign|try|join|think)",
    "(please|should|must|could|let's|we can|you can|can) (consider|donate|give|contribute|help|donating)",
    "(we|i) (can|could) (cover|offer|give you|add|do|match|save you|also|solve)",
    "(lijiye|kijiye|dijiye|chahenge|chahengi|lenge|kar dein|aaiye|karwa|karein|bhej dijiye|dekh lijiye)",
    "(what would it take|how does that sound|what if we)",
    "(would solve|would save|it's (really|only|just)|is (only|just)|starts at|cheaper|discount|offer|deal)",
    "(a|per|each) (month|year|seat|user|location)",
    "(why not|your donation|your support|your help|your contribution)",
)
