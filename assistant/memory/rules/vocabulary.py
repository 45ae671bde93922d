"""Words that tell one sort of statement from another."""

import re

_TRADES = """
accountant actor actress architect artist astronomer baker banker barista bartender
biologist blacksmith bookkeeper bricklayer builder bus_driver butcher cabinetmaker
carpenter caretaker cashier chef chemist chiropractor civil_servant cleaner coach
composer consultant cook copywriter curator dancer data_scientist dentist designer
detective developer dietitian diver doctor editor electrician engineer estate_agent
farmer firefighter fisherman florist freelancer gardener geologist glazier goldsmith
graphic_designer hairdresser historian illustrator interpreter jeweller joiner
journalist judge lawyer lecturer librarian locksmith machinist marine_biologist
mathematician mechanic midwife miner model musician nanny notary novelist nurse optician
painter paralegal paramedic pastor pharmacist photographer physicist physiotherapist
pianist pilot plumber poet police_officer porter postman potter priest principal
producer professor programmer psychiatrist psychologist receptionist researcher roofer
sailor salesman saleswoman scientist sculptor secretary shepherd shopkeeper singer
social_worker soldier solicitor student surgeon surveyor tailor taxi_driver teacher
technician therapist tiler translator truck_driver tutor vet veterinarian violinist
waiter waitress watchmaker weaver welder writer zookeeper analyst assistant_teacher
barrister carer childminder dev director dietician driving_instructor project_manager
product_manager office_manager store_manager shop_manager personal_trainer
teaching_assistant shop_assistant sales_assistant student_nurse housewife househusband
sysadmin admin lorry_driver delivery_driver apprentice plasterer decorator chemist
"""
OCCUPATIONS = frozenset(trade.replace("_", " ") for trade in _TRADES.split())
DIETS = "vegetarian|vegan|pescatarian|flexitarian|teetotal|teetotaller|fruitarian"
MARITAL = "married|single|divorced|engaged|widowed|separated"
CONDITIONS = (
    "diabetic|coeliac|celiac|asthmatic|dyslexic|epileptic|autistic|colou?r[- ]?blind|"
    "deaf|blind|pregnant|left[- ]handed|right[- ]handed|lactose[- ]intolerant|"
    "gluten[- ]intolerant|short[- ]sighted|near[- ]sighted|anaemic|anemic"
)
AILMENTS = (
    "asthma|(?:type (?:1|2|one|two) )?diabetes|epilepsy|arthritis|adhd|dyslexia|autism|"
    "eczema|psoriasis|migraines|hay fever|high blood pressure|coeliac disease|"
    "celiac disease|crohn's(?: disease)?|ibs|tinnitus|endometriosis|multiple sclerosis|"
    "ms|fibromyalgia|a pacemaker|a bad back"
)
INSTRUMENTS_AND_GAMES = (
    "piano|guitar|violin|viola|cello|flute|clarinet|oboe|drums|trumpet|saxophone|harp|"
    "accordion|ukulele|banjo|bass|organ|chess|tennis|football|soccer|basketball|"
    "volleyball|badminton|squash|golf|rugby|cricket|hockey|handball|bridge|go|"
    "table tennis"
)
LANGUAGES = (
    "Afrikaans|Arabic|Basque|Bengali|Bulgarian|Cantonese|Catalan|Chinese|Croatian|"
    "Czech|"
    "Danish|Dutch|English|Estonian|Finnish|French|Galician|Georgian|German|Greek|"
    "Hebrew|"
    "Hindi|Hungarian|Icelandic|Indonesian|Irish|Italian|Japanese|Korean|Latin|Latvian|"
    "Lithuanian|Malay|Mandarin|Norwegian|Persian|Farsi|Polish|Portuguese|Punjabi|"
    "Romanian|"
    "Russian|Serbian|Slovak|Slovene|Slovenian|Spanish|Swahili|Swedish|Tamil|Thai|"
    "Turkish|"
    "Ukrainian|Urdu|Vietnamese|Welsh|Yoruba|Zulu"
)
DEMONYMS = (
    "American|British|Scottish|Canadian|Australian|Brazilian|Mexican|Argentin\\w+|"
    "Chilean|Indian|Pakistani|Bangladeshi|Austrian|Belgian|Swiss|African|European|"
    "Asian|Nigerian|Kenyan|Ghanaian|Egyptian|Moroccan|Iranian|Israeli|Lebanese|"
    "Catholic|Jewish|Muslim|Buddhist|Hindu|Sikh|Protestant|Aries|Taurus|Gemini|Leo|"
    "Virgo|Libra|Scorpio|Sagittarius|Capricorn|Aquarius|Pisces|ADHD|OK"
)
_ATTRIBUTES = """
birthday anniversary wedding_anniversary hometown name first_name last_name full_name
middle_name surname nickname maiden_name age height weight blood_type shoe_size
dress_size ring_size hat_size shirt_size address home_address street_address phone
phone_number mobile_number e-mail email email_address e-mail_address job job_title
occupation profession employer company school university college major degree star_sign
zodiac_sign native_language mother_tongue first_language nationality citizenship
time_zone timezone pronouns diet hobby hobbies car licence_plate license_plate gym
username handle website homepage commute doctor dentist boss manager landlord name_day
house_number postcode zip_code door_number locker_number seat desk office room_number
"""
ATTRIBUTES = frozenset(each.replace("_", " ") for each in _ATTRIBUTES.split())
EVENTS = (
    "flight|train|ferry|appointment|check-?up|meeting|wedding|exam|test|interview|"
    "deadline|surgery|operation|holiday|vacation|trip|graduation|party|birthday party|"
    "concert|race|marathon|presentation|defen[cs]e|recital|moving day|due date|"
    "dentist appointment|doctor's appointment|job interview|driving test|first day|"
    "visa appointment|conference|workshop|rehearsal|viewing|court date"
)
SECRETS = re.compile(
    r"\b(?:password|passcode|pass ?phrase|pin(?: code)?|cvv|cvc|ssn|"
    r"social security|(?:credit |debit |bank )?card number|secret key|api key|"
    r"private key|recovery key|seed phrase|token|iban|account number)\b",
    re.IGNORECASE,
)
"""Never noticed by itself; kept only when somebody asks for it outright."""

_WORDS_OFNOT_A_PLACE = """
fear hope peace denial past present future moment pain debt silence sin luxury poverty
love harmony agreement charge general danger trouble hell heaven style
"""
NOT_A_PLACE = frozenset(_WORDS_OFNOT_A_PLACE.split())
_WORDS_OFNOT_STUDIED = """
hard every a all at for in late with together here there well more less a lot daily
alone abroad online too it this that and or before after during on by my the
"""
NOT_STUDIED = frozenset(_WORDS_OFNOT_STUDIED.split())
_WORDS_OF_NOT_TAUGHT = "me him her them us you myself people how classes kids"
NOT_TAUGHT = frozenset(_WORDS_OF_NOT_TAUGHT.split())
