"""The page at which a person enters a device's code, and says as whom the device is to be signed in."""

from __future__ import annotations

import html
from collections.abc import Mapping

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.device_codes import PAGE

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>deployer emulator: sign in a device</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem; max-width: 30rem; }}
  h1 {{ font-size: 1.2rem; }} form {{ display: grid; gap: .8rem; justify-items: start; }} label {{ display: grid; }}
</style>
<h1>Sign in a device</h1>
<p role="status">{said}</p>
<form method="post" action="{page}">
  <label>The code that the device shows <input name="code" value="{code}" required autofocus autocomplete="off"></label>
  <label>Sign it in as <select name="principal">{principals}</select></label>
  <button>Sign in</button>
</form>
"""


def page(cloud: EmulatedCloud, code: str = "", said: str = "") -> str:
    """The page, with a code in its form and a word about the last one."""
    people = sorted(cloud.store.principals(), key=lambda one: (one.kind != "user", one.name))
    names = "".join(f"<option>{html.escape(one.name)}</option>" for one in people)
    return _PAGE.format(
        said=html.escape(said), page=PAGE, code=html.escape(code, quote=True), principals=names
    )


def entered(cloud: EmulatedCloud, form: Mapping[str, str]) -> tuple[int, str]:
    """Approve the code of a form; the status and the page that answer it."""
    code, name = form.get("code", "").strip(), form.get("principal", "")
    principal = cloud.store.principal(name)
    if principal is None:
        return 400, page(cloud, code, f"There is no principal '{name}' here.")
    if not cloud.device_codes.approve(code, principal):
        return 400, page(cloud, code, f"No device waits with the code '{code}'.")
    return 200, page(cloud, "", f"The device is signed in as {name}. You can close this page.")
