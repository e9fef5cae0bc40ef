"""How the SDK's long-running operations are polled: our pauses instead of its 30 seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.mgmt.core.polling.arm_polling import ARMPolling

from deployer.azure.failures import Failure, Refused, retry_after
from deployer.azure.waiting import Patience, pauses


class AdaptivePolling(ARMPolling):
    """ARM's polling with short, growing pauses, or those that Azure asks for.

    It ends with the operation: the resource itself is read by whoever wrote it.
    """

    def __init__(self, patience: Patience, progress: Callable[[str], None]) -> None:
        super().__init__()
        self._patience = patience
        self._progress = progress

    def run(self) -> None:
        """Poll until the operation is over. Raises HttpResponseError when it failed, Refused when it takes too long."""
        self._patience.committed = True
        ends = self._patience.clock.now() + self._patience.budget
        for seconds in pauses():
            if self.finished():
                break
            self.update_status()
            if self.finished():
                break
            self._progress(self.status())
            pause = retry_after(self._pipeline_response.http_response.headers) or seconds
            if self._patience.clock.now() + pause > ends:
                said = f"the operation is still {self.status()}"
                raise Refused(Failure("NotReady", None, said), timed_out=True)
            self._patience.pause(pause)
        if self.status().casefold() in ("failed", "canceled"):
            raise HttpResponseError(response=self._pipeline_response.http_response)

    def request_status(self, status_link: str) -> Any:  # noqa: ANN401 - as the SDK declares it
        """One poll; a broken or refused one is repeated with patience."""

        def ask() -> Any:  # noqa: ANN401 - as above
            answer = super(AdaptivePolling, self).request_status(status_link)
            if answer.http_response.status_code >= 400:
                raise HttpResponseError(response=answer.http_response)
            return answer

        return self._patience.through(ask)
