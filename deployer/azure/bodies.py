"""What is sent when something is written: our values as the SDK's objects."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from deployer.core.resources import Account, Deployment

if TYPE_CHECKING:
    from azure.mgmt.cognitiveservices import models

_PROPERTIES = frozenset({"customSubDomainName", "disableLocalAuth", "publicNetworkAccess"})


def new_account(wanted: Account) -> models.Account:
    """The body of a PUT that creates an account."""
    from azure.mgmt.cognitiveservices import models

    return models.Account(
        location=wanted.location,
        kind=wanted.kind,
        sku=models.Sku(name=wanted.sku) if wanted.sku else None,
        tags=dict(wanted.tags),
        properties=models.AccountProperties(
            custom_sub_domain_name=wanted.custom_sub_domain_name,
            disable_local_auth=wanted.disable_local_auth,
            public_network_access=wanted.public_network_access,
        ),
    )


def changed_account(before: Account, wanted: Account, unlike: Collection[str]) -> models.Account:
    """The body of a PATCH with just what differs: a PUT would wipe whatever it does not mention.

    Tags are sent whole, those of others too, because nobody has recorded whether PATCH merges or replaces them.
    """
    from azure.mgmt.cognitiveservices import models

    properties = models.AccountProperties(
        custom_sub_domain_name=wanted.custom_sub_domain_name
        if "customSubDomainName" in unlike
        else None,
        disable_local_auth=wanted.disable_local_auth if "disableLocalAuth" in unlike else None,
        public_network_access=wanted.public_network_access
        if "publicNetworkAccess" in unlike
        else None,
    )
    return models.Account(
        kind=wanted.kind if "kind" in unlike else None,
        sku=models.Sku(name=wanted.sku) if "sku" in unlike and wanted.sku else None,
        tags={**before.tags, **wanted.tags} if any(p.startswith("tags.") for p in unlike) else None,
        properties=properties if _PROPERTIES.intersection(unlike) else None,
    )


def account_over(present: models.Account, wanted: Account) -> models.Account:
    """The body of a PUT over an existing account: what stands there, and over it what is stated.

    A template knows no PATCH, so all that the account has besides must be in it.
    """
    from azure.mgmt.cognitiveservices import models

    properties = present.properties or models.AccountProperties()
    for name in ("custom_sub_domain_name", "disable_local_auth", "public_network_access"):
        stated = getattr(wanted, name)
        if stated is not None:
            setattr(properties, name, stated)
    return models.Account(
        location=present.location,
        kind=wanted.kind or present.kind,
        sku=models.Sku(name=wanted.sku) if wanted.sku else present.sku,
        identity=present.identity,
        tags={**(present.tags or {}), **wanted.tags},
        properties=properties,
    )


def restored_account(wanted: Account) -> models.Account:
    """The body of the PUT that recovers a soft-deleted account (recorded 2025-10: location and flag suffice)."""
    from azure.mgmt.cognitiveservices import models

    return models.Account(
        location=wanted.location, properties=models.AccountProperties(restore=True)
    )


def new_deployment(wanted: Deployment) -> models.Deployment:
    """The body of a PUT that creates a deployment."""
    from azure.mgmt.cognitiveservices import models

    return changed_deployment(models.Deployment(), wanted)


def changed_deployment(present: models.Deployment, wanted: Deployment) -> models.Deployment:
    """The body of a PUT over an existing deployment: what stands there, and over it what is stated.

    Read-only fields are left out by the SDK; `currentCapacity` is not marked as one, but follows `sku.capacity`.
    """
    from azure.mgmt.cognitiveservices import models

    sku = present.sku or models.Sku(name=wanted.sku.name)
    sku.name = wanted.sku.name
    sku.capacity = sku.capacity if wanted.sku.capacity is None else wanted.sku.capacity
    model = models.DeploymentModel(
        format=wanted.model.format, name=wanted.model.name, version=wanted.model.version
    )
    properties = present.properties or models.DeploymentProperties()
    properties.model = model
    properties.current_capacity = None
    if wanted.version_upgrade_option is not None:
        properties.version_upgrade_option = wanted.version_upgrade_option
    if wanted.rai_policy_name is not None:
        properties.rai_policy_name = wanted.rai_policy_name
    return models.Deployment(
        sku=sku, properties=properties, tags={**(present.tags or {}), **wanted.tags}
    )
