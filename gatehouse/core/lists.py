"""What every list page shares: its page, and chips that narrow it; both live in the address, so that it can be shared."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

PER_PAGE = 50
Row = TypeVar("Row", bound=Model)


def page_of(request: HttpRequest, rows: QuerySet[Row], total: int | None = None) -> Page[Row]:
    """The page the address asks for, or the nearest there is; `total` where it is known saves counting again."""
    paginator = Paginator(rows, PER_PAGE)
    if total is not None:
        paginator.count = total  # a cached property: written, it is not reckoned
    return paginator.get_page(request.GET.get("page"))


def chips(request: HttpRequest, name: str, labels: dict[str, Any], counts: dict[str, int]) -> list[Any]:
    """(address, label, count, is the present one) for each value of a filter; changing it returns to the first page."""
    present = request.GET.get(name, "")
    present = present if present in labels else ""
    return [(_with(request, name, value), label, counts[value], value == present) for value, label in labels.items()]


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


def typed(request: HttpRequest, name: str = "q") -> str:
    """What somebody typed to search for: no more than 200 characters, and no NUL, which PostgreSQL's texts can't hold."""
    return request.GET.get(name, "").replace("\0", "").strip()[:200]
