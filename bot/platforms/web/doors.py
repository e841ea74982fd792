"""Keep the page on this machine: who may knock, what a request must look like, what a reply carries."""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

LARGEST_BODY = 256 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def refusal(status: int, say: str) -> web.Response:
    """No, and one plain sentence that says why."""
    return web.json_response({"say": say}, status=status)


def guard(port: int) -> Middleware:
    """Turn away everybody but a browser on this machine that came to this very page."""
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    @web.middleware
    async def at_the_door(request: web.Request, handler: Handler) -> web.StreamResponse:
        response: web.StreamResponse | None = turned_away(request, hosts)
        if response is None:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = plainly(error)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return at_the_door


def turned_away(request: web.Request, hosts: frozenset[str]) -> web.Response | None:
    """Why this request may not come in; None when it may.

    The Host header is checked against DNS rebinding, the Origin against other pages (other ports of
    this machine count as the same site for cookies), the peer and the forwarding headers against
    being put on a network by mistake.
    """
    if not loopback(request.remote) or forwarded(request):
        return refusal(403, "This page answers only on the machine it runs on.")
    host = request.headers.getall(hdrs.HOST, [])
    if len(host) != 1 or host[0].lower() not in hosts:
        return refusal(421, "This page answers only to its own address.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        return refusal(403, "Another page may not use this one.")
    if request.method in ("GET", "HEAD"):
        return None
    if request.headers.getall(hdrs.ORIGIN, []) != [f"http://{host[0].lower()}"]:
        return refusal(403, "Another page may not act for you here.")
    if request.content_type != "application/json":
        return refusal(415, "Usher reads only what its own page sends.")
    return None


def loopback(peer: str | None) -> bool:
    """Whether the other end of the line is this machine."""
    try:
        return peer is not None and ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def forwarded(request: web.Request) -> bool:
    """Whether a proxy stands in between."""
    return any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "Via"))


def plainly(error: web.HTTPException) -> web.Response:
    """A refusal in a sentence, whoever raised it; redirects lead where they led."""
    if isinstance(error, web.HTTPRedirection):
        return web.Response(status=error.status, headers={hdrs.LOCATION: error.headers["Location"]})
    say = "There is nothing at this address." if error.status == 404 else error.text or error.reason
    return refusal(error.status, say)


async def body(request: web.Request) -> object:
    """The JSON that was sent, if it is small enough to be something a person did."""
    raw = bytearray()
    async for chunk in request.content.iter_chunked(16 * 1024):
        raw += chunk
        if len(raw) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, text="That is too much to send in one go.")
    try:
        return json.loads(raw)
    except ValueError:
        raise web.HTTPBadRequest(text="Usher could not read what was sent.") from None


def shelf() -> dict[str, tuple[bytes, str]]:
    """Every file the page is made of, with its type; nothing else is ever served."""
    files = Path(__file__).with_name("static").iterdir()
    return {file.name: (file.read_bytes(), TYPES[file.suffix]) for file in files if file.suffix in TYPES}
