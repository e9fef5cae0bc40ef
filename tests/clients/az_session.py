"""A session of Azure's own command line against an emulator: every command, and the code that each failure prints.

`python tests/clients/az_session.py FOLDER` starts an emulator there, signs az in, and tells each command as it goes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployer.emulator import Emulator, environment, sign_in_az

AZ = os.environ.get("DEPLOYER_AZ") or shutil.which("az")
"""The program; named by DEPLOYER_AZ when it is not on the path, as in an environment of its own."""
NOT_INSTALLED = (
    "az is not installed: install azure-cli in an environment of its own and put az on PATH,"
    " or name it by DEPLOYER_AZ"
)

MODEL = ("--model-name", "gpt-audio", "--model-version", "2025-08-28", "--model-format", "OpenAI")
SKU = ("--sku-name", "GlobalStandard", "--sku-capacity")
RETIRED = ("--model-name", "gpt-4o-audio-preview", "--model-version", "2024-12-17", *MODEL[4:])
UNKNOWN = ("--model-name", "gpt-9", "--model-version", "2030-01-01", *MODEL[4:])


@dataclass
class Az:
    """az, signed in to an emulator. Seconds that each command took are in `took`."""

    emulator: Emulator
    program: str
    took: dict[str, float] = field(default_factory=dict)
    last: float = 0
    """Seconds that the last command took."""

    def __post_init__(self) -> None:
        quiet = {"AZURE_CORE_COLLECT_TELEMETRY": "false", "AZURE_CORE_ONLY_SHOW_ERRORS": "true"}
        self.sign_in()
        self.variables = {**os.environ, **environment(self.emulator.ca.parent), **quiet}

    def sign_in(self) -> None:
        """As `deployer emulator az-login` does."""
        sign_in_az(self.emulator.ca.parent, self.program)

    def run(self, command: str, *more: str) -> subprocess.CompletedProcess[str]:
        words = [*command.split(), *more]
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - the az that was asked for
            [self.program, *words, "--output", "json"],
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self.took[" ".join(words)] = self.last = time.perf_counter() - began
        return done

    def __call__(self, command: str, *more: str) -> Any:
        """What a command that succeeds prints, read as JSON; AssertionError with its errors when it fails."""
        done = self.run(command, *more)
        assert done.returncode == 0, f"az {command} {' '.join(more)}: {done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def fails(self, code: str, command: str, *more: str) -> None:
        """A command that must fail, and print Azure's own code."""
        done = self.run(command, *more)
        assert done.returncode != 0, f"az {command} should have failed with {code}"
        assert code in done.stderr, f"az {command} should have printed {code}: {done.stderr}"


def accounts(az: Az) -> None:
    """Groups, accounts, keys, what is on offer, and the accounts' own failures."""
    here = ("-g", "rg", "-n", "voice")
    create = "cognitiveservices account create --kind OpenAI --sku S0 -l eastus2 --yes -g rg"
    assert az("group create -n rg -l eastus2")["properties"]["provisioningState"] == "Succeeded"
    assert [one["name"] for one in az("group list")] == ["rg"]
    assert az("group exists -n rg") is True
    made = az(create, "-n", "voice", "--custom-domain", "voice")
    assert made["properties"]["provisioningState"] == "Succeeded"
    assert az("cognitiveservices account show", *here)["kind"] == "OpenAI"
    assert len(az("cognitiveservices account list -g rg")) == 1
    assert az("cognitiveservices account update", *here, "--tags", "a=b")["tags"] == {"a": "b"}
    keys = az("cognitiveservices account keys list", *here)
    fresh = az("cognitiveservices account keys regenerate --key-name key1", *here)
    assert fresh["key1"] != keys["key1"]
    assert fresh["key2"] == keys["key2"]
    assert "gpt-audio" in {
        one["name"] for one in az("cognitiveservices account list-models", *here)
    }
    assert az("cognitiveservices account list-usage", *here)
    assert az("cognitiveservices usage list -l eastus2")
    az.fails("CustomDomainInUse", create, "-n", "voice2", "--custom-domain", "voice")


def resources(az: Az) -> None:
    """Generic commands, whose paths have double slashes: resources, tags by themselves, locks on an account."""
    kind = ("--resource-type", "Microsoft.CognitiveServices/accounts")
    here = ("-g", "rg", "-n", "voice", *kind)
    shown = az("resource show", *here)
    assert shown["properties"]["endpoint"]
    assert az("resource tag", *here, "--tags", "x=y")["tags"] == {"x": "y"}
    for filtered in (("-g", "rg"), kind, ("--tag", "x=y")):
        assert [one["name"] for one in az("resource list", *filtered)] == ["voice"]
    assert az("resource list --tag x=z") == []
    merged = az("tag update --operation Merge --tags a=b --resource-id", shown["id"])
    assert merged["properties"]["tags"] == {"x": "y", "a": "b"}
    assert az("tag list --resource-id", shown["id"])["properties"] == merged["properties"]
    on_account = ("--resource", "voice", "-g", "rg", *kind)
    az("lock create -n keep --lock-type CanNotDelete", *on_account)
    assert [one["name"] for one in az("lock list", *on_account)] == ["keep"]
    az.fails("ScopeLocked", "cognitiveservices account delete -g rg -n voice")
    az("lock delete -n keep", *on_account)
    assert "Microsoft.CognitiveServices" in {one["namespace"] for one in az("provider list")}
    az.fails("InvalidResourceNamespace", "provider show -n Microsoft.Storage")


