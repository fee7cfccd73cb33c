"""How typed words find people: every word must be somewhere in the names, the address or a membership's number.

Costs one pass over the people and one over the numbers for each word: some 20 ms for 20,000 people. For a million see
benchmarks/results/people.json; there an address typed in full, or a whole number, is found by its index at once.
"""

from functools import reduce
from operator import or_

from django.db.models import Q

from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Membership
from gatehouse.people.tidying import one_line

NAMES = ("given_name", "family_name", "preferred_name")


def words_of(text: str) -> list[str]:
    """At most eight words; more find nothing that eight do not."""
    return one_line(text)[:200].split()[:8]


def holds(word: str) -> Q:
    """People who match this word."""
    if is_email(word):
        return Q(email=normal_email(word))
    named = reduce(or_, (Q(**{f"{name}__icontains": spelt}) for name in NAMES for spelt in _spellings(word)))
    if not any(letter.isdigit() for letter in word):
        return named | Q(email__contains=normal_email(word))
    numbered = Membership.objects.filter(number__icontains=word)
    return named | Q(email__contains=normal_email(word)) | Q(pk__in=numbered.values("person"))


def _spellings(word: str) -> set[str]:
    """SQLite ignores case in ASCII only: of other words, the usual ways to write them are tried."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
