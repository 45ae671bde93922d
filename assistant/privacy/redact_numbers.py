"""Finds numbers that belong to somebody: cards, accounts, phones, identities, hosts.

Wherever a number carries its own check, the check decides; else its form and the
words before it do, so that dates, versions and order numbers stay.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from string import ascii_uppercase, digits

_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_CARDS = (  # how each brand begins, and how long it may be
    (r"4", {13, 16, 19}),
    (r"5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720", {16}),
    (r"3[47]", {15}),
    (r"6011|65|64[4-9]|622", {16}),
    (r"35(?:2[89]|[3-8]\d)", {16}),
    (r"30[0-5]|3[689]", {14}),
    (r"62|81", {16, 17, 18, 19}),
)
_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])"
)
_COUNTRIES = """
    AD24 AE23 AT20 BE16 BG22 BR29 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22
    GR27 HR21 HU28 IE22 IL23 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28
    PT25 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TR26 UA29
"""
_LENGTHS = {each[:2]: int(each[2:]) for each in _COUNTRIES.split()}
_ALPHABET = digits + ascii_uppercase

_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")
_NINO = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r" ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"
)
_DNI = re.compile(r"(?<!\w)(\d{8})-?([A-Z])(?!\w)")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_INSEE = re.compile(
    r"(?<!\d)([12]) ?(\d\d) ?(0[1-9]|1[0-2]) ?(\d\d) ?(\d{3}) ?(\d{3}) ?(\d\d)(?!\d)"
)

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![\w:])")
_OF_A_VERSION = re.compile(
    r"(?:\bv|\bver(?:sion)?\.?|\brelease|\bfirmware|\bbuild|\bdriver|\bsection|§|"
    r"\bchapter|\bclause|\bparagraph|\bupgrad\w+ to|\bupdat\w+ to|==|>=|<=|~=)[\s:]*$",
    re.IGNORECASE,
)

_INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,4}\)?){2,6}(?![\w-])"
)
_AMERICAN = re.compile(
    r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}"
    r"(?![\w-]|\.\d)"
)
_NATIONAL = re.compile(
    r"(?<![\w.+/-])\(?0[1-9]\d{0,4}\)?(?:[ /-]\d{2,8}){1,5}(?![\w-]|\.\d)"
)
_CALLED = re.compile(
    r"(?:\b(?:phone|telephone|tel|call|calling|mobile|cell|fax|whatsapp|signal|sms|"
    r"text|ring|dial|reach|handy|number is|extension)\b)"
    r"[^\d\n+(]{0,20}(?P<value>\(?\d(?:[ ./()-]{0,2}\d){5,14})(?![\w-]|\.\d)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[ ./-]\d\d?[ ./-]\d\d?|\d\d?[ ./-]\d\d?[ ./-](?:19|20)\d\d"
)
_FEWEST, _MOST = 7, 15


def find_cards(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of a known brand's form whose last digit is right."""
    for match in _CARD.finditer(text):
        number = _digits(match[0])
        if _is_of_a_brand(number) and _luhn(number):
            yield match.span()


def find_accounts(text: str) -> Iterator[tuple[int, int]]:
    """IBANs; words that follow one without a gap in the pattern are left alone."""
    for match in _ACCOUNT.finditer(text):
        start = match.start()
        length = _LENGTHS.get(match[0][:2].upper())
        if length is None:
            continue
        end = _after(text, start, length)
        if end is not None and _is_iban(text[start:end]):
            yield start, end


def find_identities(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of persons: American, British, Spanish and French."""
    for pattern in (_SSN, _NINO):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _DNI.finditer(text):
        if _DNI_LETTERS[int(match[1]) % len(_DNI_LETTERS)] == match[2]:
            yield match.span()
    for match in _INSEE.finditer(text):
        number = "".join(match.groups())
        if 97 - int(number[:13]) % 97 == int(number[13:]):
            yield match.span()


def find_net_addresses(text: str) -> Iterator[tuple[int, int]]:
    """IP addresses that lead to somebody; this machine's own name for itself stays."""
    for match in _IPV4.finditer(text):
        if _OF_A_VERSION.search(text[max(0, match.start() - 20) : match.start()]):
            continue
        try:
            address = IPv4Address(match[0])
        except AddressValueError:
            continue
        if not (address.is_loopback or address.is_unspecified or _is_mask(address)):
            yield match.span()
    for match in _IPV6.finditer(text):
        found = match[0].rstrip(".:") if not match[0].endswith("::") else match[0]
        if _is_ipv6(found):
            yield match.start(), match.start() + len(found)


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """International and national forms, and what the text calls a phone number."""
    for pattern in (_INTERNATIONAL, _AMERICAN, _NATIONAL):
        for match in pattern.finditer(text):
            if _may_be_dialled(match[0]):
                yield match.span()
    for match in _CALLED.finditer(text):
        if _may_be_dialled(match["value"]):
            yield match.span("value")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _is_of_a_brand(number: str) -> bool:
    return any(
        len(number) in lengths and re.match(begins, number)
        for begins, lengths in _CARDS
    )


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _after(text: str, start: int, length: int) -> int | None:
    """Where so many letters and digits end, gaps not counted; a word must end there."""
    seen, place = 0, start
    while place < len(text) and seen < length:
        seen += text[place].isalnum()
        place += 1
    ends = place == len(text) or not text[place].isalnum()
    return place if seen == length and ends else None


def _is_iban(text: str) -> bool:
    plain = "".join(char for char in text if char.isalnum()).upper()
    if not plain.isascii():
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(_ALPHABET.index(char)) for char in turned)) % 97 == 1


def _is_mask(address: IPv4Address) -> bool:
    return str(address).startswith("255.")


def _is_ipv6(text: str) -> bool:
    """Names in code are joined by two colons, too; an address has digits."""
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    is_telling = any(char.isdigit() for char in text) and text.count(":") > 1
    return is_telling and not (address.is_loopback or address.is_unspecified)


def _may_be_dialled(text: str) -> bool:
    return _FEWEST <= len(_digits(text)) <= _MOST and not _DATE.fullmatch(text.strip())
