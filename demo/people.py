"""Invented people for Alder College: deterministic, streaming, everybody at example.org on streets that do not exist.

`python demo/people.py` writes garden-members.csv and students.csv anew beside itself; staff.csv is kept by hand.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 1881
TODAY = date(2026, 11, 20)
GIVEN = """
Maya Ines Amara Anh Zoë Seán Łukasz Björn Aoife Chloé Hiroshi Yuki Mei Wei Jun Sofía José María João Léa Noël Ebba
Søren Åsa Jürgen Käthe Renée Dvora Petra Anaïs Fatima Omar Leila Yusuf Aisha Kwame Ngozi Chidi Adaeze Thandiwe Sipho Tariq
Priya Arjun Lakshmi Ravi Anjali Sanjay Min-jun Seo-yeon Ji-woo Thảo Minh Linh Quang Nikolai Olena Taras Zofia Agnieszka
Matej Ilse Marieke Pieter Freya Rowan Ida Hugo Tomás Lucía Mateo Camila Diego Xochitl Itzel Kaimana Leilani Aroha Tama
Ruth Esther Noah Judith Clara Simon Edith Walter Harriet Stanley Beatrice Cedric Dorothy Ellis Florence Gideon Hazel Ivor
""".split()  # noqa: SIM905 - as many names as fit on a page
FAMILY = [
    name.replace("~", " ")
    for name in """
