"""What a database means to do for a question: whether it walks an index, or reads a whole table."""

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet


def plan_of(rows: QuerySet[Any]) -> str:
    """As it would be with a million rows: a test's few make PostgreSQL read the table, so that is forbidden here."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_bitmapscan = off")
        return rows.explain()


def walks(rows: QuerySet[Any]) -> bool:
    """Whether every table is entered by a condition on one of its indexes."""
    plan = plan_of(rows)
    if connection.vendor == "postgresql":
        scans = plan.count("Seq Scan on") + plan.count("Index Scan") + plan.count("Index Only Scan")
        return "Seq Scan on" not in plan and plan.count("Index Cond:") == scans
    return "SCAN" not in plan
