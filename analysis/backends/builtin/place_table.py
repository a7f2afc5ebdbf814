"""Tables of places: what people call them, and the name to store. "Name|State" where the state is certain.

Towns whose names are everyday words (Reading, Bath, Nice, Mobile) are left out on purpose.
"""

_CITIES = """
Mumbai|Maharashtra: mumbai, bombay, मुंबई
Navi Mumbai|Maharashtra: navi mumbai, new bombay
Thane|Maharashtra: thane
Pune|Maharashtra: pune, poona, पुणे
Nagpur|Maharashtra: nagpur
Nashik|Maharashtra: nashik, nasik
Bengaluru|Karnataka: bangalore, bengaluru, blr, बेंगलुरु, बंगलौर, बँगलोर
Mysuru|Karnataka: mysore, mysuru
Mangaluru|Karnataka: mangalore, mangaluru
Hyderabad|Telangana: hyderabad, secunderabad, हैदराबाद
Chennai|Tamil Nadu: chennai, madras, चेन्नई
Coimbatore|Tamil Nadu: coimbatore
Madurai|Tamil Nadu: madurai
Delhi|Delhi: delhi, new delhi, दिल्ली
Noida|Uttar Pradesh: noida, greater noida, नोएडा
Gurugram|Haryana: gurgaon, gurugram, गुड़गांव
Faridabad|Haryana: faridabad
Ghaziabad|Uttar Pradesh: ghaziabad
Lucknow|Uttar Pradesh: lucknow, लखनऊ
Kanpur|Uttar Pradesh: kanpur
Agra|Uttar Pradesh: agra
Varanasi|Uttar Pradesh: varanasi, banaras
Prayagraj|Uttar Pradesh: allahabad, prayagraj
Kolkata|West Bengal: kolkata, calcutta, कोलकाता
Howrah|West Bengal: howrah
Ahmedabad|Gujarat: ahmedabad, अहमदाबाद
Surat|Gujarat: surat
Vadodara|Gujarat: vadodara, baroda
Rajkot|Gujarat: rajkot
Jaipur|Rajasthan: jaipur, जयपुर
Jodhpur|Rajasthan: jodhpur
Udaipur|Rajasthan: udaipur
Kota|Rajasthan: kota
Indore|Madhya Pradesh: indore, इंदौर
Bhopal|Madhya Pradesh: bhopal, भोपाल
Gwalior|Madhya Pradesh: gwalior
Chandigarh|Chandigarh: chandigarh
Mohali|Punjab: mohali
Ludhiana|Punjab: ludhiana
Amritsar|Punjab: amritsar
Jalandhar|Punjab: jalandhar
Dehradun|Uttarakhand: dehradun
Patna|Bihar: patna, पटना
Ranchi|Jharkhand: ranchi
Jamshedpur|Jharkhand: jamshedpur
Bhubaneswar|Odisha: bhubaneswar
Raipur|Chhattisgarh: raipur
Guwahati|Assam: guwahati
Kochi|Kerala: kochi, cochin, ernakulam
Thiruvananthapuram|Kerala: trivandrum, thiruvananthapuram
Kozhikode|Kerala: calicut, kozhikode
Visakhapatnam|Andhra Pradesh: vizag, visakhapatnam
Vijayawada|Andhra Pradesh: vijayawada
Panaji|Goa: panjim, panaji
Goa|Goa: goa
New York|New York: new york, new york city, nyc, manhattan, brooklyn
Los Angeles|California: los angeles
San Francisco|California: san francisco
San Diego|California: san diego
San Jose|California: san jose
Sacramento|California: sacramento
Oakland|California: oakland
Chicago|Illinois: chicago
Houston|Texas: houston
Dallas|Texas: dallas
Austin|Texas: austin
San Antonio|Texas: san antonio
Fort Worth|Texas: fort worth
Seattle|Washington: seattle
Boston|Massachusetts: boston
Philadelphia|Pennsylvania: philadelphia, philly
Pittsburgh|Pennsylvania: pittsburgh
Atlanta|Georgia: atlanta
Miami|Florida: miami
Orlando|Florida: orlando
Tampa|Florida: tampa
Jacksonville: jacksonville
Denver|Colorado: denver
Phoenix|Arizona: phoenix
Las Vegas|Nevada: las vegas
Detroit|Michigan: detroit
Minneapolis|Minnesota: minneapolis
Cleveland|Ohio: cleveland
Cincinnati|Ohio: cincinnati
Nashville|Tennessee: nashville
Baltimore|Maryland: baltimore
Charlotte|North Carolina: charlotte
Newark: newark
Salt Lake City|Utah: salt lake city
New Orleans|Louisiana: new orleans
Kansas City: kansas city
London|England: london
Manchester|England: manchester
Birmingham: birmingham
Leeds|England: leeds
Liverpool|England: liverpool
Bristol|England: bristol
Sheffield|England: sheffield
Nottingham|England: nottingham
Oxford|England: oxford
Cambridge: cambridge
Edinburgh|Scotland: edinburgh
Glasgow|Scotland: glasgow
Cardiff|Wales: cardiff
Belfast|Northern Ireland: belfast
Dublin: dublin
Toronto|Ontario: toronto
Ottawa|Ontario: ottawa
Vancouver: vancouver
Montreal|Quebec: montreal
Calgary|Alberta: calgary
Sydney|New South Wales: sydney
Melbourne|Victoria: melbourne
Brisbane|Queensland: brisbane
Perth: perth
Auckland: auckland
Dubai: dubai
Abu Dhabi: abu dhabi
Sharjah: sharjah
Doha: doha
Singapore: singapore
Hong Kong: hong kong
Kathmandu: kathmandu
Colombo: colombo
Dhaka: dhaka
Karachi: karachi
Lahore: lahore
Paris: paris
Berlin: berlin
Munich: munich
Amsterdam: amsterdam
Madrid: madrid
Barcelona: barcelona
Rome: rome
Milan: milan
Zurich: zurich
Lisbon: lisbon
Nairobi: nairobi
Lagos: lagos
Johannesburg: johannesburg
Cape Town: cape town
"""

