"""Where Pulumi keeps what it knows: read only by the engine of that name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PulumiSettings:
    """The state backend, what encrypts the secrets in it, and the stack; None: as Pulumi's own settings say.

    `backend` is what PULUMI_BACKEND_URL would say (file://, azblob://, s3://, https:// ...), `secrets_provider` what
    `pulumi stack init --secrets-provider` takes (passphrase, azurekeyvault://...). Neither may hold a secret.
    """

    backend: str | None = None
    secrets_provider: str | None = None
    stack: str | None = None
