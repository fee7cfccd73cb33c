"""Cards are issued: to somebody found by name, or to nobody yet, in numbers or from a file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of, typed
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.forms.desk import FileForm, NumbersForm
from gatehouse.passes.models import Batch, Design, Pass
from gatehouse.passes.refusals import Refused
from gatehouse.passes.views.shared import actor_of
from gatehouse.people import queries as people
from gatehouse.people.models import Membership, Person


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a card of this design can be given: by a membership, or as a person. `card` is the live one."""

    person: Person
    membership: Membership | None
    card: Pass | None


@require_http_methods(["GET", "HEAD"])
@requires(policies.SEND)
def issue(request: HttpRequest) -> HttpResponse:
    return issue_page(request)


@require_POST
@requires(policies.SEND)
def issue_one(request: HttpRequest) -> HttpResponse:
    """One card, for a membership or a person; who has one is shown it."""
    design = _design(request)
    holder = _holder(request, design)
    try:
        card = actions.issue_pass(design=design, actor=actor_of(request), **holder)
    except Refused as refusal:
        return issue_page(request, refusal=str(refusal))
    done(request, _("%(name)s has this card. Send it, or hand it over here.") % {"name": card.holder_name})
    return redirect("passes:card_page", card.serial)


@require_POST
@requires(policies.SEND)
def issue_numbers(request: HttpRequest) -> HttpResponse:
    form = NumbersForm(request.POST, design=_design(request))
    if form.is_valid():
        try:
            batch = actions.make_numbers(
                design=_design(request), number=form.cleaned_data["number"], own=form.own(), actor=actor_of(request)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("passes:batch", batch.pk)
    return issue_page(request, numbers=form)


@require_POST
@requires(policies.SEND)
def issue_file(request: HttpRequest) -> HttpResponse:
    """The file is read and shown; nothing is made yet."""
    design, form = _design(request), FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with _on_disk(form.cleaned_data["file"]) as (path, name):
                batch = actions.read_batch(design=design, path=path, filename=name, actor=actor_of(request))
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("passes:batch", batch.pk)
    return issue_page(request, file=form)


def issue_page(
    request: HttpRequest, *, refusal: str = "", numbers: NumbersForm | None = None, file: FileForm | None = None
) -> HttpResponse:
    designs = list(queries.designs_in_use())
    design = _chosen(request, designs)
    found, text = _candidates(request, design)
    context: dict[str, Any] = {"design": design, "found": found, "typed": text, "refusal": refusal}
    if request.headers.get("HX-Request"):
        return render(request, "passes/issue/_found.html", context)
    if design and design.subject == Design.Subject.NOBODY:
        context |= {"numbers": numbers or NumbersForm(design=design), "file": file or FileForm()}
    batches = Batch.objects.select_related("design", "asker").defer("lines").order_by("-pk")
    context |= {"designs": designs, "page": page_of(request, batches.filter(asked_at__isnull=False))}
    has_errors = refusal or (numbers and numbers.errors) or (file and file.errors)
    return render(request, "passes/issue/issue.html", context, status=422 if has_errors else 200)


def _chosen(request: HttpRequest, designs: list[Design]) -> Design | None:
    """The design that the address or the form names, else the first."""
    named = request.POST.get("design") or request.GET.get("design", "")
    return next((one for one in designs if str(one.pk) == named), designs[0] if designs else None)


def _design(request: HttpRequest) -> Design:
    named = request.POST.get("design", "")
    is_number = named.isascii() and named.isdecimal() and len(named) < 19
    return get_object_or_404(queries.designs_in_use(), pk=int(named) if is_number else None)


def _holder(request: HttpRequest, design: Design) -> dict[str, Any]:
    if design.subject == Design.Subject.MEMBERSHIP:
        return {"membership": get_object_or_404(Membership, pk=_as_id(request.POST.get("membership", "")))}
    return {"person": get_object_or_404(Person, pk=_as_id(request.POST.get("person", "")), left_at=None)}


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _candidates(request: HttpRequest, design: Design | None) -> tuple[list[Candidate], str]:
    """Whom the words find, or the one person whose page led here."""
    text = typed(request, "find")
    if design is None or design.subject == Design.Subject.NOBODY:
        return [], text
    if person_id := _as_id(request.GET.get("person", "")):
        shown = list(Person.objects.filter(pk=person_id, left_at=None).prefetch_related("memberships"))
    else:
        shown = people.found(text)
    live = Pass.objects.filter(design=design, voided_at=None)
    if design.subject == Design.Subject.PERSON:
        cards = {card.person_id: card for card in live.filter(person__in=shown)}
        return [Candidate(person, None, cards.get(person.pk)) for person in shown], text
    theirs = [membership for person in shown for membership in person.memberships.all() if _fits(design, membership)]
    by_membership = {card.membership_id: card for card in live.filter(membership__in=theirs)}
    by_id = {person.pk: person for person in shown}
    return [Candidate(by_id[one.person_id], one, by_membership.get(one.pk)) for one in theirs], text


def _fits(design: Design, membership: Membership) -> bool:
    """Whether the design is for memberships of this source and level."""
    is_source = not design.source or membership.source == design.source
    return is_source and (not design.levels or membership.level in design.levels)


@contextmanager
def _on_disk(file: Any) -> Iterator[tuple[Path, str]]:
    """Where the upload lies while it is looked at; a large one lies on disk already."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path()), str(file.name)
        return
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name), str(file.name)
