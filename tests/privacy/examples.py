"""Texts of our own for every class that is masked: what must go, and what must stay.

In a text that must go the value stands between ‹ and ›; those that must stay are as
like one as we could think of. Numbers with a check are made here, so that it is right.
"""

from itertools import cycle

from assistant.privacy.redact_spans import Masking

ROUND = (
    "{}",
    "Write this down: {} and do not lose it.",
    "I think it was {}, but ask Ana.",
    "On Sunday someone sent me {}.",
    "({})",
)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _luhn(begin: str, length: int) -> str:
    """A card's number that begins so; its last digit is made right."""
    body = (begin + "0719482635917304826")[: length - 1]
    for last in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(body + last)):
            value = int(digit) * (1 + place % 2)
            total += value - 9 * (value > 9)
        if total % 10 == 0:
            return body + last
    raise AssertionError


def _broken(number: str) -> str:
    """The same with another last digit, which its check refuses."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _iban(country: str, body: str) -> str:
    turned = f"{body}{country}00"
    value = "".join(str(int(char, 36)) for char in turned)
    return f"{country}{98 - int(value) % 97:02d}{body}"


def _grouped(text: str, sign: str = " ", size: int = 4) -> str:
    return sign.join(text[at : at + size] for at in range(0, len(text), size))


_CARDS = [
    _luhn(begin, length)
    for begin, length in (
        ("4", 16), ("41", 16), ("49", 16), ("4532", 16), ("4716", 16), ("4024", 16),
        ("51", 16), ("52", 16), ("53", 16), ("54", 16), ("55", 16), ("2221", 16),
        ("2450", 16), ("2720", 16), ("34", 15), ("37", 15), ("371", 15), ("6011", 16),
        ("65", 16), ("644", 16), ("3528", 16), ("3589", 16), ("300", 14), ("36", 14),
        ("38", 14), ("62", 16), ("62", 19), ("4485", 16), ("5105", 16), ("4", 13),
    )
]  # fmt: skip
_IBANS = [
    _iban(country, body)
    for country, body in (
        ("DE", "370400440532013000"), ("DE", "500105175407324931"),
        ("GB", "WEST12345698765432"), ("GB", "LOYD30961700709943"),
        ("FR", "20041010050500013M02606"), ("FR", "30006000011234567890189"),
        ("ES", "21000418450200051332"), ("ES", "00491500051234567892"),
        ("IT", "X0542811101000000123456"), ("IT", "K0300203280284975661141"),
        ("NL", "ABNA0417164300"), ("NL", "INGB0002445588"), ("BE", "539007547034"),
        ("AT", "1904300234573201"), ("CH", "00762011623852957"),
        ("PT", "000201231234567890154"), ("PL", "109010140000071219812874"),
        ("SE", "50000000058398257466"), ("DK", "00400440116243"),
        ("NO", "86011117947"), ("FI", "12345600000785"), ("IE", "AIBK93115212345678"),
        ("LU", "0019400644750000"), ("CZ", "08000000192000145399"),
        ("GR", "01101250000000012300695"), ("HU", "117730161111101800000000"),
        ("RO", "AAAA1B31007593840000"), ("HR", "10010051863000160"),
        ("SK", "12000000198742637541"), ("SI", "191000000123438"),
    )
]  # fmt: skip


def _of(values: list[str], *, forms: tuple[str, ...] = ROUND) -> list[str]:
    marked = zip(values, cycle(forms), strict=False)
    return [form.format(f"‹{value}›") for value, form in marked]


MUST_GO: dict[Masking, list[str]] = {
    Masking.EMAIL: _of(
        _lines("""
            ana@example.org
            ana.silva@example.com
            a.b-c+news@mail.example.co.uk
            joão@exemplo.pt
            o'neill@example.ie
            INFO@EXAMPLE.ORG
            first_last@sub.domain.example.net
            99bottles@example.io
            me@my-site.dev
            team%west@example.org
            bob@example.museum
            carol@xn--bcher-kva.example
            dave@bücher.example
            eve1984@example.travel
            frank.n.stein@castle.example
            grace+test@example.app
            heidi@mail.example.gov.au
            ivan@пример.рф
            judy@example.technology
            mallory@example.jp
            niaj@a.example.org
            olivia-p@example.org
            peggy.r@example.info
            rupert@example.cloud
            sybil@example.email
            trent@example.co
            jane dot doe at example dot com
            jane (at) example (dot) com
            ana[at]example[dot]org
            walter (at) example dot net
            victor at example dot org
        """)
    ),
    Masking.PHONE: [
        *_of(
            _lines("""
            +351 912 345 678
            +44 20 7946 0958
            +49 30 901820
            +1 415 555 2671
            +1-212-555-0123
            +33 1 42 68 53 00
            +34 612 34 56 78
            +39 06 698 1234
            +31 6 12345678
            +55 11 91234-5678
            +91 98765 43210
            +81 3-1234-5678
            +61 2 9374 4000
            +41 44 668 18 00
            +43 1 58858 0
            0044 20 7946 0958
            0049 (30) 901820
            +353 1 890 0000
            +48 22 123 45 67
            +46 8 123 456 78
            (415) 555-2671
            415-555-2671
            415.555.2671
            1-800-555-0199
            020 7946 0958
            07911 123456
            030/901820
            0171-2345678
            01 42 68 53 00
            089 123456
        """)
        ),
        "My phone is ‹912345678›, call after six",
        "Call me: ‹555 2671 34›",
        "WhatsApp ‹5511912345678›",
    ],
    Masking.CARD: _of(
        [
            number if place % 3 == 0 else _grouped(number, " -"[place % 2])
            for place, number in enumerate(_CARDS)
        ]
    ),
    Masking.ACCOUNT: _of(
        [
            number if place % 2 else _grouped(number)
            for place, number in enumerate(_IBANS[:28])
        ]
        + [_IBANS[0].lower(), _grouped(_IBANS[1], "-")]
    ),
    Masking.KEY: [
        *_of(
            _lines("""
            sk-proj-Ab3dEf6hIj9kLmN0pQrStUv
            sk-ant-api03-Zx8Yw7Vu6Ts5Rq4Po3Nm2
            sk-1234567890abcdefghijABCDEFGHIJ
            sk_live_4eC39HqLyjWDarjtT1zdp7dc
            rk_test_51H8abcdEFGHijklMNOP
            ghp_16C7e42F292c6912E7710c838347Ae178B4a
            gho_Ab12Cd34Ef56Gh78Ij90Kl12Mn34Op56
            github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv
            glpat-ab12CD34ef56GH78ij90
            xoxb-123456789012-abcdefGHIJKL
            xoxp-998877665544-zyxwvuts
            AKIAIOSFODNN7EXAMPLQ
            ASIAY34FZKBOKMUTVV7A
            AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q
            hf_AbCdEfGhIjKlMnOpQrStUvWxYz0123456
            npm_0123456789abcdefghijABCDEFGHIJ123456
            pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwMDAw
            SG.abcdefghijklmnopqrst.uvwxyz0123456789ABCD
            ya29.a0AfH6SMBx1234567890abcdef
            eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4
            MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs
            123456789:AAF1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q
            dop_v1_0123456789abcdef0123456789abcdef01234567
            -----BEGIN PRIVATE KEY----- MIIEvQ== -----END PRIVATE KEY-----
        """)
        ),
        "password: ‹hunter2›",
        "The password is ‹Tr0ub4dor&3›.",
        "api_key=‹9f8e7d6c5b4a›",
        'TOKEN = "‹a1b2c3d4e5›"',
        "secret: '‹Xk7-pQ9z›'",
        "Authorization: Bearer ‹abcdef0123456789ABCDEF›",
        "my wifi passphrase is ‹Rain-Cloud-77›",
        "PIN: ‹4711›",
    ],
    Masking.LINK: [
        "git clone https://‹ana:s3cret›@example.org/repo.git",
        "ftp://‹user:pass›@files.example.org/x",
        "postgres://‹app:p4ss›@db.example.org:5432/main",
        "redis://‹:hunter2›@cache.example.org:6379",
        "mongodb+srv://‹admin:adm1n›@cluster.example.net",
        "amqp://‹guest:guest›@queue.example.org",
        "mysql://‹root:toor›@10.0.0.5/db".replace("10.0.0.5", "db.example.org"),
        "see http://‹a:b›@example.org/",
        "smb://‹office:2020›@nas.example.org/share",
        "sftp://‹deploy:Xy9›@host.example.org",
        "https://‹oauth2:t0k3n›@git.example.org/a.git",
        "rtsp://‹cam:1234›@cam.example.org/stream",
        "ldap://‹cn:pw›@dir.example.org",
        "https://‹x-token-auth:abc123›@code.example.org/r",
        "wss://‹me:me2›@ws.example.org",
        "https://example.org/in?token=‹a1b2c3d4›",
        "https://example.org/in?access_token=‹zyx987›&x=1",
        "https://example.org/a?x=1&api_key=‹k3yk3y›",
        "https://example.org/a?apikey=‹998877aa›",
        "https://files.example.org/f?sig=‹AbC%2Fd12›&se=2026",
        "https://s3.example.org/b?X-Amz-Signature=‹fe01fe01fe01›",
        "https://example.org/reset?code=‹839201›",
        "https://example.org/login?password=‹hunter22›",
        "https://example.org/q?key=‹AQx7781›#top",
        "https://example.org/cb?auth=‹0a1b2c3d›",
        "https://example.org/dl?signature=‹9f9f9f9f›",
        "<https://example.org/x?token=‹qwerty12›>",
        "[here](https://example.org/?token=‹abc999›&a=b)",
        "curl 'https://example.org/v1?key=‹k-1234567›'",
        "https://example.org/?passwd=‹letmein1›",
    ],
    Masking.NET_ADDRESS: _of(
        _lines("""
            192.168.1.17
            10.0.0.5
            172.16.254.1
            8.8.4.4
            203.0.113.77
            198.51.100.23
            84.17.45.201
            185.220.101.4
            192.0.2.146
            100.64.3.9
            91.198.174.192
            151.101.1.69
            13.107.42.14
            77.88.8.8
            5.9.243.187
            212.58.244.20
            46.4.84.23
            193.99.144.80
            2001:db8::8a2e:370:7334
            2001:0db8:85a3:0000:0000:8a2e:0370:7334
            fe80::1ff:fe23:4567:890a
            2a00:1450:4001:82a::200e
            2606:4700:4700::1111
            fd12:3456:789a:1::1
            2620:fe::9
            2001:4860:4860::8844
            2a03:2880:f12f:83:face:b00c:0:25de
            64:ff9b::c000:221
            2001:db8:0:1:1:1:1:1
            2400:cb00:2048:1::6814:55
        """),
        forms=(*ROUND[:4], "Host {} answered"),
    ),
    Masking.IDENTITY: _of(
        _lines("""
            123-45-6789
            219-09-9999
            457-55-5462
            078-05-1120
            536-22-8726
            001-01-0001
            899-12-3456
            665-45-1234
            212-34-5678
            321-54-9876
            505-11-2233
            777-88-9999
            AB123456C
            AB 12 34 56 C
            JG 10 37 59 A
            CE102030B
            PP 11 22 33 D
            SX998877A
            WL 45 67 89 B
            HR223344C
            12345678Z
            12345678-Z
            00000000T
            87654321X
            11111111H
            44444444A
            1 85 05 78 006 084 91
            2 69 05 49 588 157 80
            2 84 12 76 451 089 93
            457-11-2042
        """)
    ),
    Masking.STREET: _of(
        _lines("""
            12 Main Street
            221B Baker Street
            742 Evergreen Terrace
            1600 Pennsylvania Avenue
            350 Fifth Avenue, New York, NY 10118
            10 Downing St
            5 West Oak Lane
            48 Leicester Square
            77 Sunset Blvd
            9 Abbey Road
            1000 NE 5th Ave
            31 St. James Place
            14 Rose Court, Apt 5
            2 Elm Close
            66 Harbour Way
            18 King's Road, London
            27 Market Street, Springfield, IL 62704
            4 The Crescent
            Hauptstraße 12
            Friedrichstr. 43a
            Lindenweg 7
            Alexanderplatz 1
            Unter den Linden Allee 5
            Am Ring 3, 80331 München
            Rua Augusta 24
            Rua de São Bento, 158
            Avenida da Liberdade 110
            Calle de Alcalá 45
            Via Roma 8
            Piazza del Duomo 3
            12 rue de la Paix
            55 avenue Montaigne
            P.O. Box 4711
            3 Plum Mews
        """)
    ),
    Masking.NAME: [
        line.replace("_", "‹Ana›", 1)
        for line in _lines("""
            _ is here
            I met _ today
            Tell _, please
            "_" said no
            _'s cat
            to _: hello
            (_)
            _!
            from _.
            with _ and others
            _, Ben and I
            Dear _,
            is _ well?
            thanks, _
            ask _ first
        """)
    ]
    + [
        line.replace("_", "‹quokkamaster›", 1)
        for line in _lines("""
            _ wrote it
            ping _ please
            by _, yesterday
            _: see above
            hey _!
        """)
    ]
    + [
        line.replace("_", "‹Maria João Silva›", 1)
        for line in _lines("""
            _ signed
            the house of _
            _, my aunt
            for _.
            _ and I
        """)
    ]
    + [
        "‹QUOKKAMASTER› shouted",
        "‹QuokkaMaster› whispered",
        "‹maria joão silva› in small letters",
        "‹Ana›, ‹Ana› and again",
        "so ‹Quokkamaster› it is",
    ],
}

NAMES = ("Ana", "quokkamaster", "Maria João Silva")

MUST_STAY: dict[Masking, list[str]] = {
    Masking.EMAIL: _lines("""
        Follow @ana on the square
        npm install lodash@4.17.21
        the decorator @app.route
        me@localhost is enough
        logo@2x.png is too large
        5 apples @ 3.50
        meet @ noon
        user@host without an end
        @types/node@20.1.0
        a @ b
        ana@
        @example.org
        icon@3x.jpg
        systemctl status getty@tty1.service
        let us meet at the dot
        look at example code
        he was at home dot and dash
        price@discount
        x@y
        matrix room @ana:home
        rated 4 @ the shop
        pip install torch@2
        docker run img@sha256
        sprite@2x.webp
        see you at 5 dot
        A@B@C
        the at sign is @
        foo@bar.1
        rm -rf a@b.py
        style@main.css
    """),
    Masking.PHONE: _lines("""
        order 4711-2233-99
        2026-11-22
        22.11.2026
        ISBN 978-3-16-148410-0
        version 1.2.3.4
        1,234,567.89 in all
        1700000000 seconds
        tracking 1Z 999 AA1 0123
        48.8566, 2.3522
        from 2019 to 2026
        12:30:45
        3.14159265358979
        room 0123
        10000000 people
        2024 2025 2026
        0.5 to 0.75
        5 000 000 rows
        100-200 pages
        article 12345678
        part 77-1234-5
        1/2/2026
        rows 100 200 300
        chapter 11.2.3
        7 days, 24 hours, 60 minutes
        1080x1920
        16 384 tokens
        error 0x80070005
        serial 123456789012
        pages 415-555
        2026/11/22 10:15
        a million is 1 000 000
        $1,299.00
    """),
    Masking.CARD: [
        *(f"number {_broken(number)}" for number in _CARDS[:20]),
        *_lines("""
            IMEI 490154203237518
            order 1234567890123
            tracking 9400110200881234567890123
            1234567890123456
            0000 0000 0000 0000
            session 7992739871300000
            3.1415926535897932384
            8901260123456789012
            9780306406157
            20261122101530123
        """),
    ],
    Masking.ACCOUNT: [
        *(
            f"account {number[:-1]}{(int(number[-1]) + 1) % 10}"
            for number in _IBANS[:18]
        ),
        *_lines("""
            DE12 is a road
            VAT DE123456789
            BIC COBADEFFXXX
            flight BA0123 to Porto
            GB29 WEST
            part XX00 1234 5678 9012 3456
            licence AB12 CDE
            ISIN US0378331005
            commit de89370400440532013001
            ES in 2024 we sold 1000 of them today
            form W8BEN E 2017 10 2021
            IT27 was the room we met in that day
            NL18 holds the tickets of tomorrow ok
        """),
    ],
    Masking.KEY: _lines("""
        pip install sk-learn
        the secret: see below
        password: required
        a token is a piece of text
        key: value
        9b74c9897bac770ffc029102a200c5de
        da39a3ee5e6b4b0d3255bfef95601890afd80709
        123e4567-e89b-12d3-a456-426614174000
        she forgot the password again
        password is wrong
        the key is under the mat
        token: string
        api key: none
        secret = os.environ
        password = getpass()
        Basic instructions for everyone here
        bearer of good news
        press any key to continue
        the PIN is secret
        monkey = banana
        keyboard: german
        passwords: never shared
        skeleton-key-of-the-old-house
        a keynote: tomorrow
        hf_ is a prefix
        ghp_ too
        AKIA is a beginning
        sha256: e3b0c44298fc1c149afbf4c8996fb924
        eyJ is how they begin
        token count: twelve
    """),
    Masking.LINK: _lines("""
        https://example.org/@ana
        http://example.org:8080/a
        mailto:someone
        https://example.org/?q=a@b
        https://example.org/a:b
        see https://example.org.
        https://example.org/?token=
        https://example.org/?page=2&sort=name
        ftp://example.org/file
        https://example.org/key/value
        http://localhost:3000
        https://example.org/?monkey=banana7
        file:///home/ana
        https://example.org/#token
        ssh://git@example.org
        https://en.example.org/wiki/Key:value
        git@example.org:team/repo
        https://example.org/?keyboard=german
        https://example.org/search?q=password
        https://example.org/?author=ana12345
        note: a:b@c
        https://example.org/?zipcode=12345
        https://example.org/v1:run
        time 10:30@noon
        https://example.org/?design=modern1
        http://[::1]:8080/
        https://example.org/code
        data:text/plain,hello
        https://example.org/?tokens=5
        https://example.org/a?b=c:d
    """),
    Masking.NET_ADDRESS: _lines("""
        version 1.2.3.4
        v10.0.19.1
        firmware 2.4.1.0
        pip install x==1.2.3.4
        section 3.1.4.1
        300.1.1.1
        1.2.3
        1.2.3.4.5
        127.0.0.1
        0.0.0.0
        255.255.255.0
        std::vector
        a::b
        12:30:45
        de:ad:be:ef:00:01
        22.11.2026
        10.5.1
        abc::def
        release 4.0.0.1
        ::1
        ratio 16:9:4
        build 10.0.1.2
        1:2
        dead::beef
        99.999.9.9
        chapter 1.1.1.1
        std::chrono::seconds
        upgraded to 5.15.0.91
        ip: none
        § 1.2.3.4
    """),
    Masking.IDENTITY: _lines("""
        000-12-3456
        666-12-3456
        900-12-3456
        123-00-4567
        123-45-0000
        123-45-67890
        1234-45-6789
        12-345-6789
        123-456-789
        2026-11-22
        AB123456Z
        BG123456A
        DA123456C
        GB 12 34 56 C
        AB12345C
        12345678A
        12345678B
        00000000A
        1234567Z
        1 85 05 78 006 084 36
        2 69 05 49 588 157 11
        1 85 13 78 006 084 91
        ISBN 0-306-40615-2
        part 12-34-5678
        555-1234
        serial 123-45-678
        range 100-20-30
        A1-22-3333
        AB1234567C
        99999999Z
    """),
    Masking.STREET: _lines("""
        5 main points
        Street food at 12
        Chapter 5 The Long Road
        we drove 20 miles of road
        a 3 Way valve
        Episode 4 The Dark Street
        The 2 of us went the hard Way
        12 roads lead to Rome
        Wall Street fell by 12
        Broadway is long
        I have 3 drives
        Level 2 Hidden Court
        the road to 2030
        10 places to see
        Abbey Road is an album
        Rua is a word for street
        Via email 5 times
        Ring me at 5
        Weg 1
        Platz da
        Straße nach Süden
        in place of 10
        la rue est longue
        Piazza Navona
        Season 3 Elm Street
        Part 2 Sunset Boulevard
        100 ways to say no
        box 12
        Plaza de toros
        Seven Sisters Road
        No. 9 Dream Street
        avenue of 50 trees
    """),
    Masking.NAME: _lines("""
        Anabel is someone else
        Banana
        ANALYSIS
        the ana of it
        Susana sings
        Anastasia
        an answer
        Diana
        analog
        Havana
        quokka
        quokkamasters
        master
        Maria
        João
        Silva
        Maria Silva
        Joana
        Montana
        Maria João
        cabana
        ana_b
        the quokka master
        Guyana
        Tirana
        Lana
        Hana
        Oana
        pre-quokkamasterly
        Mariajoãosilva
    """),
}
