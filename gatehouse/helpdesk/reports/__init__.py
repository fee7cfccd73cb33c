"""Kernel: the help desk's reports, reckoned from single visits; what could tell of fewer than five people is hidden.

What is promised, and what cannot be, stands in docs/decisions/0015-reports-without-names.md.
"""

from gatehouse.helpdesk.reports.building import Report, build
from gatehouse.helpdesk.reports.figures import Figures, Row, Table
from gatehouse.helpdesk.reports.hiding import LEAST
from gatehouse.helpdesk.reports.periods import Period, between_terms
from gatehouse.helpdesk.reports.staffing import Staffing, staffed
from gatehouse.helpdesk.reports.visits import OUTCOMES, Asked, Visit

__all__ = [
    "LEAST",
    "OUTCOMES",
    "Asked",
    "Figures",
    "Period",
    "Report",
    "Row",
    "Staffing",
    "Table",
    "Visit",
    "between_terms",
    "build",
    "staffed",
]