def waiting(az: Az) -> None:
    """Writes to an account that is there, told of no operation: az looks at the account until it is ready."""
    az.emulator.ask("PATCH", "settings", {"pacing": "fast"})
    create = (
        "cognitiveservices account create --kind OpenAI --sku S0 -l eastus2 --yes -g rg -n voice"
    )
    for command in (
        f"{create} --custom-domain voice",
        "resource update -g rg -n voice --resource-type Microsoft.CognitiveServices/accounts --set tags.x=z",
    ):
        assert az(command)["properties"]["provisioningState"] == "Succeeded"
        assert az.last < 5, f"az {command} took {az.last:.1f} s"
    az.emulator.ask("PATCH", "settings", {"pacing": "instant"})


def tomorrow(az: Az) -> None:
    """The clock is moved: az's token is over, and signing in again helps."""
    az.emulator.ask("POST", "clock", {"hours": 2})
    az.fails("ExpiredAuthenticationToken", "group list")
    az.sign_in()
    assert [one["name"] for one in az("group list")] == ["rg"]


def deployments(az: Az) -> None:
    """Deployments, and what Azure says to those that cannot be."""
    here = ("-g", "rg", "-n", "voice", "--deployment-name")
    create = "cognitiveservices account deployment create"
    made = az(create, *here, "audio", *MODEL, *SKU, "10")
    assert made["properties"]["provisioningState"] == "Succeeded"
    show = az("cognitiveservices account deployment show", *here, "audio")
    assert show["sku"]["capacity"] == 10
    assert len(az("cognitiveservices account deployment list -g rg -n voice")) == 1
    az.fails("InsufficientQuota", create, *here, "more", *MODEL, *SKU, "29991")
    az.fails("ServiceModelDeprecated", create, *here, "old", *RETIRED, *SKU, "1")
    az.fails("DeploymentModelNotSupported", create, *here, "new", *UNKNOWN, *SKU, "1")
    az("cognitiveservices account deployment delete", *here, "audio")


def conflict(az: Az) -> None:
    """An account whose write lock outlives its creation, by a minute."""
    az.emulator.ask("PATCH", "settings", {"pacing": "fast", "lockLinger": 60})
    az("cognitiveservices account create --kind OpenAI --sku S0 -l eastus2 --yes -g rg -n busy")
    here = ("-g", "rg", "-n", "busy", "--deployment-name", "audio")
    az.fails(
        "RequestConflict", "cognitiveservices account deployment create", *here, *MODEL, *SKU, "1"
    )
    az.emulator.ask("PATCH", "settings", {"pacing": "instant", "lockLinger": 0})


def templates(az: Az) -> None:
    """A real template with a copy loop: validated, tried, run; the parallel one fails as on Azure."""
    folder = az.emulator.ca.parent
    serial = folder / "serial.json"
    serial.write_text(_TEMPLATE)
    parallel = folder / "parallel.json"
    parallel.write_text(_TEMPLATE.replace('"mode": "serial", "batchSize": 1,', ""))
    here = ("-g", "rg", "--name", "main", "--parameters", "account=templated", "--template-file")
    valid = az("deployment group validate", *here, str(serial))
    assert valid["properties"]["provisioningState"] == "Succeeded"
    tried = az("deployment group what-if --no-pretty-print", *here, str(serial))
    assert [one["changeType"] for one in tried["changes"]].count("Create") == 3
    failed = az.run("deployment group create", *here, str(parallel))
    assert failed.returncode != 0
    assert "RequestConflict" in failed.stderr
    assert "DeploymentFailed" in failed.stderr
    made = az("deployment group create", *here, str(serial))
    assert made["properties"]["outputs"]["count"]["value"] == 2
    assert az("deployment group show -g rg --name main")["name"] == "main"
    assert [one["name"] for one in az("deployment group list -g rg")] == ["main"]
    assert len(az("deployment operation group list -g rg --name main")) == 4
    again = az("deployment group what-if --no-pretty-print", *here, str(serial))
    assert az("deployment group export -g rg --name main")["resources"]
    failed_only = ("--filter", "provisioningState eq 'Failed'")
    assert az("deployment group list -g rg", *failed_only) == []
    kinds = {one["changeType"] for one in again["changes"]}
    assert kinds == {"NoChange", "Ignore"}, again


