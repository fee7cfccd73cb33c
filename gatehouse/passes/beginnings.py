"""Designs to begin with, so that a first card is published in minutes: in the words of whoever begins."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.passes.blueprint import NUMBER, SIGNED, Barcode, Blueprint, Colours, Field
from gatehouse.passes.models import Design

Subject = Design.Subject


@dataclass(frozen=True)
class Beginning:
    label: str | Promise
    hint: str | Promise
    subject: Subject
    blueprint: Callable[[str], Blueprint]
    """Of the organisation's name."""


def _membership(host: str) -> Blueprint:
    fields = (
        Field("level", "header", _("Level"), "{membership.level}", change=_("Your level is now %@")),
        Field("member", "primary", _("Member"), "{person.name}"),
        Field("number", "secondary", _("Number"), NUMBER),
        Field("until", "secondary", _("Valid until"), "{membership.expires_on}", "date", change=_("Valid until %@")),
        Field("names", "auxiliary", _("Also on this card"), "{membership.card_names}"),
        Field("since", "auxiliary", _("Since"), "{person.since}"),
        Field("extras", "back", _("Add-ons"), "{membership.add_ons}"),
        Field("lost", "back", _("Lost your phone?"), _("Tell us: we stop this card and make you a new one.")),
    )
    return Blueprint("storeCard", host, _("Membership card"), host, fields=fields)


def _gift(host: str) -> Blueprint:
    fields = (
        Field("balance", "primary", _("Balance"), "{own.balance}", "currency", "EUR", _("Your balance is now %@")),
        Field("for", "secondary", _("For"), "{own.name}"),
        Field("code", "auxiliary", _("Code"), "{pass.code}"),
        Field("terms", "back", _("Terms"), _("Any part of it can be spent. We can't pay it out.")),
    )
    code = Barcode("qr", "{pass.code}", "{pass.code}")
    colours = Colours("#7a1f3d", "#ffffff", "#f2d3dd")
    return Blueprint("storeCard", host, _("Gift card"), host, colours, fields, code, expires=False)


def _ticket(host: str) -> Blueprint:
    fields = (
        Field("seat", "header", _("Seat"), "{own.seat}"),
        Field("event", "primary", _("Event"), _("Name of the event")),
        Field("when", "secondary", _("When"), "{own.when}", change=_("It now begins %@")),
        Field("where", "secondary", _("Where"), _("Name of the place"), change=_("It is now at %@")),
        Field("guest", "auxiliary", _("Guest"), "{own.name}"),
    )
    colours = Colours("#1f3a5f", "#ffffff", "#c9dcf2")
    return Blueprint("eventTicket", host, _("Ticket"), host, colours, fields, Barcode("qr", SIGNED, "{pass.code}"))


def _appointment(host: str) -> Blueprint:
    fields = (
        Field("place", "header", _("Where"), "{own.place}", change=_("It is now at %@")),
        Field("course", "primary", _("Course"), "{own.course}"),
        Field("starts", "secondary", _("When"), "{own.starts}", "moment", change=_("It now begins %@")),
        Field("tutor", "auxiliary", _("With"), "{own.tutor}", change=_("It is now with %@")),
        Field("name", "auxiliary", _("For"), "{own.name}"),
        Field(
            "move", "back", _("Can't you come?"), _("Move or cancel it on its page; somebody else can have the time.")
        ),
    )
    colours = Colours("#1c4a40", "#ffffff", "#c4d8cf")
    return Blueprint("eventTicket", host, _("Appointment"), host, colours, fields, Barcode("qr", SIGNED, "{pass.code}"))


def _coupon(host: str) -> Blueprint:
    fields = (
        Field("offer", "primary", _("In the shop"), _("A tenth off")),
        Field("member", "secondary", _("For"), "{person.name}"),
        Field("until", "auxiliary", _("Valid until"), "{membership.expires_on}", "date"),
        Field("terms", "back", _("Terms"), _("Once for each member, not together with other offers.")),
    )
    colours = Colours("#f0b03a", "#1a2321", "#4a3400")
    return Blueprint("coupon", host, _("Coupon"), host, colours, fields, Barcode("qr", SIGNED, NUMBER))


BEGINNINGS = {
    "membership": Beginning(
        gettext_lazy("Membership card"),
        gettext_lazy("Name, number, level and the day until which it is valid"),
        Subject.MEMBERSHIP,
        _membership,
    ),
    "gift": Beginning(
        gettext_lazy("Gift card"), gettext_lazy("A balance, for whoever holds it"), Subject.NOBODY, _gift
    ),
    "ticket": Beginning(
        gettext_lazy("Event ticket"), gettext_lazy("Event, place, time and seat"), Subject.NOBODY, _ticket
    ),
    "appointment": Beginning(
        gettext_lazy("Appointment"),
        gettext_lazy("A time booked at the help desk; it is chosen there, under How it works"),
        Subject.NOBODY,
        _appointment,
    ),
    "coupon": Beginning(gettext_lazy("Coupon"), gettext_lazy("An offer for members"), Subject.MEMBERSHIP, _coupon),
}
