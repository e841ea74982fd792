"""How this deployment gets out to Microsoft, and in: whom it believes there, and what it shows."""

from aiohttp import ClientSession

from bot.platforms.teams.clients import BUNDLE, open_session
from bot.platforms.teams.login import Certificate, Credential, Federated, Secret
from bot.settings import Misset, TeamsSettings


def way_out() -> ClientSession:
    """The way out. Misset where the authorities it is to believe cannot be read."""
    try:
        return open_session()
    except OSError:
        raise Misset(
            f"Teams: {BUNDLE} names no certificates that can be read: correct it, or unset it"
        ) from None


def credential(settings: TeamsSettings) -> Credential:
    """The one way in that is set."""
    if settings.certificate is not None:
        return Certificate(path=settings.certificate)
    if settings.federated is not None:
        return Federated(path=settings.federated)
    return Secret(value=settings.secret)
