"""More towns and localities, by state or country: tables for `places`. `place_table` has those with other names
  too.

Names that are everyday words too (Reading, Bath, Mobile, Deal, Wells) are left out on purpose.
"""

_TOWNS = """
Maharashtra: Kolhapur, Solapur, Aurangabad, Amravati, Sangli, Satara, Jalgaon, Akola, Latur, Ahmednagar, Nanded,
  Lonavala, Palghar, Alibag, Karjat, Bhiwandi, Ulhasnagar, Ratnagiri
Karnataka: Hubli, Dharwad, Belgaum, Belagavi, Davangere, Tumkur, Shimoga, Udupi, Hassan, Bellary, Gulbarga, Hosur,
  Manipal
Telangana: Warangal, Karimnagar, Nizamabad, Khammam
Tamil Nadu: Tiruchirappalli, Trichy, Salem, Tirunelveli, Vellore, Erode, Tiruppur, Thoothukudi, Thanjavur,
  Kanchipuram, Ooty, Nagercoil
Uttar Pradesh: Meerut, Bareilly, Aligarh, Moradabad, Gorakhpur, Jhansi, Mathura, Saharanpur, Muzaffarnagar,
  Ayodhya, Vrindavan
Haryana: Panipat, Karnal, Ambala, Hisar, Rohtak, Sonipat, Panchkula, Rewari, Manesar, Bahadurgarh
West Bengal: Siliguri, Durgapur, Asansol, Kharagpur, Darjeeling
Gujarat: Gandhinagar, Bhavnagar, Jamnagar, Junagadh, Anand, Vapi, Bharuch, Morbi, Navsari, Ankleshwar, Mehsana
Rajasthan: Ajmer, Bikaner, Alwar, Bhilwara, Sikar, Bharatpur, Neemrana, Bhiwadi
Madhya Pradesh: Jabalpur, Ujjain, Sagar, Rewa, Satna, Ratlam, Dewas
Punjab: Patiala, Bathinda, Pathankot, Hoshiarpur, Phagwara
Uttarakhand: Haridwar, Rishikesh, Roorkee, Haldwani, Nainital, Rudrapur
Himachal Pradesh: Shimla, Dharamshala, Solan, Manali
Bihar: Gaya, Muzaffarpur, Bhagalpur, Darbhanga
Jharkhand: Dhanbad, Bokaro, Hazaribagh, Deoghar
Odisha: Cuttack, Rourkela, Puri, Sambalpur, Berhampur
Chhattisgarh: Bhilai, Bilaspur, Durg, Korba
Kerala: Thrissur, Kollam, Kottayam, Alappuzha, Palakkad, Kannur, Malappuram
Andhra Pradesh: Guntur, Nellore, Tirupati, Kurnool, Rajahmundry, Kakinada, Anantapur, Amaravati
Jammu and Kashmir: Srinagar
Goa: Margao, Vasco, Mapusa
Assam: Dibrugarh, Jorhat, Silchar
Puducherry: Pondicherry, Puducherry
Alabama: Huntsville, Montgomery, Tuscaloosa
Alaska: Anchorage, Fairbanks, Juneau
Arizona: Tucson, Mesa, Scottsdale, Tempe, Glendale, Flagstaff, Yuma
Arkansas: Little Rock, Fayetteville, Bentonville
California: Fresno, Long Beach, Bakersfield, Anaheim, Santa Ana, Riverside, Stockton, Irvine, Fremont, Modesto,
  Oxnard, Pasadena, Santa Clara, Sunnyvale, Palo Alto, Mountain View, Berkeley, Burbank, Santa Monica, Torrance,
  Fullerton, Santa Barbara, Santa Rosa, Huntington Beach, Rancho Cucamonga, Ventura, Escondido, Carlsbad, Redwood
  City, Cupertino, San Mateo, San Bernardino, Chula Vista, Malibu, Beverly Hills
Colorado: Colorado Springs, Boulder, Fort Collins, Pueblo, Lakewood
Connecticut: Hartford, New Haven, Stamford, Bridgeport, Norwalk
Delaware: Wilmington
District of Columbia: Washington DC, Washington D.C., DC
Florida: Fort Lauderdale, Tallahassee, St. Petersburg, St Petersburg, Sarasota, Naples, Gainesville, Pensacola,
  Fort Myers, Boca Raton, West Palm Beach, Clearwater, Daytona Beach, Miami Beach, Hialeah, Coral Gables, Key
  West, Lakeland
Georgia: Macon, Alpharetta, Marietta
Hawaii: Honolulu
Idaho: Boise, Meridian, Nampa
Illinois: Naperville, Peoria, Rockford, Evanston, Joliet, Champaign, Schaumburg
Indiana: Indianapolis, Fort Wayne, Evansville, South Bend, Carmel
Iowa: Des Moines, Cedar Rapids, Davenport, Iowa City
Kansas: Wichita, Overland Park, Topeka
Kentucky: Louisville, Lexington
Louisiana: Baton Rouge, Shreveport, Lafayette
Maryland: Annapolis, Rockville, Bethesda, Silver Spring, Gaithersburg
Massachusetts: Worcester, Cambridge, Lowell, Quincy, Somerville
Michigan: Grand Rapids, Ann Arbor, Lansing, Kalamazoo, Dearborn
Minnesota: St. Paul, St Paul, Saint Paul, Duluth, Bloomington
Mississippi: Biloxi, Gulfport
Missouri: St. Louis, St Louis, Saint Louis
Montana: Billings, Missoula, Bozeman
Nebraska: Omaha
Nevada: Reno, Sparks
New Hampshire: Nashua
New Jersey: Jersey City, Hoboken, Trenton, Princeton, Edison, Paterson
New Mexico: Albuquerque, Santa Fe, Las Cruces
New York: Buffalo, Rochester, Syracuse, Yonkers, Queens, The Bronx, Staten Island, White Plains, Long Island, Ithaca
North Carolina: Raleigh, Greensboro, Durham, Winston-Salem, Asheville, Cary
North Dakota: Fargo, Bismarck
Ohio: Toledo, Akron, Dayton, Youngstown
Oklahoma: Oklahoma City, Tulsa
Oregon: Salem, Beaverton, Hillsboro
Pennsylvania: Harrisburg, Allentown, Scranton
Rhode Island: Providence
South Carolina: Myrtle Beach, Greenville
South Dakota: Sioux Falls, Rapid City
Tennessee: Memphis, Knoxville, Chattanooga, Murfreesboro
Texas: El Paso, Corpus Christi, Plano, Frisco, Lubbock, Round Rock, Sugar Land, Waco, Amarillo, Galveston,
  McKinney, Denton, Katy, The Woodlands, Brownsville, Laredo
Utah: Provo, Ogden, Sandy
Virginia: Virginia Beach, Norfolk, Alexandria, Arlington, Chesapeake, Roanoke, Fairfax, Newport News
Washington: Spokane, Tacoma, Bellevue, Redmond, Everett, Olympia, Kirkland, Renton
Wisconsin: Milwaukee, Green Bay, Kenosha
Wyoming: Cheyenne
England: Brighton, Southampton, Portsmouth, Plymouth, Exeter, Norwich, Ipswich, Colchester, Leicester, Coventry,
  Wolverhampton, Stoke-on-Trent, Stoke, Newcastle, Sunderland, Middlesbrough, Huddersfield, Wakefield, Doncaster,
  Rotherham, Barnsley, Harrogate, Scarborough, Blackpool, Bolton, Oldham, Stockport, Salford, Rochdale, Wigan,
  Warrington, Cheltenham, Gloucester, Swindon, Bournemouth, Poole, Salisbury, Winchester, Guildford, Woking,
  Croydon, Wimbledon, Richmond, Watford, Luton, St Albans, Milton Keynes, Northampton, Peterborough, Bedford,
  Slough, Basingstoke, Maidstone, Canterbury, Hastings, Eastbourne, Worthing, Crawley, Southend, Chelmsford,
  Basildon, Hereford, Worcester, Shrewsbury, Telford, Stafford, Lichfield, Solihull, Dudley, Walsall, Burton,
  Grimsby, Scunthorpe, Durham, Gateshead, Truro, Torquay, Taunton, Yeovil
Scotland: Aberdeen, Dundee, Inverness, Perth, Stirling, Paisley, Falkirk, Livingston
Wales: Swansea, Newport, Wrexham, Bangor, Llandudno, Barry
Northern Ireland: Derry, Londonderry, Lisburn, Newry
"""
# These are people's names as often; they are towns only where a place was asked for or said.
_TOWNS_LIKE_NAMES = """
Wisconsin: Madison
Mississippi: Jackson
Nebraska: Lincoln
Colorado: Aurora
Oregon: Eugene, Portland
Arizona: Chandler, Gilbert
Nevada: Henderson
Texas: Irving, Garland, Arlington
Georgia: Savannah, Augusta, Columbus
South Carolina: Charleston, Columbia
Virginia: Richmond
Ohio: Columbus
England: Bradford, Derby, York, Lincoln, Preston, Chester, Lancaster, Hull, Carlisle, Warwick, Kingston,
  Blackburn, Burnley, Bury, Stratford
"""
_LOCALITIES = """
Ulwe, Nerul, Belapur, Seawoods, Ghansoli, Kopar Khairane, Sanpada, Taloja, Badlapur, Ambernath, Vasai, Virar,
Nalasopara, Bhayandar, Dahisar, Kanjurmarg, Bhandup, Santacruz, Vile Parle, Jogeshwari, Versova, Oshiwara,
Wadala, Parel, Prabhadevi, Mahalaxmi, Byculla, Matunga, Malabar Hill, Cuffe Parade, Ghodbunder Road,
Pimpri, Chinchwad, Wagholi, Lohegaon, Dhanori, Katraj, Kondhwa, Wanowrie, Shivaji Nagar, Deccan, Karve Nagar,
Warje, Sinhagad Road, Ambegaon, Moshi, Ravet, Tathawade, Punawale, Mahalunge, Pashan, Manjri, Keshav Nagar,
KR Puram, Brookefield, Kadugodi, Hoodi, Mahadevapura, Kundalahalli, Domlur, Ulsoor, Richmond Town, Basavanagudi,
Vijayanagar, Nagarbhavi, Kengeri, Uttarahalli, Begur, Bommanahalli, Hosa Road, Harlur Road, Kasavanahalli,
Haralur, Panathur, Kaggadasapura, CV Raman Nagar, Kalyan Nagar, HRBR Layout, Horamavu, Jakkur, Sahakar Nagar,
Hoskote, Chandapura, Attibele, Jigani, Peenya, Yeshwanthpur, Mathikere, RT Nagar, Frazer Town, Cunningham Road,
Nallagandla, Kollur, Bachupally, Nizampet, Pragathi Nagar, Kompally, Uppal, LB Nagar, Dilsukhnagar, Begumpet,
Ameerpet, Somajiguda, Financial District, Puppalaguda, Shamshabad, Attapur, Mehdipatnam, Himayatnagar, Alwal,
Sainikpuri, Tarnaka, Secunderabad, Serilingampally, Chandanagar, Lingampally, Adibatla, Shadnagar,
Guindy, Mylapore, Nungambakkam, Kilpauk, Vadapalani, Ashok Nagar, KK Nagar, Valasaravakkam, Ambattur, Avadi,
Mogappair, Pallavaram, Chromepet, Siruseri, Kelambakkam, Navalur, Padur, Guduvanchery, Perambur, ECR, Besant Nagar,
Sector 150, Sector 137, Sector 62, Sector 18, Noida Expressway, Yamuna Expressway, Crossings Republik, Raj Nagar
Extension, Vasundhara, Kaushambi, Patparganj, Preet Vihar, Laxmi Nagar, Punjabi Bagh, Rajouri Garden, Paschim Vihar,
Uttam Nagar, Hauz Khas, Green Park, Defence Colony, South Extension, Malviya Nagar, Chhatarpur, Vasant Vihar, Okhla,
Kalkaji, Nehru Place, Shahdara, Dilshad Garden, Narela, DLF Phase 1, DLF Phase 2, DLF Phase 3, DLF Phase 4,
DLF Phase 5, Sushant Lok, South City, New Gurgaon, Golf Course Extension Road, MG Road, Palam Vihar, Sector 57,
Sector 49, Sector 65, Sector 82, Sector 102, New Town Action Area, Garia, Jadavpur, Tollygunge, Kasba, EM Bypass,
Park Street, Alipore, New Alipore, Dum Dum, Barasat, Joka, Satellite, Prahlad Nagar, SG Highway, Thaltej, Shela,
South Bopal, Chandkheda, Naranpura, Maninagar, Navrangpura, Science City, Vesu, Adajan, Alkapuri, Gotri,
Jagatpura, Tonk Road, Ajmer Road, C Scheme, Sanganer, Pratap Nagar, Hazratganj, Aliganj, Indira Nagar, Mahanagar,
Faizabad Road, Sushant Golf City, Jankipuram, Vrindavan Yojana, Swaroop Nagar, Kakadeo, Vijay Nagar, Kolar Road,
Hoshangabad Road, Arera Colony, Kakkanad, Edappally, Vyttila, Aluva, Kaloor, Kowdiar, Technopark, Kazhakootam,
Shoreditch, Camden, Islington, Hackney, Brixton, Clapham, Battersea, Greenwich, Canary Wharf, Hammersmith, Fulham,
Notting Hill, Kensington, Chelsea, Ealing, Stratford, Wimbledon, Didsbury, Chorlton, Headingley, Clifton, Jesmond,
Capitol Hill, Ballard, Fremont, Queen Anne, Williamsburg, Astoria, Harlem, Park Slope, Bushwick, Upper East Side,
Upper West Side, Lower East Side, Tribeca, SoHo, Chelsea, Midtown, Greenwich Village, Wicker Park, Lincoln Park,
Logan Square, Hyde Park, River North, Lakeview, Mission District, Noe Valley, Nob Hill, Pacific Heights, Silver Lake,
Echo Park, Venice, Culver City, West Hollywood, Koreatown, Sherman Oaks, East Austin, South Congress, Zilker,
Montrose, River Oaks, The Heights, Deep Ellum, Uptown, Buckhead, Brickell, Wynwood, Coconut Grove, Coral Gables,
Back Bay, Beacon Hill, South End, Fishtown, Rittenhouse, Dupont Circle, Georgetown, Adams Morgan, Capitol Hill,
South Side, East Side, West Side, downtown
"""


def towns(rows: str) -> dict[str, str]:
    """Rows "State: Town, Town", which go on where a line begins with blanks, as {"town": "Town|State"}."""
    table = {}
    for row in rows.replace("\n  ", " ").strip().splitlines():
        state, _, names = row.partition(": ")
        table.update({_as_words(name): f"{name.strip()}|{state}" for name in names.split(",")})
    return table


def localities(names: str) -> dict[str, str]:
    """Names between commas as {"hsr layout": "HSR Layout"}."""
    return {_as_words(name): name.strip() for name in names.replace("\n", " ").split(",") if name.strip()}


def _as_words(name: str) -> str:
    return name.strip().lower().replace(".", "").replace("-", " ")


TOWNS = towns(_TOWNS)
TOWNS_LIKE_NAMES = towns(_TOWNS_LIKE_NAMES)
LOCALITIES = localities(_LOCALITIES)
