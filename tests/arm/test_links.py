"""Every Deploy and Visualize link in the README and the docs, decoded: it leads to a file that the tree has."""

import re
from urllib.parse import unquote

import pytest
from arm.files import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BUTTON = re.compile(r"https?://(?:portal\.azure\.(?:com|us)/#create|armviz\.io)[^)\s\"'>]*")
LINKS = {
    f"{page.name}-{number}": link
    for page in PAGES
    for number, link in enumerate(BUTTON.findall(page.read_text(encoding="utf-8")))
}


def parts(link):
    """The raw addresses that a link carries, by what they are: the template first, then the form."""
    if "armviz.io" in link:
        return {"template": unquote(link.partition("load=")[2])}
    found = re.match(r".*?/uri/([^/]+)(?:/uiFormDefinitionUri/([^/]+))?$", link)
    assert found, link
    return {"template": unquote(found[1]), **({"form": unquote(found[2])} if found[2] else {})}


@pytest.mark.parametrize("link", LINKS.values(), ids=list(LINKS))
def test_a_button_leads_to_files_that_exist(link):
    expected = {"template": "azuredeploy.json", "form": "uiFormDefinition.json"}

    for what, address in parts(link).items():
        found = re.fullmatch(
            r"https://raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/main/(.+)", address
        )
        assert found, f"{address} is no raw address, which the portal needs"
        assert found[1] == expected[what]
        assert (ROOT / found[1]).is_file()


@pytest.mark.parametrize("host", ["portal.azure.com", "armviz.io"])
def test_there_is_a_button_to_look_at(host):
    assert [link for link in LINKS.values() if host in link]
