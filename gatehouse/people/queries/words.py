"""How typed words find people: every word must be somewhere in the names, the address or a membership's number.

Costs a pass over the people for each word, and one over the numbers for a word with a digit: some 20 to 40 ms for 20,000
people, about a second for a million (benchmarks/people.py). The first page of a frequent word comes
at once, for the list walks the index of names; an address typed in full is found by its own.
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
