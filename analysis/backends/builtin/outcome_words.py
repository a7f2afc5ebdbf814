"""How people report an emergency, and how a call ends: the phrases of `outcomes`."""

EMERGENCY = (
    "(basement|kitchen|house|room|flat|apartment|bathroom|garage|floor) (is|'s)? (filling|filled|full|flooding|"
    "under) (up)? (with|of)? (water|smoke|gas)?",
    "(fell|fallen|collapsed) (down)? (and)? *? (can't|cannot|isn't|not) (get up|move|moving|breathing|"
    "responding|wake up)",
    "(someone|somebody|people) (is|are|'s)? (trying to)? (break in|breaking in|breaking into|attacking|following)",
    "(it's|this is|is an|have an|have got an|got an|medical|real|total) (an|a|real|kind of an)? (emergency|"
    "life or death)",
    "(gas leak|gas leaking|carbon monoxide|electric shock|electrical shock|short circuit|life and death|"
    "immediate danger|ambulance|life threatening)",
    "(smell|smells|smelling|smelled|stinks) *? *? *? (gas|burning|burnt|smoke)",
    "(burnt|burning) (plastic|rubber|electrical)? smell",
    "(burst|busted|bursting|ruptured) (pipe|main|tank|boiler|water heater)",
    "(pipe|main|tank|boiler|heater|hose) (has|just|is|has just)? (burst|exploded|ruptured)",
    "(flood|flooded|flooding|water everywhere|water pouring|water is pouring|water gushing|gushing water|"
    "ceiling (is|has)? (collapsed|collapsing|coming down|fell))",
    "water (is|was|'s)? (coming|pouring|gushing|spraying|running) *? *? (through|everywhere|ceiling|floor|"
    "walls|out of the)",
    "(is|house|car|kitchen|oven|building|are|stove|caught|catching|'s) (on)? fire",
    "(spark|sparks|sparking|smoke coming|smoke is coming|smoking outlet)",
    "no (heat|heating)",
    "(furnace|heating|heater|boiler|heat|radiators) (went|has gone|is|has been|'s|just went|gave|has|just|"
    "won't|is not|isn't)? (out|off|down|dead|broken|quit|stopped|died|failed|packed up|conked out|working|"
    "coming on) ... ... (baby|newborn|infant|elderly|cold|freezing|degrees|snow|winter|kids)",
    "(we are|we're|i'm|we|they're|kids are) (all|literally|absolutely|actually)? freezing",
    "(lips|face|fingers|turning|turned|going) ... (blue|purple)",
    "(stuck|trapped|locked) (in|inside) (the|a|an) (lift|elevator|car|room|bathroom)",
    "(baby|child|kid|toddler|dog) (is|'s)? (locked|trapped|stuck|choking|unconscious|not breathing)",
    "(can't breathe|not breathing|chest pain|bleeding|unconscious|heart attack|passed out|having a stroke|"
    "broken in|break in happening|raw sewage|sewage (is|coming|backing|everywhere))",
    "(power|live) (line|lines|wire|wires) (is|are)? (down|exposed|hanging)",
    "(ghar|bathroom|kitchen|kamra|room|flat) (mein)? *? (bhar gaya|bhar raha|doob gaya)",
    "(aag lag|aag lagi|gas leak ho|current lag|shock lag|paani bhar|pani bhar|saans nahi)",
    "(emergency) (hai|service|number|please|situation)",
    "(इमरजेंसी|आग लग|गैस लीक)",
)
RESOLVED = (
    "(your|the) *? *? *? (is|are|will be) (now)? (on its way|on the way|on their way|in the mail|being "
    "processed|being shipped|waived|credited)",
    "(paisa|paise|refund|card|wapas|wapis|amount|order) *? *? (aa gaya|mil gaya|aa gaye|mil gaye|aa gya|mil gya)",
    "(समाधान|ठीक|वापस|रिफंड|ब्लॉक|पूरा) *? (हो गया|कर दिया|आ गया|हो चुका)",
    "(has|have|'ve|'s|was|were) (now|just|already)? (been|got)? (now|successfully|successfuly|just|already)? "
    "(issued|transferred|processed|submitted|renewed|resolved|fixed|updated|refunded|completed|activated|"
    "replaced|reset|credited|reversed|waived|removed|canceled|cancelled|changed|corrected|ordered|reissued|"
    "switched|applied|unlocked|blocked|closed|moved|rescheduled|scheduled|booked|sent|added|verified|restored|"
    "reinstated)",
    "(is|are|'s|'re|it's|that's|you're|that is) (now|all)? (scheduled|reserved|resolved|fixed|done|booked|all "
    "set|confirmed|taken care of|sorted|complete|active|restored|back up|working|good to go|set)",
    "(i've|i have|we've|we have|i just|i) (just|now|already|successfully|gone ahead and)? (issued|transferred|"
    "processed|submitted|renewed|resolved|fixed|updated|refunded|completed|activated|replaced|reset|credited|"
    "reversed|waived|removed|canceled|cancelled|changed|corrected|moved|rescheduled|switched|applied|unlocked|"
    "blocked|ordered|added)",
    "(i'm|i am) (processing|refunding|issuing|crediting|reversing) *? *? *? now",
    "(successfully|successfuly|all changes done|thats all changes done|that's all sorted|all sorted|sorted "
    "(it)? out|problem solved|issue resolved)",
    "(seems to have|that|it|that's|seems to) (helped|worked|fixed|solved|done the trick|work now|be working|"
    "did it|did the trick)",
    "(works now|working now|it works|it's working|was able to log|that worked|that fixed it|i'm in now|got it "
    "working|back on (now|again)|up and running now)",
    "(power|lights|light|internet|water|heat|heating|electricity|everything|it) (is|are|'s|came|has come)? back on",
    "(works|working|runs|running|cools|cooling|heats|heating) (perfectly|fine|great|well|properly|beautifully|like "
    "new) (now|again)",
    "(they|you) can (log|sign) in now",
    "(kaam|solve|theek|thik|sahi|refund|payment|login|done|issue|process|cancel|update) *? *? (ho gaya|ho gayi|"
    "ho gya|kar diya|kar di)",
    "room * is ready",
)
# Only our agent's words: a customer who cannot is not our matter left open.
REFUSED_BY_US = (
    "(don't|do not|didn't) (currently|unfortunately)? (have|see|offer|carry|find) (anything|any|a|one|that|"
    "those|it)? *? *? (available|that day|that time|left|open|in stock)",
    "(fully booked|sold out|all booked up|no longer available|not available|out of stock|booked solid)",
    "(i'm sorry|i am sorry|unfortunately|i'm afraid|sorry|apologies) (but)? ... (cannot|can't|unable|"
    "unsuccessful|not available|not possible|no longer|not able|won't be able|out of stock|no apartments|no "
    "services|no technicians|no viewing|no slots|fully booked|not eligible|can not)",
    "(cannot|can't|unable to|not able to|won't be able to) (assist|help|do that|reverse|refund|process|approve|"
    "offer|waive|find|access|complete|locate)",
)
UNRESOLVED = (
    "(was|were|been) unsuccessful",
    "(still|it's still|is still|isn't|it's|is) (not|n't|isn't) (working|fixed|resolved|solved|fixed it|"
    "happening|here|going)",
    "still (happening|broken|the same|doesn't work|isn't working|not working|getting the error|having)",
    "(didn't|doesn't|did not) (help|work|solve|fix)",
    "(nothing|not much) (i|we) can do",
    "(not|never|un) (resolved|solved)",
    "no (services|apartments|viewing|technicians|appointments|flights|rooms) available",
)
ESCALATED = (
    "(transfer|transferring|connect|connecting|putting) (you|your call) (now|right|straight|over|through)",
    "(connect|transfer|put|forward|pass|hand|patch|switch) (you|this|it|your call|your case) (over|through|"
    "on)? (to|with) *? *? *?",
    "(connecting|transferring|forwarding|passing|handing) (you|this|it|your call|your case) (over|through|on)? "
    "(to|with) *? *? *?",
    "(opening|filing|raising|creating|logging|submitting|lodging|putting in) (a|an|the|your)? *? *? (ticket|"
    "complaint|case|dispute|claim|request|work order|report)",
    "(get|getting|call|calling|ask|asking|check with|speak to|speak with) (my|our|the|a) (supervisor|manager|"
    "boss|lead|team lead|specialist|senior)",
    "(connect|transfer|put|forward|pass|connecting|transferring|putting|forwarding|passing|transferred|"
    "escalate|escalating|hand) (you|this|it|your call|your case|karo)? *? *? *? *? (senior|supervisor|manager|"
    "specialist|another department|department|team|colleague|technician)",
    "(escalate|escalating|escalated|escalation)",
    "(raise|raised|raising|file|filed|filing|lodge|lodged|register|registered|open|opened|log|logged|create|"
    "created|submit~) (a|an|the|your|another|this)? *? *? (complaint|ticket|dispute|case|claim|investigation|"
    "grievance|service request|work order)",
    "(complaint|ticket|dispute|case|claim|investigation) (has been|is|was|have been) (raised|filed|lodged|"
    "registered|opened|logged|created|submitted)",
    "(write|writing|wrote|send~|submit~) (a|the|this)? (report|feedback) (so|to|about)",
    "(technician|engineer|plumber|electrician|mechanic|specialist|someone|somebody|team|agent|expert) (will|is "
    "going to|shall|is on|is coming) *? *? (come|visit|get back|contact|call|look|be|reach|arrive|there|the "
    "way|knock|fix|aa|check|review)",
    "(technician|engineer|team|mistri|mechanic) *? *? (aa jayega|aayega|ayega|aa jaega|bhej~|call karega|dekhega)",
    "(senior|manager|officer) *? *? *? (se jod|se baat|se connect|ko bhej)",
    "(सीनियर|जोड़ रहा|जोड़ रही|अधिकारी तक)",
)
BOOKED = (
    "(that's|it's|all) (now|all)? (booked|confirmed|scheduled|reserved)",
    "(viewing|visit|tour|appointment|booking|flight|table|room|demo|meeting|slot|reservation|rsvp|ride|call|"
    "session|seat|service|technician|inspection|survey|test drive|consultation|interview|trip|cleaning|checkup|"
    "check-up|delivery|pickup) *? *? *? (is|has been|are|'s|was) (now|all|successfully|successfuly|being)? *? "
    "(scheduled|booked|confirmed|reserved|fixed|done|set|arranged)",
    "(you're|we're) (now|all)? (booked|all set|confirmed|scheduled|set|down|signed up|registered|reserved) *? "
    "(for|at|on|in|with)",
    "(booked|scheduled|reserved|confirmed|moved|rescheduled|penciled|pencilled|slotted|signed) (you|your|it|"
    "that|the|her|him|them|in|a|an) *?",
    "(has|have) been (successfully|successfuly|now)? (scheduled|booked|reserved|confirmed|arranged)",
    "(i've|i have|i'll|we'll|i will|we've|let me|i'm|i am) (just|go ahead and|gone ahead and)? (put|putting) "
    "(you|your name) (in|down) (for|at|on)",
    "(i'll|we'll|i will|we will|i've|i'm) (go ahead and)? (book|schedule|reserve|booking|scheduling|reserving|"
    "pencil) (you|that|it|a|the|your|in)",
    "(your) * (has been)? (request has been|request is) (submitted|confirmed|accepted) *?",
    "(see you|we'll see you|look forward to seeing you|looking forward to seeing you) (on|at|then|there|"
    "tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    "(book|visit|appointment|confirm|fix) (kar diya|kar di|ho gaya|ho gayi|kar deta|kar deti|kar raha|kar rahi)",
    "(बुक कर दिया|बुक हो गया|तय कर दिया)",
)
FOLLOW_UP = (
    "(i'll|we'll|i will|we will|someone will|they'll|he'll|she'll|let me|i can|team will|our team will|someone "
    "from) (also|then|definitely|just)? (get back|call (you|back|him|her|again)|follow up|send (you|it|the|"
    "over|across|that|a|an|this)|email (you|it|the)|text you|share|keep you (posted|updated|informed)|revert|"
    "check and|be in touch|reach out|contact you|ring you|try (you|again|him|her)|have (someone|somebody|her|"
    "him|them) (call|contact)|look into|send the|let you know|update you|whatsapp)",
    "(will contact you|will call you|be in touch|revert back|follow up with you|touch base)",
    "(you'll|you will) (get|receive|hear from|have) (a|an|the|it|from|us|your)? *? *? (call|email|text|sms|"
    "quote|by|within|back|shortly|soon|today|tomorrow)",
    "(talk|speak|call you|until|till) (to you)? (then|soon|on|tomorrow|next week|in)",
    "(i'll|i will) call (tomorrow|then|on|at|in|again|after|back)",
    "(update|call|bata|inform|whatsapp|bhej) (denge|dunga|dungi|karenge|karunga|karungi|karta hoon|karti hoon|"
    "kar denge|dete hain|deta hoon|deti hoon)",
    "aapko (call|bata|update|whatsapp|message) *?",
)
