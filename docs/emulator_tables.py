"""Writes the tables of docs/emulator.md out of the emulator's own tables: `python docs/emulator_tables.py`.

What a table cannot know, what differs from Azure and which test holds a rule, stands here.
"""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import fields
from pathlib import Path

from deployer.emulator.admin import _OPERATIONS
from deployer.emulator.arm.refusals import REFUSALS
from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.arm.sources import FACTS
from deployer.emulator.evidence import Fact, coded, documented, recorded, reported, unverified
from deployer.emulator.faults.faults import REQUEST_KINDS
from deployer.emulator.identity.sign_in_refusals import SignInRefusal
from deployer.emulator.router import Route
from deployer.emulator.state.settings import FACTS as SWITCH_FACTS
from deployer.emulator.state.settings import Settings, wire_name
from deployer.emulator.templates.functions import FUNCTIONS

PAGE = Path(__file__).with_name("emulator.md")
ROOT = Path(__file__).parents[1]

TESTS = Path("tests/emulator")
_OPERATIONS_TEST = "tests/emulator/test_arm_operations.py"

# By the module of the operation: where else it is tested than in the table of operations, what differs on purpose.
MODULES: dict[str, tuple[str, str]] = {
    "subscriptions": ("", "One subscription; registering takes `registrationSeconds`, unregistering no time; three providers."),
    "groups": ("", "Deleting takes `groupSeconds`: 75 s only when `pacing` is `real`."),
    "resources": ("tests/emulator/test_resource_lists.py", "Accounts are all the resources there are."),
    "tags": ("tests/emulator/test_resource_lists.py", "Done at once; no limit of fifty tags."),
    "accounts": ("", "Endpoints lie on localhost under the account's name, with a subdomain or without; kinds OpenAI and AIServices only."),
    "deployments": ("", "Audio and realtime models only."),
    "deleted_accounts": ("", ""),
    "offers": ("tests/emulator/test_offers.py", "Two regions have models; the lists hold the audio rows."),
    "quota_tiers": ("", "The tier never rises by itself."),
    "rai_policies": ("", "Filters are kept and named, and filter nothing."),
    "role_assignments": ("tests/emulator/test_roles.py", "Built-in roles only; no deny assignments; conditions are kept and not judged."),
    "management_locks": ("tests/emulator/test_management_locks.py", ""),
    "template_deployments": ("tests/emulator/templates/test_template_runs.py", "No linked templates, no template specs; `onErrorDeployment` is shown, not run; what-if shows no noise of Azure's defaults."),
}  # fmt: skip

