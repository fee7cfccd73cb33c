"""The page that makes the first owner."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from gatehouse.identity import actions, cookies, queries
from gatehouse.identity.adapter import let_in
from gatehouse.identity.forms import FirstRunForm
from gatehouse.identity.refusals import AlreadyOwned, TooOften, WordWrong
from gatehouse.identity.views.requests import PAGE, is_from_here, too_often


@never_cache
@sensitive_post_parameters("password", "word")
@PAGE
def found(request: HttpRequest) -> HttpResponse:
    if queries.has_owner():
        return redirect("identity:sign_in")
    is_local = is_from_here(request)
    form = FirstRunForm(request.POST or None, is_from_here=is_local)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.found_portal(**form.cleaned_data, is_from_here=is_local)
        except AlreadyOwned:
            return redirect("identity:sign_in")
        except TooOften as refusal:
            return too_often(request, "identity/first_run.html", {"form": form}, refusal)
        except WordWrong as refusal:
            form.add_error("word", str(refusal))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            response = let_in(request, person=person, method="first-run", next_path="/")
            cookies.keep_known(request, response, person)
            return response
    return render(request, "identity/first_run.html", {"form": form})
