"""What is generated and committed is what would be generated now."""

import json
import runpy

import pytest
from arm.files import ROOT

FILES = runpy.run_path(str(ROOT / "docs" / "deploy_button.py"))["files"]()


@pytest.mark.parametrize("path", FILES)
def test_a_committed_file_is_as_it_would_be_generated(path):
    committed = (ROOT / path).read_text(encoding="utf-8")

    assert committed == FILES[path], "run python docs/deploy_button.py"


def test_the_picture_shows_every_question_of_the_form():
    picture = FILES["docs/deploy-to-azure.svg"]
    form = json.loads(FILES["uiFormDefinition.json"])
    labels = [one["label"] for step in form["view"]["properties"]["steps"] for one in [step, *step["elements"]] if isinstance(one.get("label"), str)]  # fmt: skip

    assert [one for one in labels if one not in picture] == []
