"""A gRPC server that stands in for the azure-native plugin: the engine dials it, it asks the emulator.

With the real Pulumi CLI (no plugin, no download; the CLI neither starts nor ends it):

    with ProviderDouble.serve(emulator) as provider:
        environment = {
            "PULUMI_DEBUG_PROVIDERS": f"azure-native:{provider.port}",
            "PULUMI_BACKEND_URL": "file:///some/folder",          # has to exist
            "PULUMI_HOME": "/some/other/folder",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        ... automation.create_or_select_stack(..., opts=LocalWorkspaceOptions(env_vars=environment))
        provider.steps                                            # what the engine had it do, with times
        most_at_once(provider.steps)                              # highest number of concurrent writes by account

The fixture `pulumi_command` in `fixtures.py` does all of this, for the real CLI and for the double of it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import grpc
import pulumi_azure_native
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2
from pulumi_doubles.azure_native import AlreadyExists, AzureNative, Initialization, UnknownType
from pulumi_doubles.differences import Difference
from pulumi_doubles.marks import bare
from pulumi_doubles.rest import AzureError, Rest
from pulumi_doubles.schema import properties
from pulumi_doubles.wire import decoded, encoded

from deployer.emulator import Emulator

VERSION = "3.29.0"
_LIST_KEYS = "azure-native:cognitiveservices:listAccountKeys"
_NOT_OF_AZURE = {"version", "pluginDownloadURL", "__internal"}
_ACCOUNT = re.compile(r"/accounts/([^/]+)", re.IGNORECASE)
_KINDS = {"add": "ADD", "update": "UPDATE", "delete": "DELETE"}


@dataclass
class Step:
    """One thing that the engine had the plugin do. Times are monotonic seconds; `error` is what it ended with."""

    verb: str
    urn: str
    account: str
    start: float
    end: float = 0.0
    error: str = ""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


def most_at_once(steps: list[Step]) -> dict[str, int]:
    """The highest number of writes that ran at the same time, by account."""
    writes = [step for step in steps if step.account and step.verb != "read"]
    return {
        account: max(
            sum(one.start <= step.start < one.end for one in writes if one.account == account)
            for step in writes
            if step.account == account
        )
        for account in {step.account for step in writes}
    }


@dataclass
class ProviderDouble(provider_pb2_grpc.ResourceProviderServicer):
    """The RPCs of a resource provider. What it does not define answers `Method not implemented!`."""

    rest: Rest
    subscription: str
    steps: list[Step] = field(default_factory=list)
    configured: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    cancelled: bool = False
    _native: AzureNative | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    @contextmanager
    def serve(cls, emulator: Emulator) -> Iterator[ProviderDouble]:
        """A running double on a free loopback port."""
        double = cls(Rest.of(emulator), emulator.subscription)
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(double, server)
        double.port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield double
        finally:
            server.stop(grace=1).wait()

    @property
    def native(self) -> AzureNative:
        if self._native is None:
            raise AssertionError("the engine used the provider before it configured it")
        return self._native

    def Handshake(self, request, context):  # noqa: N802
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED, "what a plugin of before the handshake answers"
        )

    def Attach(self, request, context):  # noqa: N802
        return Empty()

    def GetPluginInfo(self, request, context):  # noqa: N802
        return plugin_pb2.PluginInfo(version=VERSION)

    def CheckConfig(self, request, context):  # noqa: N802
        known = properties(pulumi_azure_native.ProviderArgs).keys() | _NOT_OF_AZURE
        unknown = decoded(request.news).keys() - known
        failures = [
            provider_pb2.CheckFailure(property=name, reason=f"unknown property '{name}'")
            for name in sorted(unknown)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request, context):  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Configure(self, request, context):  # noqa: N802
        settings = bare(decoded(request.args))
        subscription = settings.get("subscriptionId")
        if subscription != self.subscription:
            _refuse(
                context, f"the double serves subscription {self.subscription}, not {subscription}"
            )
        self.configured.append(settings)
        self._native = AzureNative(self.rest, self.subscription)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request, context):  # noqa: N802
        if request.tok != _LIST_KEYS:
            _refuse(context, f"the double of azure-native knows no function {request.tok}")
        keys = self.native.list_account_keys(decoded(request.args))
        return provider_pb2.InvokeResponse(**{"return": encoded(keys)})

    def Check(self, request, context):  # noqa: N802
        with _told(context):
            inputs, wrong = self.native.check(_token(request.urn), bare(decoded(request.news)))
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in wrong]
        return provider_pb2.CheckResponse(inputs=encoded(inputs), failures=failures)

    def Diff(self, request, context):  # noqa: N802
        with _told(context):
            olds, news = bare(decoded(request.old_inputs)), bare(decoded(request.news))
            outputs = bare(decoded(request.olds))
            return _diff_response(self.native.diff(_token(request.urn), olds, outputs, news))

    def Create(self, request, context):  # noqa: N802
        inputs = bare(decoded(request.properties))
        token = _token(request.urn)
        if request.preview:
            known = self.native.preview(token, inputs)
            return provider_pb2.CreateResponse(properties=encoded(known))
        with self._step("create", request.urn, inputs), _told(context, inputs):
            identity, outputs = self.native.create(token, inputs)
            return provider_pb2.CreateResponse(id=identity, properties=encoded(outputs))

    def Read(self, request, context):  # noqa: N802
        old = bare(decoded(request.inputs)) if request.HasField("inputs") else None
        outputs = bare(decoded(request.properties))
        with self._step("read", request.urn, {}), _told(context):
            found = self.native.read(_token(request.urn), request.id, old or None, outputs)
        if found is None:
            return provider_pb2.ReadResponse()
        inputs, now = found
        return provider_pb2.ReadResponse(
            id=request.id, properties=encoded(now), inputs=encoded(inputs)
        )

    def Update(self, request, context):  # noqa: N802
        inputs = bare(decoded(request.news))
        token = _token(request.urn)
        if request.preview:
            known = self.native.preview(token, inputs, bare(decoded(request.olds)))
            return provider_pb2.UpdateResponse(properties=encoded(known))
        with self._step("update", request.urn, inputs), _told(context, inputs):
            outputs = self.native.update(token, inputs)
            return provider_pb2.UpdateResponse(properties=encoded(outputs))

    def Delete(self, request, context):  # noqa: N802
        found = _ACCOUNT.search(request.id)
        place = {"accountName": found[1]} if found else {}
        with self._step("delete", request.urn, place), _told(context):
            self.native.delete(_token(request.urn), request.id)
        return Empty()

    def Cancel(self, request, context):  # noqa: N802
        self.cancelled = True
        return Empty()

    @contextmanager
    def _step(self, verb: str, urn: str, inputs: dict[str, Any]) -> Iterator[None]:
        step = Step(verb, urn, str(inputs.get("accountName", "")), time.monotonic())
        with self._lock:
            self.steps.append(step)
        try:
            yield
        except Exception as error:
            step.error = str(error)
            raise
        finally:
            step.end = time.monotonic()


def _token(urn: str) -> str:
    """The type in a URN, without the types of its parents."""
    return urn.split("::")[2].rpartition("$")[2]


def _diff_response(found: list[Difference]) -> provider_pb2.DiffResponse:
    """Replacements delete first: names are given, so that two could not be there at once."""
    kinds = provider_pb2.PropertyDiff.Kind
    replaces = sorted({one.path.partition(".")[0] for one in found if one.replaces})
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME
        if found
        else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=replaces,
        deleteBeforeReplace=bool(replaces),
        diffs=sorted({one.path.partition(".")[0].partition("[")[0] for one in found}),
        detailedDiff={
            one.path: provider_pb2.PropertyDiff(
                kind=kinds.Value(_KINDS[one.kind] + ("_REPLACE" if one.replaces else ""))
            )
            for one in found
        },
        hasDetailedDiff=bool(found),
    )


@contextmanager
def _told(context: grpc.ServicerContext, inputs: dict[str, Any] | None = None) -> Iterator[None]:
    """Failures as the plugin tells them; of a write that was accepted, with the state to record."""
    try:
        yield
    except Initialization as error:
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.identity,
            properties=encoded(error.outputs),
            reasons=[str(error)],
            inputs=encoded(inputs or {}),
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        status.details.add().Pack(detail)
        context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
        _refuse(context, str(error))
    except (AlreadyExists, AzureError, UnknownType, ValueError) as error:
        _refuse(context, str(error))


def _refuse(context: grpc.ServicerContext, why: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, why)
    raise AssertionError("abort raises")