# As people write them: comments, and a line break inside a string.
_TEMPLATE = """{
  // One account, its models one after another.
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"account": {"type": "string"}, "models": {"type": "array", "defaultValue": ["a", "b"]}},
  "resources": [
    {
      "type": "Microsoft.CognitiveServices/accounts",
      "apiVersion": "2025-06-01",
      "name": "[parameters('account')]",
      "location": "[resourceGroup().location]",
      "kind": "OpenAI",
      "sku": {"name": "S0"},
      "properties": {"customSubDomainName": "[parameters('account')]"}
    },
    {
      "type": "Microsoft.CognitiveServices/accounts/deployments",
      "apiVersion": "2025-06-01",
      "name": "[format('{0}/{1}',
                        parameters('account'), parameters('models')[copyIndex()])]",
      "copy": {"name": "models", "mode": "serial", "batchSize": 1, "count": "[length(parameters('models'))]"},
      "dependsOn": ["[parameters('account')]"],
      "sku": {"name": "GlobalStandard", "capacity": 1},
      "properties": {"model": {"format": "OpenAI", "name": "gpt-audio", "version": "2025-08-28"}}
    }
  ],
  "outputs": {"count": {"type": "int", "value": "[length(parameters('models'))]"}}
}"""


def roles(az: Az) -> None:
    """Role assignments, and a permission that is missing."""
    scope = az("group show -n rg")["id"]
    someone = "00000000-0000-0000-0000-00000000beef"
    az("role assignment create --assignee-principal-type User --role", "Cognitive Services OpenAI User",
       "--assignee-object-id", someone, "--scope", scope)  # fmt: skip
    listed = az("role assignment list --scope", scope)
    assert someone in {one["principalId"] for one in listed}
    app = az.emulator.ask("PUT", "principals/ci", {"roles": []})
    az("role assignment create --role Reader --assignee", app["clientId"], "--scope", scope)
    listed = az("role assignment list --scope", scope)
    assert {one["principalId"]: one["principalName"] for one in listed}[app["objectId"]] == app["clientId"]  # fmt: skip
    assert az("ad sp show --id", app["clientId"])["displayName"] == "ci"
    az.emulator.ask("PUT", "principals/deployer", {"roles": ["Reader"]})
    az.fails("AuthorizationFailed", "group create -n other -l eastus2")
    az.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner"]})


def deletion(az: Az) -> None:
    """Soft delete, recovery, purge; a lock that forbids deleting."""
    here = ("-g", "rg", "-n", "voice")
    create = "cognitiveservices account create --kind OpenAI --sku S0 -l eastus2 --yes"
    az("lock create --name keep --lock-type CanNotDelete -g rg")
    az.fails("ScopeLocked", "cognitiveservices account delete", *here)
    az("lock delete --name keep -g rg")
    az("cognitiveservices account delete", *here)
    assert [one["name"] for one in az("cognitiveservices account list-deleted")] == ["voice"]
    az.fails("FlagMustBeSetForRestore", create, *here)
    az("cognitiveservices account recover -l eastus2", *here)
    az("cognitiveservices account delete", *here)
    az("cognitiveservices account purge -l eastus2", *here)
    az.fails("CannotDeleteAccountWithDeployments", "group delete -n rg --yes")
    az.emulator.ask("PATCH", "settings", {"cannotDeleteAccountWithDeployments": False})
    az("group delete -n rg --yes")
    assert az("group list") == []


def person(az: Az) -> None:
    """A person signs in with a device's code, and is known by name in what they write."""
    az.emulator.ask("PUT", "principals/anna", {"roles": ["Contributor"], "kind": "user"})
    az("account clear")
    command = [az.program, "login", "--use-device-code", "--output", "json"]
    # Warnings are where az tells the code.
    loud = {**az.variables, "AZURE_CORE_ONLY_SHOW_ERRORS": "false"}
    with subprocess.Popen(  # noqa: S603 - the az that was asked for
        command, env=loud, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as login:  # fmt: skip
        assert login.stderr
        told = ""
        for line in login.stderr:
            told += line
            code = re.search(r"enter the code (\w+)", line)
            if code:
                az.emulator.ask("POST", f"devicecodes/{code[1]}", {"principal": "anna"})
        answer = login.communicate()[0]
    assert login.returncode == 0, told
    assert json.loads(answer)[0]["user"] == {"name": "anna@emulator.invalid", "type": "user"}
    az("group create -n annas -l eastus2")
    create = "cognitiveservices account create --kind OpenAI --sku S0 -l eastus2 --yes -g annas"
    data = az(create, "-n", "annas")["systemData"]
    assert (data["createdBy"], data["createdByType"]) == ("anna@emulator.invalid", "User")
    az.fails("AuthorizationFailed", "lock create --name keep --lock-type CanNotDelete -g annas")


SESSION = (
    accounts,
    resources,
    waiting,
    deployments,
    conflict,
    templates,
    roles,
    tomorrow,
    deletion,
    person,
)


def main(folder: Path) -> None:
    """The whole session on an emulator of its own."""
    assert AZ, "az is not installed"
    with Emulator.open(folder / ".deployer" / "emulator") as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        az = Az(emulator, AZ)
        for part in SESSION:
            part(az)
    for command, seconds in az.took.items():
        sys.stdout.write(f"{seconds:5.2f} s  az {command}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
