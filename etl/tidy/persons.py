"""Whether a name could be a person's: such a name is never shown as a company's, whatever id stands beside it.

A sole trader may trade under a bare name with a valid business id. So a name that carries no legal form and no word
of a public body is withheld where it holds a common given name, ends like a surname, is two to four words of which
none names a trade, or is a trade and two such words (`Taksi Otos Keksi`). That withholds some companies' names too
(`HETA NISKA`): rather that than a person's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from etl.tidy.companies import CACHED_NAMES, PUBLIC_BODY, has_legal_form, is_anonymised, is_sole_trader
from etl.tidy.contacts import is_contact

COMMON_NAMES = (
    "aada aapo aarne aaro aaron aatos agneta aila aili aimo aino airi ali alisa alli alma alpo altti amanda anders "
    "andreas anita anja anki ann anna anne anneli annemari anni annika annikki ann-christin anssi antero antti anton "
    "anu ari armas arto arttu arvi arvo asko asta atte aulis auli axel beatrice bengt benjamin birgit birgitta bjorn "
    "bo britt camilla carina carl caroline cecilia christer christian christina christoffer dan daniel david eerik "
    "eero eetu eeva eija eila eila-maija eino eija-liisa elina elias elisa elisabeth ella ellen elli elvi emil emilia "
    "emma emmi ensio erik erika erja erkki esa eskil esko essi ester eva eveliina fredrik frida fanny felix gunilla "
    "gunnar goran gustav hanna hannaleena hanne hannele hannes hannu harri heidi heikki heimo heini helena heli "
    "helge helinä helka helmi helvi henna henri henriikka henrik hilkka hilma håkan iida iiris iiro ilari ilkka ilmari "
    "ilona ilpo inga inger ingrid inka inkeri irene iris irja irma irmeli isabella ismo isto ida ivar jaakko jaana "
    "jalmari jan jani janika janina janne jari jarkko jarmo jarno jasmin jenna jenni jenny jere jesse joel joachim "
    "johan johanna johannes jonas jonna joni jonne joona joonas jorma joni josefin jouko jouni juha juhana juhani "
    "juho jukka juliana julia jussi jutta juuso jyri jyrki kaarina kaarlo kai kaija kaisa kaisu kalervo kalevi kalle "
    "karin kari karl karoliina katariina kati katja katri katrina kauko kenneth kerttu kim kimmo kirsi kirsti klaus "
    "konsta kristian kristiina kristina krista kyllikki kyösti lars lasse laura lauri leea leena leena-maija leevi "
    "leif leila lempi lena lenni leo liisa lilja linda linnea lotta magnus maarit maija maiju maj marja marjo marjatta "
    "marjut marko marja-leena marja-liisa maria mari marianne marika marina marita maritta markku markus martin marta "
    "martta martti matilda matias mats matti mauri mauno meeri merja mervi mia michael mika mikael mikaela mikko mila "
    "milla mimmi minna minttu mira mirja mirjam mirka mirkka monica monika nea nelli nella niclas nicole niilo niina "
    "niklas niko nina noora nora oili oiva olavi olga oliver olli olof ossi oskar oskari osmo otto outi paavo "
    "pasi patrik patrick paul paula pauli pauliina peik pekka pentti per pertti peter petra petri petteri pia pihla "
    "piia pilvi pinja pirjo pirkko pontus raija raili raimo raine rainer ralf rauha rauno rauni reijo reima reino "
    "rebecka riikka riina riitta riku rita ritva robert robin roger roni roope ronja roosa rosa ruut saana saara saija "
    "saila saimi saku salla sami samu samuel samuli sanelma sanna sanni santeri santtu sara sari satu sauli seija "
    "sebastian selma senja seppo siiri sini sinikka siru simo sirkka sirpa sisko sofia sofie sonja sointu stefan sten "
    "stig suvi susanna susanne sven sylvi taavi taina taisto tanja tapani tapio taneli tarja tarmo taru tauno teemu "
    "teija teppo tero terhi terttu tiia tiina timo toini toivo tom tomi tommi toni tony topi torsten tove tuija tuire "
    "tuomas tuomo tuula tuure tuulia tuulikki tyyne ulf ulla ulrika urho urpo usko uuno vaula vappu veera veijo veikko "
    "veli veli-matti venla verneri vesa viivi viktor viktoria vieno viljami viljo ville vilho vilma virpi virva "
    "vuokko väinö wilhelm wilma yrjö åke åsa örjan"
)
GIVEN_NAMES = frozenset(COMMON_NAMES.split())
"""Common given names in Finland, a list kept by hand: it is not whole, and the rule does not rest on it alone."""
SURNAME_END = re.compile(r"\w{2}(nen|lainen|läinen|ström|qvist|kvist|lund|berg|sson)$")
TRADE = re.compile(
    r"palvel|huolto|kauppa|kauppias|toimisto|liike|liikenne|yhti[öo]|tuote|tukku|myymä|market|apteek|pankki|vakuutus"
    r"|rakennus|rakennu|urakoint|kuljetus|taksi|auto|kone|metalli|sähkö|putki|lvi|maalaamo|korjaamo|verstas|paja"
    r"|ravintola|kahvila|pizzeria|hotelli|kurssi|koulu|opisto|akatemi|akademi|kirjasto|kirja|paino|media|lehti|studio|tuotanto"
    r"|production|consult|service|solution|system|group|finland|international|invest|holding|kiinteistö|asunto|energia"
    r"|voima|vesi|lämpö|teollisuus|tehdas|tekniikka|teknologia|klinikka|lääkäri|hoito|hoiva|hammas|terveys|sairaala"
    r"|kuntoutus|teatteri|orkesteri|kuoro|museo|galleria|näyttämö|urheilu|kisa|palloilu|club|team|kerho|killa|vpk"
    r"|osasto|konttori|kamari|rahasto|säätiö|yhdisty|järjestö|seura\b|liitto|piiri|kaupungin|kunnan|valtion|suomen"
    r"|finska|svenska|förening|byggnad|handel|butik|skola|tidning|förlag|hallitus|poliisi|tulli|posti|satama|lento"
    r"|församling|samkommun|kommun\b|\bstad\b|klubb|stiftelse|universitet|förbund"
    r"|puutarha|kukka|leipomo|meijeri|metsä|maatila|tila\b|yhtymä|yrittäj|matkailu|matka|safari|golf|fitness|sport"
)
"""Stems of words that name a trade or a body: a plain name of words with one of them is no bare personal name."""


WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
FORM = re.compile(
    r"(?<![\w-])(oyj?|abp?|ky|kb|ay|ry|r\.y|rf|r\.f|osk|osuuskunta|andelslag|osakeyhtiö|aktiebolag|ltd|gmbh|inc|plc|aps)(?!\w)"
)
"""Legal forms as words of their own, wherever they stand."""
PERSONAL_CODE = re.compile(r"(?<!\d)\d{6}[-+A-FU-Y]\d{3}[0-9A-Z](?![^\W_])", re.IGNORECASE)
"""A Finnish personal identity code: date, sign of the century (all of them since 2023), number, check character."""
PARTS = re.compile(r"/|;|,|\bc/o\b")
CUT_FORM = re.compile(r"(?<=.{27})\sO$", re.IGNORECASE)
"""What is left of `Oy` in a ledger that keeps 30 characters."""
INITIAL = re.compile(
    r"(?<![\w&+-])(?!i finland\b|i sverige\b)[a-zåäö]\.?\s+(ja\s+[a-zåäö]\.?\s+)?[a-zåäö]{3,}|\w{3,}\s+[a-zåäö]\.?$"
)
COMMON_ADJECTIVES = (
    "suomalainen venäläinen ruotsalainen karjalainen punainen sininen kultainen kansallinen teknillinen kristillinen "
    "keskinäinen yhteinen graafinen valtakunnallinen tieteellinen sosiaalinen digitaalinen luonnollinen"
)
ADJECTIVES = frozenset(COMMON_ADJECTIVES.split())
"""Words that end like a surname and are none, or hardly ever."""
COMPOUND = re.compile(r"[^\W\d_]-\s(ja|och)\s")
"""Two compound words that share their end (`sauna- ja uima-allas`): people's names are not joined so."""
JOB = re.compile(
    r"(hoitaja|työntekijä|ohjaaja|neuvoja|opettaja|lääkäri|psykologi|kuraattori|terapeutti|avustaja|sihteeri|johtaja"
    r"|päällikkö|isännöitsijä|rehtori|kätilö|dagvårdare|dagmamma|socialarbetare|skötare|läkare|psykolog|kurator"
    r"|terapeut|handledare|lärare|rektor)$"
)
"""Ends of job titles, as a word that stands beside the name of whoever has the job."""
PLAIN_WORDS = range(2, 5)
"""How many words a bare personal name has."""
GENITIVE = re.compile(r"n$|^(finska|svenska)$")
"""Whose: a word that says where a body is or whose, and is no label before a name."""


