"""The program that `pulumi up` runs: what the file named by the configuration says should exist, declared."""

from __future__ import annotations

from pathlib import Path

import pulumi
from azure_openai import declare
from desired_document import DocumentInvalid, read

path = Path(__file__).parent / pulumi.Config().require("desired")
try:
    desired = read(path)
except DocumentInvalid as invalid:
    raise pulumi.RunError(str(invalid)) from None
declare(desired)
