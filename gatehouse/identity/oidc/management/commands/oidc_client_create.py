"""`gatehouse oidc-client create`: a service that signs people in here, added from the command line."""

from typing import Any, Final

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import WRONG_USAGE, Answer, PortalCommand
from gatehouse.identity.oidc import actions, scopes
from gatehouse.identity.oidc.kinds import STARTS
from gatehouse.identity.oidc.models import Client
from gatehouse.people.models import Role

PROOFS: Final = [proof.value for proof in Client.Proof if proof != Client.Proof.KEY]


class Command(PortalCommand):
    group = "Services"
    help = "Add a service that signs people in by this portal, or speaks for itself; its secret is said once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--kind", choices=list(STARTS), help="else web; page with --public; service without addresses"
        )
        parser.add_argument("--redirect-uri", action="append", default=[], metavar="URL", help="may be said again")
        parser.add_argument("--post-logout-uri", action="append", default=[], metavar="URL", help="likewise")
        parser.add_argument("--backchannel-logout-uri", default="", metavar="URL")
        parser.add_argument("--home-url", default="", metavar="URL", help="where its page is, for the home page")
        parser.add_argument("--public", action="store_true", help="it can keep no secret")
        parser.add_argument("--trusted", action="store_true", help="one of our own: nobody is asked for consent")
        parser.add_argument("--needs-par", action="store_true", help="it pushes its requests first (RFC 9126)")
        parser.add_argument("--needs-dpop", action="store_true", help="its tokens are bound to a key (RFC 9449)")
        parser.add_argument("--scope", action="append", default=[], metavar="WORDS", help=f"of {' '.join(scopes.ALL)}")
        parser.add_argument(
            "--auth-method", choices=PROOFS, help="how it proves who it is; client_secret_basic unless said"
        )
        parser.add_argument(
            "--role", action="append", default=[], metavar="SLUG", help="who may sign in; else everybody"
        )
        parser.add_argument("--client-id", default="", help="else made of its name")

    def act(self, **options: Any) -> Answer:
        kind = options["kind"] or _kind(options)
        fields: dict[str, Any] = {
            "name": options["name"],
            "redirect_uris": options["redirect_uri"],
            "post_logout_uris": options["post_logout_uri"],
            "backchannel_logout_uri": options["backchannel_logout_uri"],
            "home_url": options["home_url"],
            "is_trusted": options["trusted"],
            "needs_par": options["needs_par"],
            "needs_dpop": options["needs_dpop"],
            "roles": _roles(options["role"]),
        }
        if options["scope"]:
            fields["scopes"] = _scopes(options["scope"])
        if options["public"] or options["auth_method"]:
            fields["proof"] = Client.Proof.NONE if options["public"] else options["auth_method"]
        added = actions.add_client(kind=kind, actor=None, client_id=options["client_id"], **fields)
        return {"client_id": added.client.client_id, "client_secret": added.secret}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"client_id: {answer['client_id']}")
        if answer["client_secret"]:
            self.stdout.write(f"client_secret: {answer['client_secret']}")
            self.stdout.write("Keep the secret now: nobody can look it up later.")


def _kind(options: dict[str, Any]) -> str:
    if options["public"]:
        return "page"
    return "web" if options["redirect_uri"] else "service"


def _scopes(said: list[str]) -> list[str]:
    wanted = {word for words in said for word in words.split()}
    for unknown in sorted(wanted - set(scopes.ALL)):
        raise CommandError(f"There is no scope “{unknown}”. Known are: {' '.join(scopes.ALL)}.", returncode=WRONG_USAGE)
    return scopes.line(wanted).split()


def _roles(slugs: list[str]) -> list[Role]:
    roles = list(Role.objects.filter(slug__in=slugs, archived_at=None))
    for unknown in sorted(set(slugs) - {role.slug for role in roles}):
        raise CommandError(f"There is no role “{unknown}”.", returncode=WRONG_USAGE)
    return roles
