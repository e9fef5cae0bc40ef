"""A certificate authority of the emulator's own, and the loopback certificate it signed. Made once, kept, renewed."""

from __future__ import annotations

import os
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

LIFETIME_DAYS = 365
RENEWED_BEFORE = 30 * 86400.0
"""Seconds before the end at which the pair is made anew."""


@dataclass(frozen=True)
class Certificates:
    """Files of a state directory: `ca` is what clients trust, `server` the leaf with its key."""

    ca: Path
    server: Path

    def server_context(self) -> ssl.SSLContext:
        """TLS for the listening side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context

    def client_context(self) -> ssl.SSLContext:
        """TLS for someone who trusts this authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca))


def certificates(state: Path, now: float | None = None) -> Certificates:
    """The pair of a state directory, made or renewed when needed; `now` is wall time in seconds."""
    pair = Certificates(state / "ca.pem", state / "server.pem")
    moment = time.time() if now is None else now
    if not pair.server.exists() or not pair.ca.exists() or _ends(pair.ca) - moment < RENEWED_BEFORE:
        _make(pair, moment)
    return pair


def write_private(path: Path, data: bytes) -> None:
    """Put a file in place at once and whole, readable by its owner only where the system knows modes."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    fresh.replace(path)


def _ends(ca: Path) -> float:
    # Both certificates end together. `ssl` reads the date, sparing the import of cryptography.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=ca)
    except ssl.SSLError:
        return 0.0
    ends = (certificate.get("notAfter") for certificate in context.get_ca_certs())
    return max((ssl.cert_time_to_seconds(end) for end in ends if isinstance(end, str)), default=0.0)


def _make(pair: Certificates, moment: float) -> None:
    """Make authority and leaf. The authority's key is used once and thrown away: nobody can sign with it again."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID

    begins = datetime.fromtimestamp(moment, UTC) - timedelta(days=1)
    ends = begins + timedelta(days=LIFETIME_DAYS)
    authority_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _name(f"deployer emulator {x509.random_serial_number():x}"[:40])

    def certificate(name: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(authority_name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
                critical=False,
            )
        )

    authority = (
        certificate(authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, SHA256())
    )
    names = [
        x509.DNSName("localhost"),
        *(x509.IPAddress(ip_address(one)) for one in ("127.0.0.1", "::1")),
    ]
    leaf = (
        certificate(_name("localhost"), leaf_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, SHA256())
    )
    private = leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(pair.server, leaf.public_bytes(Encoding.PEM) + private)
    write_private(pair.ca, authority.public_bytes(Encoding.PEM))


def _name(common_name: str) -> x509.Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
