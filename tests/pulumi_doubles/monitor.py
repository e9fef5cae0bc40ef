"""The engine double's servers: the resource monitor and the engine that a program dials, and running a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import NoReturn, cast

import grpc
import pulumi
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)
from pulumi_doubles.engine import EngineDouble, Skipped
from pulumi_doubles.goal import Goal, NotInTheDouble
from pulumi_doubles.plugin import StepFailed
from pulumi_doubles.steps import Errored, Stopped
from pulumi_doubles.wire import decoded, encoded

_FEATURES = ("secrets", "outputValues", "aliasSpecs", "errorHooks", "resourceHooks")
"""As SupportsFeature names them. Every other feature is refused by the SDK itself."""
_ENUM = "RESOURCE_MONITOR_FEATURE_"
_ENUM_NAMES = ("SECRETS", "OUTPUT_VALUES", "ALIAS_SPECS", "ERROR_HOOKS", "RESOURCE_HOOKS")
_SEVERITIES = {0: "debug", 1: "info", 2: "warning", 3: "error"}
_SKIPPED = cast("resource_pb2.Result.ValueType", 2)
"""As the real engine 3.259 answers; not every SDK's protocol has a name for it."""
_DOWN = "resource monitor shut down while waiting on step's done channel"


class ProgramFailed(Exception):
    """The program itself ended in an error."""


class MonitorServer(resource_pb2_grpc.ResourceMonitorServicer):
    """What a program registers, done by the engine double. What it does not define is refused by gRPC."""

    def __init__(self, engine: EngineDouble) -> None:
        self.engine = engine

    def GetDeploymentInfo(self, request, context):  # noqa: N802
        return resource_pb2.DeploymentInfo(
            project=self.engine.project,
            stack=self.engine.stack,
            organization="organization",
            dryRun=self.engine.dry_run,
            supportedFeatures=[
                resource_pb2.ResourceMonitorFeature.Value(_ENUM + name) for name in _ENUM_NAMES
            ],
        )

    def SupportsFeature(self, request, context):  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterErrorHook(self, request, context):  # noqa: N802
        self.engine.hooks.add(request.name, request.callback)
        return Empty()

    def RegisterResource(self, request, context):  # noqa: N802
        try:
            goal = Goal.of(request, self.engine.stack, self.engine.project)
            done = self.engine.register(goal)
        except Stopped:
            _abort(context, grpc.StatusCode.UNAVAILABLE, _DOWN)
        except Skipped as skipped:
            return resource_pb2.RegisterResourceResponse(urn=str(skipped), result=_SKIPPED)
        except Errored as errored:
            return resource_pb2.RegisterResourceResponse(
                urn=str(errored), result=resource_pb2.Result.FAIL
            )
        except NotInTheDouble as missing:
            self.engine.events.diagnostic("error", str(missing))
            _abort(context, grpc.StatusCode.UNIMPLEMENTED, str(missing))
        return resource_pb2.RegisterResourceResponse(
            urn=done.urn, id=done.id, object=encoded(done.outputs if done.custom else done.inputs)
        )

    def RegisterResourceOutputs(self, request, context):  # noqa: N802
        self.engine.outputs(request.urn, decoded(request.outputs))
        return Empty()

    def Invoke(self, request, context):  # noqa: N802
        try:
            answer = self.engine.plugin.invoke(request.tok, decoded(request.args))
        except StepFailed as failed:
            _abort(context, grpc.StatusCode.UNKNOWN, str(failed))
        failures = list(answer.failures)
        return resource_pb2.ResourceInvokeResponse(
            **{"return": getattr(answer, "return")}, failures=failures
        )

    def SignalAndWaitForShutdown(self, request, context):  # noqa: N802
        """All is registered. The program stays until what is left is deleted: it may be asked about that, too."""
        if not self.engine.destroying:
            self.engine.delete_what_is_left()
        return Empty()


class EngineServer(engine_pb2_grpc.EngineServicer):
    """What a program says to the engine beside its resources."""

    def __init__(self, engine: EngineDouble) -> None:
        self.engine = engine
        self._root = ""

    def Log(self, request, context):  # noqa: N802
        severity = _SEVERITIES[request.severity]
        if severity == "error" and self.engine.steps.stopped:
            return Empty()  # the SDK telling that the monitor went away, which the run knows
        self.engine.events.diagnostic(severity, request.message, request.urn)
        return Empty()

    def SetRootResource(self, request, context):  # noqa: N802
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def GetRootResource(self, request, context):  # noqa: N802
        return engine_pb2.GetRootResourceResponse(urn=self._root)


Run = Callable[[language_pb2.RunRequest], language_pb2.RunResponse]


def run_program(engine: EngineDouble, run: Run, config: dict[str, str] | None = None) -> None:
    """Have a program run against the engine double; raises ProgramFailed for an error of its own."""
    with serving(engine) as (monitor, address):
        request = language_pb2.RunRequest(
            project=engine.project,
            stack=engine.stack,
            monitor_address=monitor,
            args=[address],
            dryRun=engine.dry_run,
            parallel=16,
            config=config or {},
            organization="organization",
        )
        try:
            error = run(request).error
        except (grpc.RpcError, pulumi.RunError) as failed:
            error = str(failed)  # the SDK lets out what it raised when the monitor had gone
    if error and not engine.steps.stopped:
        engine.steps.stopped = True
        raise ProgramFailed(error)


def client(address: str) -> Run:
    """A program that runs in another process and serves there, as inline programs do."""

    def run(request: language_pb2.RunRequest) -> language_pb2.RunResponse:
        with grpc.insecure_channel(address) as channel:
            answer: language_pb2.RunResponse = language_pb2_grpc.LanguageRuntimeStub(channel).Run(
                request
            )
            return answer

    return run


@contextmanager
def serving(engine: EngineDouble) -> Iterator[tuple[str, str]]:
    """Both servers, at the addresses of monitor and engine."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(MonitorServer(engine), server)
    engine_pb2_grpc.add_EngineServicer_to_server(EngineServer(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", f"127.0.0.1:{port}"
    finally:
        server.stop(grace=1).wait()


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, why: str) -> NoReturn:
    context.abort(code, why)
    raise AssertionError("abort raises")
