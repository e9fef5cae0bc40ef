"""The switches of the emulator: how long operations take, and how Azure's unverified answers are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from deployer.emulator.arm.refusals import REFUSALS
from deployer.emulator.evidence import (
    Fact,
    coded,
    documented,
    general,
    recorded,
    reported,
    specified,
    unverified,
)

PACINGS: Mapping[str, Mapping[str, float]] = {
    "instant": dict.fromkeys(
        (
            "account_seconds",
            "subdomain_seconds",
            "deployment_seconds",
            "delete_seconds",
            "group_seconds",
            "lock_linger",
            "template_step_seconds",
            "accepted_seconds",
            "registration_seconds",
        ),
        0.0,
    ),
    "fast": {},
    "real": {
        "account_seconds": 1.0,
        "subdomain_seconds": 31.0,
        "deployment_seconds": 0.6,
        "delete_seconds": 1.0,
        "group_seconds": 75.0,
    },
}
"""What each pacing makes of the times that nobody has stated, in seconds (recorded 2021-11-18 to 2026-04-09)."""


class InvalidSetting(ValueError):
    """A setting that does not exist, or a value that it cannot have."""


@dataclass(frozen=True)
class Settings:
    """All switches with their defaults; on the wire the names are camelCase. Times are in seconds.

    Facts behind a switch are ones that no recording proves; the default is what is reported most.
    """

    account_seconds: float = 0.3
    """How long the creation of an account, or its update by PUT, goes on after the answer. 1 when `pacing` is `real`."""
    subdomain_seconds: float = 0.0
    """How much longer an account takes when it gets a custom subdomain. `real`: 31, unless `accountSeconds` is stated."""
    deployment_seconds: float = 0.05
    """How long a synchronous write of a deployment, or a PATCH of an account, takes. `real`: 0.6."""
    delete_seconds: float = 0.05
    """How long deleting a deployment or an account, or purging, takes. `real`: 1."""
    group_seconds: float = 0.3
    """How long the deletion of a resource group goes on after the answer. `real`: 75."""
    lock_linger: float = 0.02
    """How long an account refuses the next write although the last one looks finished."""
    pacing: str = "fast"
    """`instant`: operations are done at once. `fast`: polls carry `retry-after-ms`. `real`: Azure's times, what it sends, and realtime audio paced. A time that is stated holds under each."""
    poll_milliseconds: int = 50
    """The `retry-after-ms` of pacing `fast`."""
    realtime_audio_speed: float = 2.0
    """How many times as fast as it is played realtime audio is sent with pacing `real`; 0: at once, as with the others."""
    real_capacity: bool = False
    """Whether more requests or tokens than a deployment's capacity allows are answered 429, as on Azure, everywhere."""
    role_propagation_seconds: float = 0.0
    """How long a new role assignment is unknown to the data plane (Azure: up to ten minutes)."""
    deployment_propagation_seconds: float = 0.0
    """How long a new deployment is unknown to the data plane (Azure: up to five minutes)."""
    cannot_delete_account_with_deployments: bool = True
    """Deleting an account that has deployments: 409, as reported in 2026. Before, Azure allowed it."""
    soft_deleted_accounts_count: bool = True
    """Whether soft-deleted accounts count against the number of accounts, as their deployments do against theirs."""
    conflicts_name_the_state: bool = False
    """Whether a conflict with an account on its way is `AccountProvisioningStateInvalid` instead of `RequestConflict`."""
    capacity_and_version_together: bool = False
    """Whether one PUT may change capacity and model version (a report of 2024 says no)."""
    patch_merges_tags: bool = False
    """Whether PATCH adds to the tags of an account or replaces them (not seen recorded)."""
    default_rai_policy: str = "Microsoft.DefaultV2"
    """The policy Azure fills in (recorded 2026-03-20); empty: none is returned (recorded 2025-10-28)."""
    retired_status: int = 410
    """What the data plane answers for a retired model; 0: it goes on answering. The body is unverified."""
    provider_registered: bool = True
    """Whether the subscription is registered for Microsoft.CognitiveServices."""
    template_step_seconds: float = 0.05
    """How long a template's run takes from the end of one resource to the start of those that waited for it."""
    template_runs_per_page: int = 0
    """How many deployments a page of their list holds; 0: all on one page. Azure ends one after about a megabyte."""
    preflight_knows_rai_policies: bool = False
    """Whether preflight counts content filters that the same template writes (reported: it does not)."""
    live_accounts_can_be_restored: bool = False
    """Whether `restore` in a PUT of an account that is not deleted is passed over, or refused."""
    strict_api_versions: bool = False
    """Whether an api-version that Azure has never had is refused, or only warned of: clients send versions of tomorrow."""
    deployments_answer_early: bool = False
    """Whether a new deployment is answered 201 with `Creating` at once, as recorded in 2021, and is finished later."""
    early_deployments_have_operation: bool = True
    """Whether such an early answer says by a header where to poll, as the specification has it."""
    deployment_sku_can_change: bool = True
    """Whether a deployment's `sku.name` may become another; Terraform makes the deployment anew instead."""
    accepted_seconds: float = 0.0
    """How long an account stays Accepted, and refuses writes, after a deployment or content filter was written."""
    account_update_has_operation: bool = False
    """Whether a PUT on an existing account says by a header where to poll (not seen recorded)."""
    key_characters: int = 84
    """How long the keys of a new account are: 84 today, 32 in 2023."""
    regenerating_takes_the_lock: bool = True
    """Whether making a key anew counts as a write of the account, which only one may do at a time."""
    group_deletion_waits: bool = True
    """Whether a group's deletion waits for the locks of its accounts, and fails on one that hangs; else it takes them along."""
    preconditions: bool = True
    """Whether `If-Match` and `If-None-Match` are heeded on accounts and deployments."""
    registration_seconds: float = 0.0
    """How long the provider reads `Registering` before the subscription is registered for it."""
    quota_words_of_2023: bool = False
    """Whether too little quota is told in the words of 2023, which by 2024-10 were others for the same api-version."""
    bad_names_get_a_page: bool = False
    """Whether an account's bad name gets the 404 in HTML that was recorded in 2019."""
    denied_by_policy: tuple[str, ...] = ()
    """Types (`Microsoft.CognitiveServices/accounts`) whose writes, or actions, that a policy denies; `*` is anything."""
    accounts_with_projects: tuple[str, ...] = ()
    """Names of accounts that have projects, and so cannot be deleted."""
    subscription_requests: int = 0
    """How many requests Resource Manager takes in a window before it throttles; 0: as many as come."""
    provider_requests: int = 0
    """How many requests the provider takes in a window before it throttles; 0: as many as come."""
    throttling_seconds: float = 300.0
    """How long a window of throttling is, which begins with its first request."""
    taken_subdomains: tuple[str, ...] = ()
    """Custom subdomains that other tenants hold."""
    gated_models: tuple[str, ...] = ()
    """Models, `name` or `name@version`, to which the subscription has no access."""
    gated_kinds: tuple[str, ...] = ()
    """Kinds of accounts to which the subscription has no access."""
    quota: Mapping[str, float] = field(default_factory=dict)
    """Quota limits by usage name, in every location, instead of the snapshot's."""
    lifecycles: Mapping[str, str] = field(default_factory=dict)
    """Lifecycle status by `model@version`, instead of what snapshot and clock say."""
    refusals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Another `status`, `code` or `message` by the name of a refusal, for what nobody has seen Azure say."""

    def as_json(self) -> dict[str, Any]:
        """All settings under their names on the wire."""
        values = {wire_name(one.name): getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }

    def changed(self, wanted: Mapping[str, Any]) -> Settings:
        """These settings with some of them changed; raises `InvalidSetting`."""
        known = {wire_name(one.name): one.name for one in fields(self)}
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            if name not in known:
                raise InvalidSetting(f"There is no setting '{name}'. Settings: {', '.join(known)}.")
            changes[known[name]] = _accepted(name, value, getattr(self, known[name]))
        return replace(self, **changes)

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Settings:
        """The settings when these are stated, by their names on the wire; raises `InvalidSetting`.

        What is not stated is as the pacing says; what is stated is so under any pacing.
        """
        usual = cls()
        settings = usual.changed(stated)
        paced = dict(PACINGS[settings.pacing])
        if "accountSeconds" in stated:
            # Whoever says how long an account takes means every account.
            paced["subdomain_seconds"] = 0.0
        unstated: dict[str, Any] = {
            name: value for name, value in paced.items() if wire_name(name) not in stated
        }
        return replace(settings, **unstated)

    def at_once(self) -> Settings:
        """These settings, with operations that take no time."""
        none: dict[str, Any] = dict(PACINGS["instant"])
        return replace(self, pacing="instant", **none)

    @property
    def stands(self) -> bool:
        """Whether `standing` may answer anything but None."""
        return self.real_capacity or self.pacing == "real"

    def standing(self, fault: str) -> Mapping[str, object] | None:
        """What these settings make of every call of the data plane, as the fault of that kind would."""
        if fault == "realCapacity" and self.real_capacity:
            return {}
        if fault == "paced" and self.pacing == "real" and self.realtime_audio_speed > 0:
            return {"speed": self.realtime_audio_speed}
        return None

    def poll_headers(self, real: Mapping[str, str] | None = None) -> dict[str, str]:
        """The headers that tell a client when to ask again; `real` are those Azure itself sends."""
        if self.pacing == "real":
            return dict(real or {})
        # Never `Retry-After: 0`: azure-core takes it for "not said" and sleeps 30 s.
        return {"retry-after-ms": str(self.poll_milliseconds if self.pacing == "fast" else 1)}


FACTS: Mapping[str, Fact] = {
    "account_seconds": recorded("1 s without a subdomain, 32 s with one (azure-cli, 2025-10-28); 67 to 100 s in 2022-23"),
    "subdomain_seconds": recorded("32 s for an account with a subdomain, beside 1 s without (azure-cli, 2025-10-28)"),
    "deployment_seconds": recorded("0.6 to 0.7 s of the server's time (azure-cli, 2025-10-28)"),
    "delete_seconds": recorded("0.25 to 1 s, purging 1 s (azure-cli, 2025-10-28; cloud-custodian, 2026-03-20)"),
    "group_seconds": recorded("75 s with one resource inside (azure-powershell, 2021-11-18; azd, 2026-04-09)"),
    "lock_linger": reported("terraform-azurerm-avm-res-cognitiveservices-account#125 and #126: conflicts after a write that looked finished"),
    "pacing": recorded("15 s on polls of groups, nothing on those of accounts (azure-powershell, 2023-06-19; azure-sdk-for-net, 2023-01-10); `instant` and `fast` are this emulator's"),
    "poll_milliseconds": coded("azure-core reads `retry-after-ms`; Azure does not send it here"),
    "realtime_audio_speed": unverified("Azure's realtime reference (2024-12): faster than real time; by how much was not seen", "realtimeAudioSpeed"),
    "real_capacity": documented("each deployment has its tokens and requests a minute; off, because tests share few deployments"),
    "role_propagation_seconds": reported("401 or 403 for five to ten minutes"),
    "deployment_propagation_seconds": documented("the data plane's own 404 says five minutes"),
    "cannot_delete_account_with_deployments": coded("Azure/azure-dev, foundry_provisioning_provider.go (2026); recordings until 2025 show the old way"),
    "soft_deleted_accounts_count": unverified("guides say that quota is held until purged; of accounts' numbers it was not seen", "softDeletedAccountsCount"),
    "conflicts_name_the_state": unverified("both codes are quoted; which calls get the other was not seen", "conflictsNameTheState"),
    "capacity_and_version_together": reported("Azure-Samples/azure-search-openai-demo#1154 (2024-01)"),
    "patch_merges_tags": unverified("recorded with one tag only (azure-cli, 2023-07-25)", "patchMergesTags"),
    "default_rai_policy": recorded("Microsoft.DefaultV2 (cloud-custodian, 2026-03-20); none (azure-cli, 2025-10-28)"),
    "retired_status": coded("Azure/azure-dev, model_service.go: 410"),
    "provider_registered": coded("azure-mgmt-core registers on 409 and polls the provider"),
    "template_step_seconds": recorded("operations of deployments follow one another within a second (azure-cli, 2020-02-11)"),
    "template_runs_per_page": recorded("nextLink with a $skiptoken over long lists (azd, 2026-04-09 and 2026-04-23); the recorder kept no rows, so how many fill a page is not known"),
    "preflight_knows_rai_policies": reported("a policy of the same template is not found by preflight"),
    "live_accounts_can_be_restored": unverified("templates' comments say that it is refused; not seen", "liveAccountsCanBeRestored"),
    "strict_api_versions": specified("stable versions of azure-rest-api-specs; clients are recorded with versions of tomorrow"),
    "deployments_answer_early": recorded("201 with Creating (azure-powershell, 2021-11-18); Succeeded at once (azure-cli, 2025-10-28)"),
    "early_deployments_have_operation": unverified("the specification says azure-async-operation; the recording of 2021 was not looked at for it", "earlyDeploymentsHaveOperation"),
    "deployment_sku_can_change": unverified("terraform-provider-azurerm, cognitive_deployment_resource.go: a new sku name is a new deployment", "deploymentSkuCanChange"),
    "accepted_seconds": reported("bicep-registry-modules, account changelog 0.15.1: children fail while the account reads Accepted; how long differs"),
    "account_update_has_operation": unverified("a PUT on an existing account is in no recording", "accountUpdateHasOperation"),
    "key_characters": general("keys of newer accounts have 84 characters; recorded with 32 (azure-cli, 2023-07-25)"),
    "regenerating_takes_the_lock": unverified("it writes the account, whose etag changes; that it contends was not seen", "regeneratingTakesTheLock"),
    "group_deletion_waits": unverified("deletions conflict like writes (azurerm#22939); how a group's meets a lock was not seen", "groupDeletionWaits"),
    "preconditions": unverified("accounts and deployments have etags; no recording sends a condition", "preconditions"),
    "registration_seconds": coded("azure-mgmt-core polls the provider every 10 s until it reads Registered"),
    "quota_words_of_2023": reported("old: akshata29/entaoai#28 (2023-06); new: microsoft/PubSec-Info-Assistant#880 (2024-10)"),
    "bad_names_get_a_page": recorded("azure-powershell, TestNewAccountWithInvalidName (2019-03-21); today not seen"),
    "denied_by_policy": reported("microsoft/foundry-dev-tools#671 (2026-08-11)"),
    "accounts_with_projects": reported("Azure/terraform-provider-azapi#894; projects themselves are not emulated"),
    "subscription_requests": reported("MicrosoftDocs/azure-docs#105248; the limits are not published by operation"),
    "provider_requests": unverified("quoted of other providers: 50 in five minutes (azqr#34)", "providerRequests"),
    "throttling_seconds": reported("'00:05:00', quoted of other providers (azure-media-migration#237)"),
    "gated_kinds": reported("SpecialFeatureOrQuotaIdRequired is quoted for SKU 'S0' from kind 'OpenAI'"),
    "taken_subdomains": reported("CustomDomainInUse for names of other tenants (see the refusals)"),
    "gated_models": reported("SpecialFeatureOrQuotaIdRequired is quoted for models that need an application"),
    "quota": recorded("limits of ordinary and internal subscriptions differ (azd, 2026-04-23)"),
    "lifecycles": recorded("statuses as listed (azd, 2026-04-23); documentation and API differ by weeks"),
    "refusals": general("Resource Manager's error shape is the same whatever status and code say"),
}  # fmt: skip
"""What each switch rests on: why there is one, or why its default is what it is."""


def wire_name(name: str) -> str:
    """`account_seconds` as `accountSeconds`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def known(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Those of some kept settings that there are: another version of this emulator may have written them."""
    kept = {}
    for name, value in stated.items():
        try:
            Settings().changed({name: value})
        except InvalidSetting:
            continue
        kept[name] = value
    return kept


def _accepted(name: str, value: object, now: object) -> object:
    """The value in the type of the setting's present value, or `InvalidSetting`."""
    if isinstance(now, bool):
        fits = isinstance(value, bool)
    elif isinstance(now, int | float):
        fits = _is_number(value)
        value = type(now)(value) if isinstance(value, int | float) and fits else value
    elif isinstance(now, tuple):
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        value = tuple(value) if isinstance(value, list) and fits else value
    else:
        fits = isinstance(value, Mapping) if isinstance(now, Mapping) else isinstance(value, str)
    if name == "retiredStatus" and fits:
        fits = value == 0 or 400 <= int(str(value)) <= 599
    if name == "quota" and isinstance(value, Mapping):
        fits = all(_is_number(one) for one in value.values())
    if name == "refusals" and fits:
        fits = isinstance(value, Mapping) and all(_is_refusal(*one) for one in value.items())
    if not fits or (name == "pacing" and value not in PACINGS):
        raise InvalidSetting(f"The setting '{name}' cannot be {value!r}; it is now {now!r}.")
    return value


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
    )


def _is_refusal(name: object, stated: object) -> bool:
    """Whether there is a refusal of that name, and what is stated of it can be answered."""
    kinds = {"status": int, "code": str, "message": str}
    return (
        any(name == one.wire_name for one in REFUSALS)
        and isinstance(stated, Mapping)
        and all(key in kinds and isinstance(stated[key], kinds[key]) for key in stated)
        and 200 <= stated.get("status", 400) <= 599
    )