Okafor Duarte Adeyemi Nguyễn Trần Phạm O'Brien O’Connell McDonald MacLeod D'Angelo Müller Groß Schröder Żeleński Kowalska
Dvořák Novák Ångström Sørensen Björnsdóttir Lindqvist Hakkarainen García Núñez Peña Muñoz Ibáñez Gonçalves Conceição Lefèvre
Béranger Ó~Súilleabháin van~der~Berg de~la~Cruz von~Ahlen Al-Rashid Haddad Yılmaz Çelik Ivanenko Petrov Tanaka Sato Yamamoto
Chen Wang Zhao Park Kim Choi Patel Iyer Banerjee Krishnamurthy Mensah Nkosi Dlamini Abebe Tesfaye Kahananui Tamatea Begay
Lovelace Thornbury Penhaligon Ashdown Whitlock Marsh Underhill Featherstone Quill Rushworth St.~Clair Vance Winterbourne Yardley
""".split()  # noqa: SIM905 - as above
]
LEVELS = ["Individual", "Household", "Household Plus", "Student", "Senior", "Patron", "Linden Circle"]
STREETS = [
    "Linden Walk", "Orchard Rise", "Glasshouse Lane", "Old Ferry Road", "Alder Row", "Kiln Street", "Foxglove Court",
    "Mill Race Avenue", "Quarry Steps", "Sundial Close", "Beehive Alley", "Bellfounder Way",
]  # fmt: skip
TOWNS = [
    ("Alderford", "PA", "00501"), ("Lindenau", "PA", "00517"), ("Northquay", "PA", "00523"), ("Millbrook Cross", "OH", "00544"),
    ("Saint Orla", "NY", "00590"),
]  # fmt: skip
ADD_ONS = ["Parking", "Guest pass", "Seed library", "Plant sale preview", "Workshop bench"]
COURSES = ["BIO 110", "CHEM 101", "ENGL 102", "HIST 210", "MATH 101", "MATH 201", "PHYS 150", "WOOD 120"]
ALTRU_HEADER = [
    "Membership ID", "Membership level", "Expiration date", "Status", "Members\\Membership Card\\Name",
    "Members\\Constituent\\Last/Organization/Group/Household name", "Members\\Constituent\\First name",
    "Members\\Constituent\\Address (Primary)\\Address line 1", "Members\\Constituent\\Address (Primary)\\Address line 2",
    "Members\\Constituent\\Address (Primary)\\City", "Members\\Constituent\\Address (Primary)\\State abbreviation",
    "Members\\Constituent\\Address (Primary)\\ZIP", "Members\\Constituent\\Email Addresses\\Email address",
    "Members\\Membership\\Add-ons\\Add-on", "Members\\Membership\\Add-ons\\Quantity",
]  # fmt: skip
CLASSLIST_HEADER = ["Student ID", "First name", "Last name", "Preferred name", "Email", "Course", "Section", "Role"]


def altru_rows(members: int, *, seed: int = SEED, today: date = TODAY) -> Iterator[list[str]]:
    """Rows of an Altru export without its header: one per member, some with more of the same number for add-ons.

    Of 100 members some 8 have no e-mail, 3 share the address of the one before under their own name, 2 are that very
    person again, 9 have lapsed, 12 have add-ons, 3 of them several.
    """
    random, neighbour = Random(seed), ("", "", "")  # noqa: S311 - invented people are no secret
    for index in range(members):
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        email = _email(given, family, index) if random.random() > 0.08 else ""
        chance = random.random()
        if neighbour[2] and chance < 0.02:
            given, family, email = neighbour
        elif neighbour[2] and email and chance < 0.05:
            email = neighbour[2]
        neighbour = given, family, email
        start = _altru_start(random, index, given, family, today)
        add_ons = random.sample(ADD_ONS, random.choice([1, 1, 1, 2])) if random.random() < 0.12 else [""]
        for add_on in add_ons:
            yield [*start, email, add_on, str(random.choice([1, 1, 2, 10])) if add_on else ""]


def classlist_rows(students: int, *, seed: int = SEED) -> Iterator[list[str]]:
    """Rows of a class list without its header: one per student and course, one to three courses each."""
    random = Random(seed)  # noqa: S311 - invented people are no secret
    for index in range(students):
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        preferred = random.choice(GIVEN) if random.random() < 0.08 else ""
        person = [f"{index + 10_021:07}", given, family, preferred, _email(given, family, index + 10_021)]
        for course in random.sample(COURSES, random.choice([1, 1, 2, 3])):
            yield [*person, course, f"0{random.randint(1, 3)}", "student"]


def _altru_start(random: Random, index: int, given: str, family: str, today: date) -> list[str]:
    has_lapsed = random.random() < 0.09
    ends = today + timedelta(days=-random.randint(20, 400) if has_lapsed else random.randint(1, 364))
    level, (city, state, postcode) = random.choice(LEVELS), random.choice(TOWNS)
    card = f"{given} & {random.choice(GIVEN)} {family}" if level.startswith("Household") else ""
    return [
        f"8-{index + 20_260_001:08}", level, f"{ends.month}/{ends.day}/{ends.year}", "Lapsed" if has_lapsed else "Active",
        card, family, given, f"{random.randint(1, 980)} {random.choice(STREETS)}",
        f"Apt {random.randint(1, 40)}" if random.random() < 0.2 else "", city, state, postcode,
    ]  # fmt: skip


def _email(given: str, family: str, index: int) -> str:
    return f"{_ascii(given)}.{_ascii(family)}{index}@example.org"


_ASCII: dict[str, str] = {}
_SPECIAL = str.maketrans(
    {"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i", "’": "", "'": "", " ": "", ".": "", "-": ""}
)


def _ascii(name: str) -> str:
    if name not in _ASCII:
        plain = unicodedata.normalize("NFKD", name.lower().translate(_SPECIAL))
        _ASCII[name] = plain.encode("ascii", "ignore").decode()
    return _ASCII[name]


def write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    here = Path(__file__).parent
    maya = [
        "8-20260000",
        "Student",
        "8/31/2027",
        "Active",
        "",
        "Okafor",
        "Maya",
        "12 Linden Walk",
        "",
        "Alderford",
        "PA",
        "00501",
    ]
    write(here / "garden-members.csv", ALTRU_HEADER, [[*maya, "maya.okafor@example.org", "", ""], *altru_rows(180)])
    known = [
        ["0010001", "Maya", "Okafor", "", "maya.okafor@example.org", course, "02", "student"] for course in COURSES[3:5]
    ]
    write(here / "students.csv", CLASSLIST_HEADER, [*known, *classlist_rows(110)])