@lru_cache(maxsize=CACHED_NAMES)
def could_be_person(name: str) -> bool:
    """Whether a name could be a private person's or a sole trader's, also beside a business id.

    >>> [could_be_person(n) for n in ("Mallikas Maija", "MALLIKAS M", "Siivouspalvelu Maija Mallikas", "Testinen")]
    [True, True, True, True]
    >>> [could_be_person(n) for n in ("Maija Mallikas Oy", "Mallilan Konehuolto", "Valtiokonttori", "Turun kaupunki")]
    [False, False, False, False]
    >>> could_be_person("Mallilan Kone Oy/Mallikas Maija"), could_be_person("Lindström Oy Pesula/Laskutus")
    (True, False)
    >>> could_be_person("Mallikas Maija c/o Malliston virasto"), could_be_person("Mallikas Maija, kotihoitokeskus")
    (True, True)
    >>> could_be_person("Anna Maria Sia"), could_be_person("Mallikas 010190-123A Oy")
    (True, True)
    """
    if is_sole_trader(name) or is_anonymised(name) or PERSONAL_CODE.search(name) or is_contact(name):
        return True
    folded = restore_cut_form(name).casefold().replace("a/s", "aps")
    parts = [part.strip() for part in PARTS.split(folded) if part.strip()]
    has_form = bool(parts) and _is_organisation(parts[0])
    return any(_part_could_be(part, plainly=not has_form) for part in parts if not _is_organisation(part))


