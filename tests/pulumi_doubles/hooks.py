"""Error hooks: they live in the program, which serves callbacks; the engine dials it when a step has failed."""

from __future__ import annotations

import threading

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2
from pulumi_doubles.state import Resource
from pulumi_doubles.wire import encoded

_MOST_TRIES = 100


class Hooks:
    """The error hooks that a program registered, by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: dict[str, callback_pb2.Callback] = {}
        self._channels: dict[str, grpc.Channel] = {}
        self.asked: list[tuple[str, str, list[str]]] = []
        """Every question: the resource's name, the operation that failed, the errors, newest first."""

    def add(self, name: str, callback: callback_pb2.Callback) -> None:
        with self._lock:
            self._callbacks[name] = callback
            if callback.target not in self._channels:
                self._channels[callback.target] = grpc.insecure_channel(callback.target)

    def say_again(
        self,
        names: list[str],
        operation: str,
        of: Resource,
        old: Resource | None,
        new: Resource | None,
        errors: list[str],
    ) -> bool:
        """Whether any of these hooks wants the operation to be tried again."""
        if len(errors) > _MOST_TRIES:
            return False
        request = resource_pb2.ErrorHookRequest(
            urn=of.urn,
            id=of.id,
            name=of.name,
            type=of.type,
            failed_operation=operation,
            errors=errors,
        )
        if new is not None:
            request.new_inputs.CopyFrom(encoded(new.inputs))
        if old is not None:
            request.old_inputs.CopyFrom(encoded(old.inputs))
            request.old_outputs.CopyFrom(encoded(old.outputs))
        answers = [self._ask(name, request) for name in names if name in self._callbacks]
        return any(answers)

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def _ask(self, name: str, request: resource_pb2.ErrorHookRequest) -> bool:
        callback = self._callbacks[name]
        self.asked.append((request.name, request.failed_operation, list(request.errors)))
        stub = callback_pb2_grpc.CallbacksStub(self._channels[callback.target])
        answer = stub.Invoke(
            callback_pb2.CallbackInvokeRequest(
                token=callback.token, request=request.SerializeToString()
            )
        )
        told = resource_pb2.ErrorHookResponse.FromString(answer.response)
        if told.error:
            raise AssertionError(f"the error hook {name} broke: {told.error}")
        return bool(told.retry)
