"""Platform staff: into a company for a stated reason, for an hour, and out again."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from calltracking.views.access import View, render_page
from crm.middleware import VISIT_KEY, without_company_transaction
from crm.models import Company, StaffVisit, User
from crm.models.visits import LASTS, visit_under_way
from crm.tenancy import use_company

logger = logging.getLogger(__name__)

SHOWN = 50


class VisitForm(forms.Form):
    company = forms.ModelChoiceField(
        Company.objects.all(),
        error_messages={"required": "Choose a company.", "invalid_choice": "There is no such company."},
    )
    reason = forms.CharField(
        max_length=300, min_length=10, error_messages={"required": "Say why: the company's owners read it."}
    )


def staff_page(view: View) -> View:
    """Let in people who run the platform; to everybody else there is nothing here."""

    @wraps(view)
    def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if not request.user.is_platform_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return protected


# No company is in use: the list is of companies, and a visit begins in one that is not the person's.
@without_company_transaction
@require_GET
@staff_page
def staff(request: HttpRequest) -> HttpResponse:
    """List the companies, by name, each to be visited for a reason."""
    return _page(request, form=VisitForm())


@without_company_transaction
@require_POST
@staff_page
def begin_visit(request: HttpRequest) -> HttpResponse:
    """Look into a company from here on; the visit is on record before anything is shown."""
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    _end(request)
    person: Any = request.user
    company = form.cleaned_data["company"]
    with use_company(company):
        visit = StaffVisit.objects.begin(staff=person, reason=form.cleaned_data["reason"])
    request.session[VISIT_KEY] = {"company": company.pk, "visit": visit.pk}
    logger.info("platform staff %s looks into company %s: visit %s", person.pk, company.pk, visit.pk)
    return redirect("home")


@without_company_transaction
@require_POST
@staff_page
def end_visit(request: HttpRequest) -> HttpResponse:
    """Leave the company that is being visited."""
    _end(request)
    return redirect("staff")


def _end(request: HttpRequest) -> None:
    under_way = request.session.pop(VISIT_KEY, None)
    person: Any = request.user
    visit = under_way and visit_under_way(company_id=under_way["company"], pk=under_way["visit"], staff=person)
    if visit:
        with use_company(visit.company):
            visit.end()
        logger.info("platform staff %s left company %s: visit %s", person.pk, visit.company_id, visit.pk)


def _page(request: HttpRequest, *, form: VisitForm) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()
    found = Company.objects.filter(name__icontains=asked) if asked else Company.objects.all()
    companies = list(found.order_by("name", "pk")[: SHOWN + 1])
    context = {
        "title": "Companies of this platform",
        "companies": companies[:SHOWN],
        "has_more": len(companies) > SHOWN,
        "q": asked,
        "form": form,
        "minutes": int(LASTS.total_seconds() // 60),
    }
    return render_page(request, "calltracking/staff.html", context, status=400 if form.errors else 200)
