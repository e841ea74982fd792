"""A certificate authority made for one test run, a server's certificate, and the app's own certificate."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Files of one test run, gone with its folder."""

    authority: Path
    """What the product must trust: SSL_CERT_FILE and REQUESTS_CA_BUNDLE."""
    server: Path
    """Key and certificate of all Microsoft hosts."""
    app: Path
    """Key and certificate that the app proves itself with: TEAMS_CERT_PATH."""
    app_certificate: x509.Certificate

    def context(self) -> ssl.SSLContext:
        """TLS as the fake's servers speak it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context


def make_trust(folder: Path, hosts: tuple[str, ...]) -> Trust:
    """All of it, fresh."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Test authority", ca_key, None, ca_key, ())
    server = _certificate(hosts[0], server_key, ca, ca_key, hosts)
    app_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    app = _certificate("Usher", app_key, None, app_key, ())
    return Trust(
        authority=_written(folder / "authority.pem", ca),
        server=_written(folder / "server.pem", server, server_key),
        app=_written(folder / "app.pem", app, app_key),
        app_certificate=app,
    )


def _certificate(
    name: str, key: Key, issuer: x509.Certificate | None, by: Key, hosts: tuple[str, ...]
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=4000))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if hosts:
        named = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = made.add_extension(named, critical=False)
    else:
        used = x509.KeyUsage(True, False, False, False, False, True, True, False, False)  # noqa: FBT003
        made = made.add_extension(used, critical=True)
    return made.sign(by, hashes.SHA256())


def _written(path: Path, certificate: x509.Certificate, key: Key | None = None) -> Path:
    pem = certificate.public_bytes(Encoding.PEM)
    if key is not None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem
    path.write_bytes(pem)
    path.chmod(0o600)
    return path
