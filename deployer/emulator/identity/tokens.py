"""Tokens: RS256, signed with a key of the emulator's own, and checked again."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployer.emulator.state.records import TENANT_ID, USER, JsonObject, Principal
from deployer.emulator.state.store import new_guid

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LIFETIME = 3600
"""How long a token lives, in seconds."""

ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
DATA_AUDIENCES = ("https://cognitiveservices.azure.com", "https://ai.azure.com")

_REMEMBERED = 1000


class InvalidToken(Exception):
    """A token that does not hold; `problem` is `malformed`, `signature`, `expired` or `audience`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Caller:
    """Whom a token speaks for."""

    client_id: str
    object_id: str
    audience: str
    expires_at: float
    user_name: str = ""
    """The name of a person; empty for an application."""

    @property
    def author(self) -> tuple[str, str]:
        """Who has written something, and of which type: a person by name, an application by its object id."""
        if self.user_name:
            return self.user_name, "User"
        return self.object_id, "Application"


class TokenAuthority:
    """Issues and checks tokens with an RSA key of its own, made once per state directory."""

    def __init__(self, key_file: Path, wall: Callable[[], float]) -> None:
        self._key_file = key_file
        self._wall = wall
        self._checked: dict[str, Caller] = {}

    def issue(self, principal: Principal, audience: str, issuer: str, client: str = "") -> str:
        """A token for a principal; `audience` is kept to the letter, double slashes and all.

        `client` is the application that a person has signed in to.
        """
        now = int(self._wall())
        claims: JsonObject = {
            "aud": audience,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            **_kind_of_caller(principal, client),
            "oid": principal.object_id,
            "sub": principal.object_id,
            "tid": TENANT_ID,
            "uti": new_guid(),
            "ver": "1.0",
        }
        return self.sign(claims)

    def sign(self, claims: JsonObject) -> str:
        """A token that makes these claims."""
        header = {"typ": "JWT", "alg": "RS256", "kid": self._key_id}
        signed = f"{_encode_json(header)}.{_encode_json(claims)}"
        return f"{signed}.{_encode(self._sign(signed.encode()))}"

    def claims(self, token: str) -> JsonObject:
        """What a token claims, its signature checked and nothing else; raises `InvalidToken`."""
        try:
            signed, signature = token.rsplit(".", 1)
            claims: Any = json.loads(_decode(signed.split(".")[1]))
            raw = _decode(signature)
        except (ValueError, IndexError):
            raise InvalidToken("malformed") from None
        if not isinstance(claims, dict):
            raise InvalidToken("malformed")
        self._verify(raw, signed)
        return claims

    def check(self, token: str, audiences: tuple[str, ...]) -> Caller:
        """Whom a token speaks for, after signature, expiry and audience; raises `InvalidToken`."""
        caller = self._checked.get(token)
        if caller is None:
            caller = self._read(token)
            self._checked[token] = caller
            if len(self._checked) > _REMEMBERED:
                del self._checked[next(iter(self._checked))]
        if caller.expires_at <= self._wall():
            raise InvalidToken("expired")
        if caller.audience.rstrip("/") not in audiences:
            raise InvalidToken("audience")
        return caller

    def keys(self) -> JsonObject:
        """The public key as a JSON Web Key Set."""
        numbers = self._key.public_key().public_numbers()
        modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        exponent = numbers.e.to_bytes(3, "big")
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self._key_id}
        return {"keys": [{**key, "n": _encode(modulus), "e": _encode(exponent)}]}

    def _read(self, token: str) -> Caller:
        claims = self.claims(token)
        try:
            named = claims["upn"] if claims["idtyp"] == "user" else ""
            client, person, audience = claims["appid"], claims["oid"], claims["aud"]
            return Caller(client, person, audience, float(claims["exp"]), named)
        except (ValueError, KeyError, TypeError):
            raise InvalidToken("malformed") from None

    def _verify(self, signature: bytes, signed: str) -> None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            self._key.public_key().verify(signature, signed.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise InvalidToken("signature") from None

    def _sign(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        return self._key.sign(data, PKCS1v15(), SHA256())

    @cached_property
    def _key_id(self) -> str:
        from hashlib import sha256

        modulus = self._key.public_key().public_numbers().n
        return sha256(str(modulus).encode()).hexdigest()[:32]

    @cached_property
    def _key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        from deployer.emulator.serving.certificates import write_private

        if self._key_file.exists():
            kept = load_pem_private_key(self._key_file.read_bytes(), None)
            if isinstance(kept, rsa.RSAPrivateKey):
                return kept
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(self._key_file, pem)
        return key


def _kind_of_caller(principal: Principal, client: str) -> JsonObject:
    """The claims that tell a person, who used some application, from an application by itself."""
    if principal.kind != USER:
        return {"appid": principal.client_id, "appidacr": "1", "idtyp": "app"}
    return {
        "appid": client,
        "appidacr": "0",
        "idtyp": "user",
        "name": principal.name,
        "unique_name": principal.user_name,
        "upn": principal.user_name,
        "scp": "user_impersonation",
    }


def same_secret(one: str, other: str) -> bool:
    """Compare secrets without telling by the time taken how much of them agrees."""
    return hmac.compare_digest(one.encode(), other.encode())


def audience_of(scope: str) -> str | None:
    """The audience in the first scope of a request that ends in `/.default`, inner double slashes kept."""
    for one in scope.split():
        if one.endswith("/.default"):
            return one.removesuffix("/.default")
    return None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _encode_json(value: JsonObject) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
