"""Every key that a configuration knows: the one table behind the checker, the defaults and the JSON Schema."""

from __future__ import annotations

from deployer.config.specs import Either, Flag, Key, Labels, Listing, Span, Table, Text, Whole
from deployer.core.checks import SENTENCE
from deployer.core.state import ENGINE_TAG, OWNER_TAG

GUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
CLOUDS = ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud", "emulator")
ENGINES = ("sdk", "pulumi", "arm")

_NAME = Text(
    "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}",
    "1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit",
)
_ACCOUNT_NAME = Text(
    "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}",
    "2 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit",
)
_GROUP_NAME = Text(
    "[a-zA-Z0-9_.()-]{0,89}[a-zA-Z0-9_()-]",
    "1 to 90 letters, digits, underscores, dashes, brackets or dots, the last not a dot",
)
_SUB_DOMAIN = Text(
    "[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]",
    "2 to 63 letters, digits or dashes, neither first nor last a dash",
)
_LOCATION = Text("[a-zA-Z0-9][a-zA-Z0-9 ]*", "the name of an Azure region, such as eastus2")
_LABELS = Labels((OWNER_TAG, ENGINE_TAG))

_MODEL = Either(
    (
        Text("[^@\\s]+@[^@\\s]+", "a model and its version, such as gpt-realtime@2025-08-28"),
        Table(
            "model",
            {
                "format": Key(Text(choices=("OpenAI",)), "Who made it.", default="OpenAI"),
                "name": Key(
                    Text("[^@\\s]+", "the name of a model"), "Azure's name.", required=True
                ),
                "version": Key(Text(loose=True), "Its release, always pinned.", required=True),
            },
        ),
    )
)
_SKU = Either(
    (
        Text("[a-zA-Z0-9]+", "the name of a SKU, such as GlobalStandard"),
        Table(
            "sku",
            {
                "name": Key(Text("[a-zA-Z0-9]+", "the name of a SKU"), "Its name.", required=True),
                "capacity": Key(Whole(), "Units; a unit is worth what the model says."),
            },
        ),
    )
)
_SUCCESSOR = Table(
    "successor",
    {
        "model": Key(_MODEL, "The model that takes over.", required=True),
        "capacity": Key(Whole(), "Its capacity, when it differs: units differ between models."),
    },
)
_SUCCESSORS = Either(
    (
        Text("[^@\\s]+@[^@\\s]+", "a model and its version, such as gpt-realtime@2025-08-28"),
        Listing(Either((*_MODEL.options[:1], _SUCCESSOR)), minimum=1),
        _SUCCESSOR,
    )
)

DEPLOYMENT_DEFAULTS = {
    "sku": Key(_SKU, "What is bought: a name, or name and capacity.", default="GlobalStandard"),
    "versionUpgradeOption": Key(
        Text(
            choices=(
                "NoAutoUpgrade",
                "OnceCurrentVersionExpired",
                "OnceNewDefaultVersionAvailable",
            )
        ),
        "Whether Azure may change the version by itself.",
        default="NoAutoUpgrade",
    ),
    "raiPolicyName": Key(Text(), "The content filter policy; left out, Azure chooses."),
}
ACCOUNT_DEFAULTS = {
    "kind": Key(Text(choices=("AIServices", "OpenAI")), "Azure's kind.", default="AIServices"),
    "sku": Key(Text("[a-zA-Z0-9]+", "the name of a SKU"), "The account's SKU.", default="S0"),
    "auth": Key(
        Text(choices=("entra", "keys")),
        "entra: tokens only (disableLocalAuth: true); keys: keys too.",
        default="entra",
    ),
    "customSubDomainName": Key(
        _SUB_DOMAIN, "The account's own host name, unique in all of Azure; tokens need one."
    ),
    "publicNetworkAccess": Key(
        Text(choices=("Enabled", "Disabled")),
        "Whether it can be reached from the internet.",
        default="Enabled",
    ),
    "softDelete": Key(
        Text(choices=("recover", "purge", "fail")),
        "What to do when the name lies in Azure's 48 hours of soft deletion.",
        default="recover",
    ),
}
_DEPLOYMENT = Table(
    "deployment",
    {
        "name": Key(_NAME, "What callers name it.", required=True),
        "model": Key(_MODEL, "name@version, or format, name and version.", required=True),
        "successor": Key(_SUCCESSORS, "What takes over when the model retires, best first."),
        "capacity": Key(Whole(), "Units of the SKU.", default=1),
        **DEPLOYMENT_DEFAULTS,
        "tags": Key(_LABELS, "Tags of its own, beside the configuration's."),
    },
)
_ROLE = Table(
    "role",
    {
        "principal": Key(
            Text(GUID, "the object id of a principal", choices=("self",)),
            "Who: self is whoever runs this; else an object id.",
            required=True,
        ),
        "principalType": Key(
            Text(choices=("User", "Group", "ServicePrincipal")),
            "What the principal is; stating it spares a lookup that can lag.",
        ),
        "can": Key(
            Text(choices=("use", "manage", "read")),
            "use: call models; manage: also write deployments; read: look.",
            required=True,
        ),
    },
)
_LIKE = Table(
    "deployments",
    {
        "like": Key(_ACCOUNT_NAME, "The account whose deployments to have too.", required=True),
        "except": Key(Listing(_NAME), "Names of deployments to leave out."),
    },
)
_ACCOUNT = Table(
    "account",
    {
        "name": Key(_ACCOUNT_NAME, "Its name in the resource group.", required=True),
        "location": Key(_LOCATION, "The Azure region.", required=True),
        **ACCOUNT_DEFAULTS,
        "roles": Key(Listing(_ROLE), "Who can do what on it."),
        "deployments": Key(
            Either((Listing(_DEPLOYMENT), _LIKE)), "Its models, or those of another account."
        ),
        "tags": Key(_LABELS, "Tags of its own, beside the configuration's."),
    },
)
_SMOKE = Table(
    "smoke",
    {
        "timeout": Key(Span(), "How long one check may take.", default="60s"),
        "waitForRoles": Key(
            Span(), "How long a new role or deployment may stay unknown.", default="10m"
        ),
        "audio": Key(
            Table(
                "audio",
                {
                    "say": Key(Text(), "The sentence to be spoken.", default=SENTENCE),
                    "voices": Key(Listing(Text(), minimum=1), "In which voices: [alloy]."),
                    "firstAudioWithin": Key(Span(), "How soon it must be heard."),
                },
            ),
            "Checks of audio completions.",
        ),
        "realtime": Key(
            Table(
                "realtime",
                {
                    "protocol": Key(
                        Text(choices=("auto", "preview", "ga")),
                        "Which generation to speak; auto follows the model.",
                        default="auto",
                    ),
                    "firstAudioWithin": Key(Span(), "How soon it must be heard."),
                },
            ),
            "Checks of realtime.",
        ),
    },
)
_LIFECYCLE = Table(
    "lifecycle",
    {
        "onRetired": Key(
            Text(choices=("fail", "warn", "useSuccessor")),
            "What to do about a model that has retired.",
            default="fail",
        ),
        "warnWithin": Key(Span(), "How long before its retirement to warn.", default="90d"),
    },
)

