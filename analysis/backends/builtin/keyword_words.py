"""Everyday words that mark no call: for `keywords`."""

from analysis.backends.builtin.plain_words import GRAMMAR, HINGLISH, words_of

# What every call says: courtesy, the business of talking, time and measure, feelings.
_TALK = """
able about absolutely actually afternoon again ago agree ahead alright also although always amount another answer
anybody anymore anyone anything anyway appreciate around ask asked asking away awesome bad basically because become
been before began begin believe best better big bit both bought brilliant bring bye call called caller calling calls
came cannot certain certainly chance change check checking choose clear close come comes coming completely confirm
consider could couple cool course currently day days deal decide definitely did difference different does doing done
double down during each easy either else end enjoy enough especially even evening ever every everybody everyone
everything exact exactly excellent expect extra face fact fair far feel feeling few figure find fine finish first
for forget forgot forward found friend from front full fun further gave general get gets getting give given giving
glad goes going gone gonna good goodbye got gotta great guess guy guys had haha half hang happen happened happy hard
has have having hear heard hello help helped helpful helping here hey him hold honestly hope hoping hour hours how
however idea imagine important information instead interested into it's just keep kept kind knew know known large
last late lately later least leave left less let like liked likely line list listen literally little live lol long
longer look looked looking looks lot lots love lovely made maam mail main make makes making many matter maybe mean
means mention met might mind mine minute minutes miss moment month months more morning most move much must name near
necessary need needed needs never new next nice night nobody none nothing now number numbers obviously off offer
often oh okay old once one only open option options order other others otherwise our ours out over own part
particular patience pay people perfect perhaps person phone pick place plan please pleasure plus point possible
preferred pretty probably problem process proper properly provide purpose put question questions quick quickly quite
rather reach read ready real realize really reason receive received recently regarding regular remember reply
request rest right room said same save saw say saying says second seconds see seem seems seen send sent set several
shall share short should show side simple simply since sir small some somebody someone something sometimes somewhere
soon sorry sort sound sounds speak speaking special spend start started stay still stop stuff such suggest super
suppose supposed sure sweet take taken takes taking talk talking tell thank thanks that thats their them then there
these they thing things think thinking third this those though thought thousand three through thru till time times
today together told tomorrow tonight too took top total totally touch tough toward true truly trust try trying turn
twice two type under understand understood unfortunately until update upon use used useful using usually very view
wait waiting walk want wanted wants was wasn't watch way week weeks welcome well went were what whatever when where
whether which while who whole whom why will wish with within without won wonder wonderful wondering word words work
worked working works worry worries worth would wow wrong year years yeah yes yesterday yet you young your yours zero
hundred lakh crore dollar dollars cents rupees rupaye monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december four five six seven eight nine
ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety gmail yahoo hotmail com www http
https dot yep nope yup hmm mhm uhm umm noise laughter unk inaudible crosstalk excited worried frustrated angry upset
annoyed sad tired busy ridiculous terrible amazing crazy quicker faster
"""
_HINDI_TALK = """
bol bolo boliye bata batao bataiye batana sakta sakte sakti kijiye kariye dijiye lijiye dekh dekho dekhiye dekhna
sun suno suniye samajh samjha gaya gayi gaye jaye jao jana jaana aana aaya aayi aaye lena dena diya diye liya wali
wale waala mujhe mujhko mera meri mere humko hume hamein humein hamara apna apne apni aapko aapne unka unki unke
uska uski uske iska iski iske kuch koi sab bahut bohot thoda zyada jyada sirf abhi pehle baad phir fir agar magar
lekin kyunki isliye matlab zaroor bilkul theek thik acha accha achha sahi haanji namaste namaskar dhanyavaad
dhanyawad shukriya please kripya maaf madad sahayata samay din raat dopahar saal mahina mahine hafta hafte ghanta
ghante baje tak liye saath paas andar bahar upar neeche yahan wahan kahan kidhar idhar udhar jaldi turant chahta
chahte chahti chahunga pata nahin nhi raha rahi rahe hua hui hue hota hoti hote hone karne karna karke karte karta
karti kiya kiye krna krdo kro yeh woh wahi yahi jab tab kab kyu bas bhaiya madam sirji
"""
_IN_HINDI_LETTERS = """
है हैं हूँ हूं था थी थे हो होगा होगी से को का की के में मैं मेरा मेरी
मेरे मुझे आप आपका आपकी आपके आपको जी हाँ हां नहीं ना और या पर लेकिन तो
भी ही यह ये वह वो इस उस एक दो तीन क्या कब कहाँ कैसे कौन कितना कितने कर
करें करना करता करते किया कीजिए कृपया रहा रही रहे सकता सकती सकते अभी
बाद बहुत कुछ कोई बस ठीक अच्छा धन्यवाद शुक्रिया नमस्ते सर मैडम हम हमारा
हमारी आपने उन्होंने दिया लिया गया गई गए जा जाएगा जाएगी देखो देख बता
बताइए बात मिनट समय समझ समझता यहाँ वहाँ लिए साथ पास अब फिर अगर मगर सही
चाहिए जरूर ज़रूर बोल बोलिए करके होता होती हुआ हुई हूँगा लगा लग गयी
"""
EVERYDAY = words_of(GRAMMAR, HINGLISH, _TALK, _HINDI_TALK, _IN_HINDI_LETTERS)