@lru_cache(maxsize=CACHED_NAMES)
def names_worker(name: str) -> bool:
    """Whether a name of a public place or office holds the name of whoever works there.

    >>> [names_worker(name) for name in ("Perhepäivähoitaja Zorvekk Otos", "Zorvekk Otos, sosiaalityöntekijä")]
    [True, True]
    >>> [names_worker(name) for name in ("Perhepäivähoitaja", "Mallilan terveysaseman psykologi")]
    [False, False]
    """
    folded = name.casefold()
    words = WORD.findall(folded)
    if GIVEN_NAMES & set(words) and any(SURNAME_END.search(word) for word in words if word not in ADJECTIVES):
        return True
    before, title, behind = _cut_at_title(words)
    if not title:
        return False
    return bool(behind and not TRADE.search(behind)) or could_be_person(before)


def _cut_at_title(words: list[str]) -> tuple[str, str, str]:
    """(words before the first title of a job, the title, words behind it that are no titles)."""
    for place, word in enumerate(words):
        if JOB.search(word):
            behind = [other for other in words[place + 1 :] if not JOB.search(other)]
            return " ".join(words[:place]), word, " ".join(behind)
    return "", "", ""


def restore_cut_form(name: str) -> str:
    """The name with its `Oy` whole again where a ledger has cut it.

    >>> restore_cut_form("MALLILAN TALOTEKNIIKKAPALVELUT O"), restore_cut_form("MALLIKAS O")
    ('MALLILAN TALOTEKNIIKKAPALVELUT Oy', 'MALLIKAS O')
    """
    return CUT_FORM.sub(" Oy", name)


def _is_organisation(part: str) -> bool:
    """Whether a part has a legal form, or names a public body and no person before it; foreign forms are surnames."""
    if has_legal_form(part) or FORM.search(part):
        return True
    return bool(PUBLIC_BODY.search(part)) and not GIVEN_NAMES & set(WORD.findall(part))


def _part_could_be(part: str, *, plainly: bool) -> bool:
    """Whether a part without a form names a person; `plainly`: a few words that name no trade are enough."""
    words = WORD.findall(part)
    if any(word in GIVEN_NAMES or (SURNAME_END.search(word) and word not in ADJECTIVES) for word in words):
        return True
    if INITIAL.search(part) or "(yel)" in part:
        return True
    return plainly and not COMPOUND.search(part) and (_are_plain(words) or _follow_trade(words))


def _are_plain(words: list[str]) -> bool:
    """Whether all there is are two to four words of which none names a trade, whatever signs or digits are between."""
    return len(words) in PLAIN_WORDS and not TRADE.search(" ".join(words))


def _follow_trade(words: list[str]) -> bool:
    """Whether two words that name no trade stand behind one that does, or before it and are no place's name.

    >>> [_follow_trade(name.split()) for name in ("taksi otos keksi", "turun seudun energia", "suomen punainen risti")]
    [True, False, False]
    """
    trades = [bool(TRADE.search(word)) for word in words]
    if trades == [True, False, False]:
        return not GENITIVE.search(words[0])
    return trades == [False, False, True] and not all(GENITIVE.search(word) for word in words[:2])
