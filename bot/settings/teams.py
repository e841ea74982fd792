"""How Teams is reached, as set from outside, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

APP, TENANT = "TEAMS_APP_ID", "TEAMS_TENANT_ID"
SECRET, CERTIFICATE, FEDERATED = "TEAMS_APP_SECRET", "TEAMS_CERT_PATH", "USHER_TEAMS_FEDERATED_TOKEN_FILE"
WAYS = (CERTIFICATE, SECRET, FEDERATED)
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, kw_only=True)
class TeamsSettings:
    """Who we are at Microsoft, and one of the three ways to prove it."""

    app_id: str
    tenant: str
    certificate: Path | None = None
    secret: str = field(default="", repr=False)
    federated: Path | None = None


def teams_settings(environ: Mapping[str, str]) -> TeamsSettings | None:
    """None where no Teams is set."""
    given = _given(environ)
    if APP not in given:
        return None
    return TeamsSettings(
        app_id=given[APP].lower(),
        tenant=given[TENANT].lower(),
        certificate=_file(given, CERTIFICATE),
        secret=given.get(SECRET, ""),
        federated=_file(given, FEDERATED),
    )


def teams_faults(environ: Mapping[str, str]) -> list[str]:
    """What cannot be used, a line each."""
    given = _given(environ)
    if not given:
        return []
    faults = [
        f"{name} must be an id of 32 digits and four dashes: copy it again from your bot in Azure"
        for name in (APP, TENANT)
        if name in given and not GUID.fullmatch(given[name])
    ]
    missing = [name for name in (APP, TENANT) if name not in given]
    if missing:
        set_ = next(iter(given))
        faults.append(f"{set_} is set and {' and '.join(missing)} is not: set it too, or unset {set_}")
    ways = [name for name in WAYS if name in given]
    if not ways:
        faults.append(f"{APP} is set without a way to log in: set {CERTIFICATE} (the right way) or {SECRET}")
    elif len(ways) > 1:
        faults.append(f"{' and '.join(ways)} are set: keep one of them")
    faults += [
        f"{name} is no file that can be read: give the path of the file, readable by the user who runs Usher"
        for name in (CERTIFICATE, FEDERATED)
        if name in given and not _readable(Path(given[name]))
    ]
    return faults


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    found = {name: environ.get(name, "").strip() for name in (APP, TENANT, *WAYS)}
    return {name: value for name, value in found.items() if value}


def _file(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]).absolute() if name in given else None


def _readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