# What the emulator does beyond single answers: the rule, where it is from, the test that holds it.
RULES: tuple[tuple[str, Fact, str], ...] = (
    ("Paths match in any case; ids keep theirs.", recorded("azure-cli and azd write `resourcegroups` and `resourceGroups`"), "test_paths_match_in_any_case_and_ids_keep_theirs"),
    ("An account's location is echoed as sent, a group's is normalised.", recorded("azure-cli (2025-10-28), azure-powershell TestSoftDelete (2023-06-19)"), "test_an_accounts_location_is_echoed_as_sent_and_a_groups_is_normalised"),
    ("An account is created over a while; polls read `Creating`, never `InProgress`. They say nothing of Retry-After.", recorded("azure-cli test_cognitiveservices_model (2023-07-25), azure-sdk-for-net (2023-01-10)"), "test_creating_an_account_is_an_operation_without_location_or_retry_after"),
    ("An account's identity is patched by an operation, 202 with two addresses to poll; what the second answers is general knowledge.", recorded("azure-cli test_cognitiveservices_identity (2025-10-28)"), "test_an_identity_is_patched_by_an_operation_polled_at_either_address"),
    ("So are its network rules.", recorded("azure-cli test_cognitiveservices_network_rules (2024-04-18)"), "test_network_rules_are_patched_by_an_operation_tags_are_not"),
    ("A model that Azure upgrades by itself says to what, in api-versions after 2025-06-01.", recorded("azure-cli test_cognitiveservices_list_models (2025-10-28), audio models of WestEurope; since when, and whether until the end, is not known"), "test_an_audio_model_names_its_replacement_from_the_day_it_was_recorded"),
    ("Azure's own content filters follow an account's; only their list says whose each is.", recorded("azure-powershell TestRai (2025-01-17)"), "test_azures_own_content_filters_follow_those_of_the_account"),
    ("A template that goes into a group that is not there is refused with that alone, not wrapped.", recorded("azure-cli test_group_deployment_crossrg (2020-07-06)"), "test_a_missing_group_of_a_nested_deployment_is_told_unwrapped"),
    ("What Resource Manager refuses by itself says `x-ms-failure-cause: gateway`.", recorded("azure-cli test_resource_group (2020-07-14), of a group that is not there; of other refusals general knowledge"), "test_what_resource_manager_refuses_by_itself_says_so"),
    ("The answer to a new role assignment does not say who made it; later ones do.", recorded("azure-cli test_role_assignment_no_graph (2025-04-03)"), "test_the_first_answer_does_not_know_who_assigned_a_role"),
    ("A list of deployments goes on at `nextLink`, when a switch says how many fill a page.", recorded("azd (2026-04-23)"), "test_pages_of_deployments_hold_each_once"),
    ("A PUT replaces what was stated of an account; even one that changes nothing puts it to `Accepted`.", reported("networkInjections wiped by a second PUT"), "test_putting_an_account_unchanged_puts_it_to_accepted_for_a_while"),
    ("An account's etag changes when it becomes ready, and ends in that moment.", recorded("azure-cli test_cognitiveservices_deployment (2025-10-28)"), "test_an_accounts_etag_changes_when_it_is_ready_and_tells_when"),
    ("An operation is polled under the location as its caller wrote it.", recorded("azure-cli (2025-10-28), azure-powershell TestSoftDelete (2023-06-19)"), "test_every_operation_is_polled_under_the_location_as_it_was_written"),
    ("What Resource Manager or several regions answer has no time of the provider; a fan-out has an id of each region.", recorded("azure-powershell TestModelCapacity (2024-12-23), azure-cli (2025-10-28); one region's answer has both: cloud-custodian (2026-03-20)"), "test_what_resource_manager_answers_has_no_time_of_the_provider"),
    ("A group's deletion waits for the locks of its accounts; one that hangs ends it.", unverified("that deletions conflict is reported (azurerm#22939); how a group's meets a lock was not seen", "groupDeletionWaits"), "test_a_groups_deletion_waits_for_the_lock_of_its_account"),
    ("Projects need kind AIServices and an identity, network rules a subdomain.", coded("terraform-provider-azurerm, cognitive_account_resource.go (2026-08-21)"), "test_projects_need_ai_services_and_an_identity"),
    ("A deleted account is kept for 48 hours, with its name, subdomain and quota.", recorded("azure-cli test_cognitiveservices_softdelete (2025-10-28)"), "test_a_soft_deleted_account_is_kept_for_48_hours_of_the_emulated_calendar"),
    ("A restored account is ready at once and keeps `dateCreated`; its systemData begins anew.", recorded("azure-powershell TestSoftDelete (2023-06-19)"), "test_a_restored_account_is_ready_at_once_and_keeps_its_own_date"),
    ("An identical PUT of a deployment keeps its etag.", recorded("azure-sdk-for-net (2023-01-10)"), "test_an_equal_deployment_keeps_its_etag_and_a_changed_one_does_not"),
    ("A deployment without a sku is taken for Standard.", reported("Azure/bicep#16642"), "test_a_missing_sku_is_taken_for_standard"),
    ("Azure fills in version upgrades, content filter, capabilities, rate limits.", recorded("cloud-custodian (2026-03-20)"), "test_azure_fills_in_what_a_deployment_leaves_out"),
    ("One write at a time for an account, its children included; accounts do not hinder one another.", reported("azurerm#22607, azure-dev#9398; terraform-provider-azurerm locks by account"), "test_writes_to_two_accounts_do_not_conflict"),
    ("The lock outlives the visible operation.", reported("terraform-azurerm-avm-res-cognitiveservices-account#125"), "test_the_lock_outlives_a_write_whose_account_reads_succeeded"),
    ("A refused write leaves no lock behind.", reported("the next attempt of those who retry succeeds"), "test_a_refused_write_leaves_the_lock_open"),
    ("Quota is counted by region and usage name; soft-deleted accounts hold theirs.", recorded("two regions' counters differ (azd, 2026-04-23); the second half is reported"), "test_a_soft_deleted_account_holds_its_quota_until_it_is_purged"),
    ("A retired model stays in the list and is refused when new.", recorded("azd (2026-04-23); the refusal is reported"), "test_a_retired_model_may_still_change_its_capacity"),
    ("Preflight tells what would be refused, wrapped; the write lock it does not foresee.", reported("many; azure-dev#9398"), "test_a_conflict_is_no_matter_of_preflight"),
    ("Preflight asks no resource for anything: what only answers can tell fails the run.", reported("F5Networks/f5-azure-arm-templates#238"), "test_what_only_the_clouds_answers_can_tell_fails_the_run_and_not_preflight"),
    ("Outputs are evaluated when the run has ended, and their errors fail it.", reported("Azure/azure-policy#1442, Azure/azure-rest-api-specs#14055"), "test_an_output_that_cannot_be_evaluated_fails_the_run_and_names_it"),
    ("A what-if shows asterisks for what came from secure parameters.", reported("Azure/arm-template-whatif#379"), "test_a_secret_is_not_shown"),
    ("A resource that ends Failed fails the template's run.", reported("microsoft/mwt-ds#8"), "test_a_failed_update_of_an_account_fails_the_run"),
    ("Owner and Contributor call no model; roles of data actions do.", documented("built-in roles"), "test_a_role_allows_what_azures_does"),
)  # fmt: skip