_LOCALITIES = """
Whitefield, Sarjapur, Sarjapur Road, Koramangala, Indiranagar, HSR Layout, Electronic City, Hebbal,
Yelahanka, Marathahalli, Bellandur,
Jayanagar, JP Nagar, Banashankari, Bannerghatta Road, Hennur, Thanisandra, Kanakapura Road, MG Road, Brigade
Road, Malleshwaram, Rajajinagar,
Varthur, Devanahalli, BTM Layout,
Andheri, Andheri West, Andheri East, Bandra, Bandra West, Powai, Juhu, Borivali, Kandivali, Malad, Goregaon,
Chembur, Ghatkopar, Mulund, Worli,
Lower Parel, Dadar, Vashi, Kharghar, Panvel, Airoli, Dombivli, Kalyan, Mira Road, Vikhroli, Kurla, Colaba,
Baner, Wakad, Hinjewadi, Kharadi, Viman Nagar, Hadapsar, Aundh, Kothrud, Balewadi, Magarpatta, Pimple
Saudagar, Koregaon Park, Undri, Bavdhan,
Gachibowli, Hitech City, Kondapur, Madhapur, Kukatpally, Miyapur, Banjara Hills, Jubilee Hills, Manikonda,
Tellapur, Kokapet, Narsingi,
OMR, Velachery, Adyar, Anna Nagar, Porur, Tambaram, T Nagar, Sholinganallur, Perungudi, Medavakkam,
Thoraipakkam,
Dwarka, Rohini, Saket, Vasant Kunj, Karol Bagh, Lajpat Nagar, Janakpuri, Greater Kailash, Connaught Place,
Pitampura, Mayur Vihar,
Golf Course Road, Sohna Road, Dwarka Expressway, Noida Extension, Indirapuram, Vaishali, Salt Lake, New
Town, Rajarhat, Ballygunge, Behala,
Bopal, Bodakdev, Gota, Vastrapur, Malviya Nagar, Vaishali Nagar, Mansarovar, Gomti Nagar, Zirakpur
"""

_STATES = """
Maharashtra, Karnataka, Telangana, Tamil Nadu, Uttar Pradesh, Haryana, West Bengal, Gujarat, Rajasthan,
Madhya Pradesh, Punjab, Uttarakhand,
Bihar, Jharkhand, Odisha, Chhattisgarh, Assam, Kerala, Andhra Pradesh, Himachal Pradesh, Alabama, Alaska,
Arizona, Arkansas, California,
Colorado, Connecticut, Delaware, Florida, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky,
Louisiana, Maryland, Massachusetts,
Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New
Mexico, North Carolina, North Dakota,
Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, Utah,
Vermont, West Virginia, Wisconsin,
Wyoming, Ontario, Quebec, Alberta, British Columbia, England, Scotland, Wales, New South Wales, Queensland
"""


def _by_spoken_name(rows: str) -> dict[str, str]:
    table = {}
    for row in rows.strip().splitlines():
        stored, _, names = row.partition(": ")
        table.update({name.strip(): stored for name in names.split(",")})
    return table


def _by_own_name(names: str) -> dict[str, str]:
    return {name.strip().lower(): name.strip() for name in names.replace("\n", " ").split(",") if name.strip()}


CITIES = _by_spoken_name(_CITIES)
LOCALITIES = _by_own_name(_LOCALITIES)
STATES = _by_own_name(_STATES)
