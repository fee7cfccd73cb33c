"""Somebody who subtracts: from all numbers that reports tell, which counts of visits can be reckoned?

A number is a sum of unknowns, one for each combination of all attributes; the attacker knows which combinations there
can be, not which are empty. A count follows from what is told when it is a linear combination of it.
"""

from itertools import product

PRIME = (1 << 61) - 1


class Attacker:
    def __init__(self, attributes):
        self.attributes = attributes
        self.cells = list(product(*attributes.values()))
        self.rows = []
        """In echelon form, modulo a prime: (place of the leading one, row)."""

    def hear(self, is_in):
        """The count of all visits whose attributes pass is told."""
        row = self._reduced(self._row(is_in))
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is not None:
            inverse = pow(row[lead], -1, PRIME)
            self.rows.append((lead, [value * inverse % PRIME for value in row]))

    def knows(self, is_in):
        return not any(self._reduced(self._row(is_in)))

    def _row(self, is_in):
        names = list(self.attributes)
        return [int(is_in(dict(zip(names, cell, strict=True)))) for cell in self.cells]

    def _reduced(self, row):
        for lead, known in self.rows:
            if factor := row[lead]:
                row = [(value - factor * other) % PRIME for value, other in zip(row, known, strict=True)]
        return row

    def rectangles(self):
        """Every group that fixes some attributes and leaves the others free."""
        for fixed in product(*([None, *values] for values in self.attributes.values())):
            yield dict(zip(self.attributes, fixed, strict=True))


def passes(cell, fixed):
    return all(value is None or cell[name] == value for name, value in fixed.items())
