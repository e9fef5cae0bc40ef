"""checkov's rules for accounts, asked of what the template comes to: checkov itself evaluates no function.

What it may find: CKV_AZURE_134, because whoever changes nothing shall be able to call the models from where he is; the
form and the parameter say so.
"""

import json
import os
import shutil
import subprocess

import pytest
from arm.expanding import flat
from arm.files import TEMPLATE

CHECKOV = os.environ.get("DEPLOYER_CHECKOV") or shutil.which("checkov")


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.skipif(not CHECKOV, reason="checkov is not installed (pip install checkov)")
@pytest.mark.parametrize(
    ("parameters", "found"),
    [({}, ["CKV_AZURE_134"]), ({"publicNetworkAccess": "Disabled"}, []), ({"disableLocalAuth": False}, ["CKV_AZURE_134", "CKV_AZURE_236"])],
    ids=["defaults", "private", "with-keys"],
)  # fmt: skip
def test_checkov_finds_nothing_else(tmp_path, parameters, found):
    file = tmp_path / "azuredeploy.json"
    file.write_text(json.dumps(flat(TEMPLATE, parameters), indent=2), encoding="utf-8")

    done = subprocess.run(  # noqa: S603 - the checkov that was asked for
        [
            CHECKOV or "",
            "--framework",
            "arm",
            "--skip-download",
            "--output",
            "json",
            "-f",
            str(file),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    results = json.loads(done.stdout)["results"]
    assert sorted(one["check_id"] for one in results["failed_checks"]) == found
    assert results["passed_checks"] or results["failed_checks"], "it has seen the account"
