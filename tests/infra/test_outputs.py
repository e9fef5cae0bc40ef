"""What the Pulumi program tells in the end: ids and endpoints, nothing secret."""

from __future__ import annotations

import azure_openai
from infra_documents import ACCOUNT, document

from deployer.engines.pulumi.graph import Recorder, record


class Answering(Recorder):
    """Answers like Azure: what it names goes into the account's properties, keys among it."""

    def __init__(self, **properties):
        super().__init__()
        self.properties = properties

    def RegisterResource(self, request):  # noqa: N802 - Pulumi's name
        answer = super().RegisterResource(request)
        answer.id = f"/id/of/{request.name}"
        if request.type == ACCOUNT:
            answer.object["properties"].update(self.properties)
        return answer


def told(**properties):
    recorder = Answering(**properties)
    record(recorder, lambda: azure_openai.declare(document()))
    return recorder.stack_outputs["accounts"]["voice-eus2"]


def test_ids_and_endpoints_are_told_and_nothing_secret():
    endpoints = {"OpenAI Realtime API": "https://y/", "OpenAI Language Model": "https://x/"}

    assert {
        "id": "/id/of/voice-eus2",
        "endpoint": "https://x/",
        "realtimeEndpoint": "https://y/",
        "deployments": {"realtime": "/id/of/voice-eus2/realtime"},
    } == told(endpoint="https://x/", endpoints=endpoints, key1="secret", migrationToken="secret")


def test_where_azure_names_no_realtime_endpoint_it_is_the_accounts_own():
    assert "https://x/" == told(endpoint="https://x/")["realtimeEndpoint"]
