"""How a roster comes in: read into the staging table, compared, applied in one transaction, undone.

The steps only; `people.actions` has the verbs that check, journal and announce.
"""