def operations() -> str:
    """The parity table: every operation of the control plane."""
    rows = []
    for route in ROUTES:
        also, differs = MODULES[module_of(route)]
        tested = ", ".join(_link(one) for one in (_OPERATIONS_TEST, also) if one)
        operation = f"`{route.method} {_short(route.pattern)}`"
        rows.append((operation, says(route), str(FACTS[route.operation]), tested, differs))
    return _table(("operation", "what it does", "evidence", "tested in", "what differs"), rows)


def refusals() -> str:
    """Every refusal with its evidence; each is provoked by tests/emulator/test_arm_refusals.py."""
    rows = [
        (
            f"`{one.wire_name}`",
            str(one.status),
            f"`{one.code}`",
            one.message.replace("|", "\\|"),
            str(one.fact),
        )
        for one in REFUSALS
    ]
    return _table(("name", "status", "code", "message", "evidence"), rows)


def sign_in_refusals() -> str:
    """Every refusal of a sign-in."""
    rows = [
        (str(one.status), f"`{one.error}`", f"AADSTS{one.code}", one.text, str(one.fact))
        for one in SignInRefusal
    ]
    return _table(("status", "error", "code", "words", "evidence"), rows)


def switches() -> str:
    """Every switch with its default and what it means."""
    source = inspect.getsource(Settings)
    rows = []
    for one in fields(Settings):
        told = re.search(rf'    {one.name}: .*?\n    """(.*?)"""', source, re.DOTALL)
        default = Settings().as_json()[wire_name(one.name)]
        fact = str(SWITCH_FACTS[one.name])
        rows.append((f"`{wire_name(one.name)}`", f"`{default}`", told[1] if told else "", fact))
    return _table(("switch", "default", "what it does", "evidence"), rows)


def rules() -> str:
    """What the emulator does beyond single answers."""
    rows = [(rule, str(fact), f"`{test}`") for rule, fact, test in RULES]
    return _table(("rule", "evidence", "held by"), rows)


def recordings() -> str:
    """The recordings that the emulator is led through."""
    rows = []
    for one in sorted((ROOT / TESTS / "recorded").glob("*.json")):
        told = json.loads(one.read_text(encoding="utf-8"))
        source = f"{told['repository']} `{told['path'].rpartition('/')[2]}`"
        rows.append((one.stem, source, told["recorded"], str(len(told["exchanges"]))))
    return _table(("recording", "from", "recorded", "exchanges"), rows)


def differences() -> str:
    """What differs from recorded traffic on purpose."""
    told = json.loads((ROOT / TESTS / "recorded_differences.json").read_text(encoding="utf-8"))
    rows = [(one["what"], one["why"], ", ".join(one["recordings"])) for one in told]
    return _table(("recorded, and not here", "why", "recordings"), rows)


def faults() -> str:
    """The faults that match requests."""
    rows = [(f"`{name}`", text) for name, text in REQUEST_KINDS.items()]
    return _table(("kind", "what happens"), rows)


def functions() -> str:
    """The functions of the template language with the arguments that each takes."""
    written = (f"`{one.name}({one.signature.written})`" for one in FUNCTIONS.values())
    return ", ".join(sorted(written, key=str.lower)) + ".\n"


def interface() -> str:
    """The emulator's own operations."""
    rows = [(f"`{method} /_emulator/{subject}`",) for method, subject in _OPERATIONS]
    return _table(("operation",), rows)


SECTIONS = {
    "operations": operations,
    "refusals": refusals,
    "signInRefusals": sign_in_refusals,
    "switches": switches,
    "faults": faults,
    "functions": functions,
    "interface": interface,
    "rules": rules,
    "recordings": recordings,
    "differences": differences,
}


def module_of(route: Route) -> str:
    """The module of an operation."""
    return route.operation.__module__.rpartition(".")[2]


def says(route: Route) -> str:
    """The first line of what an operation says of itself."""
    return (inspect.getdoc(route.operation) or "").splitlines()[0].replace("|", "\\|")


def written(text: str) -> str:
    """A page with its tables made anew."""
    for name, make in SECTIONS.items():
        between = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        table = make()
        text = re.sub(between, lambda found: found[1] + table + found[2], text, flags=re.DOTALL)  # noqa: B023
    return text


def _short(pattern: str) -> str:
    for long, short in (
        ("/subscriptions/{subscription}/resourceGroups/{group}", "{group}"),
        ("/subscriptions/{subscription}", "{subscription}"),
        ("/providers/Microsoft.CognitiveServices", "/CognitiveServices"),
        ("/providers/Microsoft.Authorization", "/Authorization"),
        ("/providers/Microsoft.Resources", "/Resources"),
    ):
        pattern = pattern.replace(long, short)
    return pattern


def _link(path: str) -> str:
    return f"[{Path(path).stem}](../{path})"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
