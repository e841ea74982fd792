"""The login server, which gives tokens for a secret or a signed assertion, and the channel's key server."""

import asyncio
import base64
import hmac
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.platforms.teams.keyring import Keyring, make_keyring
from tests.platforms.teams.tenant import APP, TENANT
from tests.platforms.teams.trust import Trust

if TYPE_CHECKING:
    from tests.platforms.teams.server import FakeTeams

Json = dict[str, Any]
LOGIN, KEYS = "login.microsoftonline.com", "login.botframework.com"
AUTHORITY = f"https://{LOGIN}/{TENANT}"
AUDIENCE = "https://api.botframework.com"
SCOPE = f"{AUDIENCE}/.default"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALIASES = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]


class Denied(Exception):
    """The login server's answer when it gives no token: OAuth's word for it, and Microsoft's number."""

    def __init__(self, error: str, code: str) -> None:
        super().__init__(code)
        self.error, self.code = error, code


class Login:
    """Tokens for one app in one tenant."""

    def __init__(self, fake: "FakeTeams", trust: Trust, secret: str) -> None:
        self.fake, self.trust, self.secret = fake, trust, secret
        self.lifetime = 3599
        self.federated: set[str] = set()
        """Assertions of another issuer that are taken in place of a secret."""
        self.ring = make_keyring()
        self.issued: list[str] = []
        self.withdrawn: set[str] = set()
        self.denied: list[str] = []
        self.ways: list[str] = []
        """How the app proved itself each time: secret, PS256, RS256 or federated."""
        self._seen: set[str] = set()

    def routes(self) -> web.Application:
        """What answers at login.microsoftonline.com."""
        app = web.Application()
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovered)
        app.router.add_get("/common/discovery/instance", self._instances)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/{anything:.*}", self.fake.nowhere)
        return app

    def withdraw(self) -> None:
        """No token that is out is any good from now on."""
        self.withdrawn.update(self.issued)

    def claims(self, token: str) -> Json | None:
        """What one of our tokens says; None for one that is none of ours, not for this service, or over."""
        if token in self.withdrawn:
            return None
        with suppress(jwt.PyJWTError):
            key = self.ring.current.private.public_key()
            return dict(jwt.decode(token, key, algorithms=["RS256"], audience=AUDIENCE))
        return None

    async def _discovered(self, request: web.Request) -> web.StreamResponse:
        return await self.fake.served("discovery", request, self._discovery)

    async def _discovery(self, request: web.Request) -> web.Response:
        if request.match_info["tenant"] != TENANT:
            return _denial(Denied("invalid_tenant", "AADSTS90002"), 400)
        return web.json_response(
            {
                "issuer": f"{AUTHORITY}/v2.0",
                "authorization_endpoint": f"{AUTHORITY}/oauth2/v2.0/authorize",
                "token_endpoint": f"{AUTHORITY}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{AUTHORITY}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{AUTHORITY}/discovery/v2.0/keys",
            }
        )

    async def _instances(self, request: web.Request) -> web.Response:
        known = {"preferred_network": LOGIN, "preferred_cache": "login.windows.net", "aliases": ALIASES}
        where = f"{AUTHORITY}/v2.0/.well-known/openid-configuration"
        return web.json_response({"tenant_discovery_endpoint": where, "metadata": [known]})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        return await self.fake.served("token", request, self._granted)

    async def _granted(self, request: web.Request) -> web.Response:
        asked = {name: str(value) for name, value in (await request.post()).items()}
        try:
            self._checked(request.match_info["tenant"], asked)
        except Denied as denied:
            self.denied.append(denied.code)
            return _denial(denied, 401 if denied.error == "invalid_client" else 400)
        now = int(time.time())
        claims: Json = {
            "aud": AUDIENCE,
            "iss": f"https://sts.windows.net/{TENANT}/",
            "appid": APP,
            "tid": TENANT,
        }
        claims |= {"iat": now, "nbf": now, "exp": now + self.lifetime, "uti": str(len(self.issued))}
        token = self.ring.sign(claims)
        self.issued.append(token)
        return web.json_response(
            {
                "token_type": "Bearer",
                "expires_in": self.lifetime,
                "ext_expires_in": self.lifetime,
                "access_token": token,
            }
        )

    def _checked(self, tenant: str, asked: dict[str, str]) -> None:
        if tenant != TENANT:
            raise Denied("invalid_request", "AADSTS90002")
        if asked.get("grant_type") != "client_credentials":
            self.fake.object(f"login: grant_type {asked.get('grant_type')!r}")
            raise Denied("unsupported_grant_type", "AADSTS70003")
        if SCOPE not in asked.get("scope", "").split():
            self.fake.object(f"login: scope {asked.get('scope')!r}")
            raise Denied("invalid_scope", "AADSTS70011")
        if asked.get("client_id") != APP:
            raise Denied("unauthorized_client", "AADSTS700016")
        if "client_secret" in asked:
            if not hmac.compare_digest(asked["client_secret"], self.secret):
                raise Denied("invalid_client", "AADSTS7000215")
            self.ways.append("secret")
        elif asked.get("client_assertion_type") == ASSERTION:
            self._proven(asked.get("client_assertion", ""))
        else:
            raise Denied("invalid_client", "AADSTS7000218")

    def _proven(self, assertion: str) -> None:
        if assertion in self.federated:
            self.ways.append("federated")
            return
        certificate = self.trust.app_certificate
        try:
            header = jwt.get_unverified_header(assertion)
            prints = {
                "x5t": _encoded(certificate.fingerprint(hashes.SHA1())),
                "x5t#S256": _encoded(certificate.fingerprint(hashes.SHA256())),
            }
            shown = {name: str(header[name]).rstrip("=") for name in prints if name in header}
            if not shown or any(shown[name] != prints[name] for name in shown):
                raise Denied("invalid_client", "AADSTS700027")
            key = certificate.public_key()
            assert isinstance(key, rsa.RSAPublicKey)
            said = jwt.decode(
                assertion, key, algorithms=["PS256", "RS256"], audience=f"{AUTHORITY}/oauth2/v2.0/token",
                issuer=APP, options={"require": ["exp", "iss", "sub", "jti"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            raise Denied("invalid_client", "AADSTS700027") from None
        if said["sub"] != APP or said["jti"] in self._seen:
            raise Denied("invalid_client", "AADSTS700027")
        self._seen.add(said["jti"])
        self.ways.append(str(header["alg"]))


class KeyServer:
    """Where a bot finds the keys that activities are signed with."""

    def __init__(self, fake: "FakeTeams") -> None:
        self.fake = fake
        self.ring: Keyring = make_keyring()
        self.slow = 0.0
        """Seconds before each answer."""
        self.fetched = 0

    def routes(self) -> web.Application:
        """What answers at login.botframework.com."""
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._configured)
        app.router.add_get("/v1/.well-known/keys", self._listed)
        app.router.add_route("*", "/{anything:.*}", self.fake.nowhere)
        return app

    async def _configured(self, request: web.Request) -> web.StreamResponse:
        return await self.fake.served("openid", request, self._configuration)

    async def _listed(self, request: web.Request) -> web.StreamResponse:
        return await self.fake.served("keys", request, self._keys)

    async def _configuration(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow)
        return web.json_response(
            {
                "issuer": AUDIENCE,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"https://{KEYS}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow)
        self.fetched += 1
        return web.json_response({"keys": [key.public() for key in self.ring.listed]})


def _encoded(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _denial(denied: Denied, status: int) -> web.Response:
    said = {
        "error": denied.error,
        "error_description": f"{denied.code}: made up for tests",
        "error_codes": [],
    }
    return web.json_response(said, status=status)
