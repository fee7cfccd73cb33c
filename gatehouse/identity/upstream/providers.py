"""The upstreams that the settings name: one by its issuer, or Microsoft Entra with a list of tenants, each on its own."""

from dataclasses import dataclass

from django.conf import settings

from gatehouse.identity.upstream.credentials import Credential


@dataclass(frozen=True)
class Upstream:
    """`slug` stands in addresses; `tenant` is Entra's, "" elsewhere."""

    slug: str
    name: str
    issuer: str
    tenant: str
    credential: Credential

    @property
    def signs_out(self) -> bool:
        """Whether signing out here goes on there."""
        return not {"yes", self.slug}.isdisjoint(settings.UPSTREAM_SIGN_OUT)


def all_of_them() -> list[Upstream]:
    """In the order of the settings; none where no client is named."""
    if not settings.UPSTREAM_CLIENT_ID:
        return []
    if not settings.UPSTREAM_TENANTS:
        return [Upstream("openid", settings.UPSTREAM_NAME, settings.UPSTREAM_ISSUER, "", _credential())]
    return [_of_entra(tenant) for tenant in settings.UPSTREAM_TENANTS]


def by_slug(slug: str) -> Upstream | None:
    return next((upstream for upstream in all_of_them() if upstream.slug == slug), None)


def by_issuer(issuer: str) -> Upstream | None:
    return next((upstream for upstream in all_of_them() if upstream.issuer == issuer), None)


def straight_to() -> Upstream | None:
    """Where protected pages lead at once, if the settings say so: the first one."""
    return next(iter(all_of_them()), None) if settings.UPSTREAM_FIRST else None


def redirect_uri() -> str:
    return f"{settings.BASE_URL}{settings.UPSTREAM_PATH}"


def roster_values(upstream: Upstream, *, uid: str) -> list[str]:
    """How a roster may name this person (source GATEHOUSE_UPSTREAM_SOURCE): by uid; with one tenant by the oid alone."""
    is_only = len(settings.UPSTREAM_TENANTS) == 1
    return [uid, uid.partition(":")[2]] if upstream.tenant and is_only else [uid]


def _of_entra(tenant: str) -> Upstream:
    """Never `common` or `organizations`: their tokens come from whatever tenant somebody made."""
    name = settings.UPSTREAM_NAME
    place = list(settings.UPSTREAM_TENANTS).index(tenant) + 1
    called = name if len(settings.UPSTREAM_TENANTS) == 1 else f"{name} {place}"
    return Upstream(tenant, called, f"{settings.UPSTREAM_ISSUER}/{tenant}/v2.0", tenant, _credential())


def _credential() -> Credential:
    return Credential(settings.UPSTREAM_CLIENT_ID, settings.UPSTREAM_SECRET, settings.UPSTREAM_CERTIFICATE)