_PULUMI = Table(
    "pulumi",
    {
        "backend": Key(
            Text(
                "(?:file|azblob|s3|gs|postgres|https)://.*",
                "an address such as azblob://state?storage_account=NAME",
            ),
            "Where states are kept: file://, azblob://, s3://, gs:// or https:// (Pulumi Cloud).",
        ),
        "secretsProvider": Key(
            Text(
                "[a-z0-9]+://.+",
                "an address such as azurekeyvault://NAME/keys/KEY",
                ("passphrase", "default"),
            ),
            "What encrypts the secrets in a state: passphrase, azurekeyvault://... or default.",
        ),
        "stack": Key(
            Text(
                "(?:[a-zA-Z0-9_][a-zA-Z0-9_.-]*/)?[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,99}",
                "a name of letters, digits, dots, dashes and underscores, after an organization/ if there is one",
            ),
            "The stack; left out, it has the configuration's name.",
        ),
    },
)

ROOT = Table(
    "configuration",
    {
        "name": Key(_NAME, "Of the configuration, and our mark on what it manages.", required=True),
        "extends": Key(Text(), "Another file, from which this one differs."),
        "cloud": Key(
            Text(
                "emulator@[0-9]{4}-[0-9]{2}-[0-9]{2}",
                "emulator@ and a date such as 2026-04-23",
                CLOUDS,
            ),
            "Which Azure; emulator@DATE is the one built in, as of a day.",
            default="AzureCloud",
        ),
        "subscription": Key(
            Text(GUID, "the id of a subscription: 32 hexadecimal digits in five groups"),
            "The subscription's id; the emulator has one of its own.",
        ),
        "engine": Key(Text(choices=ENGINES), "Who carries out the plan.", default="sdk"),
        "resourceGroup": Key(
            Table(
                "resource group",
                {
                    "name": Key(_GROUP_NAME, "Its name.", required=True),
                    "location": Key(_LOCATION, "Where it is kept.", required=True),
                    "manage": Key(
                        Flag(), "Create it, and remove it when empty and ours.", default=True
                    ),
                },
            ),
            "Where everything goes.",
            required=True,
        ),
        "tags": Key(_LABELS, "Tags of everything that is managed."),
        "defaults": Key(
            Table(
                "defaults",
                {
                    "account": Key(
                        Table("account defaults", ACCOUNT_DEFAULTS), "For every account."
                    ),
                    "deployment": Key(
                        Table("deployment defaults", DEPLOYMENT_DEFAULTS), "For every deployment."
                    ),
                },
            ),
            "What accounts and deployments have unless they say otherwise.",
        ),
        "lifecycle": Key(_LIFECYCLE, "How to treat models that retire."),
        "accounts": Key(Listing(_ACCOUNT, minimum=1), "Azure OpenAI resources.", required=True),
        "smoke": Key(_SMOKE, "How to listen to what was deployed."),
        "pulumi": Key(_PULUMI, "Where the engine pulumi keeps its state; no other engine has one."),
    },
)
