"""What the gateway before the models adds and refuses: headers of every answer, and errors in its own shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from deployer.emulator.data_plane.identifiers import guid, hexadecimal
from deployer.emulator.data_plane.refusals import InvalidRequest
from deployer.emulator.data_plane.world import CalledDeployment, Refused
from deployer.emulator.faults.wrongs import Wrong

ACCESS_DENIED = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid"
    " key for an active subscription and use a correct regional API endpoint for your resource."
)
_REGIONS = {"eastus2": "East US 2", "swedencentral": "Sweden Central"}

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


_FILTERED: dict[str, object] = {
    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management"
    " policy. Please modify your prompt and retry. To learn more about our content filtering policies"
    " please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
    "type": None,
    "param": "prompt",
    "code": "content_filter",
    "status": 400,
    "innererror": {
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {
            "hate": {"filtered": False, "severity": "safe"},
            "self_harm": {"filtered": False, "severity": "safe"},
            "sexual": {"filtered": False, "severity": "safe"},
            "violence": {"filtered": True, "severity": "medium"},
        },
    },
}


class Filtered(Exception):
    """The prompt was filtered: the one error of the model layer that may say which filter it was (`inner`)."""

    def __init__(self, inner: bool = True) -> None:
        super().__init__()
        self.error = {
            name: value for name, value in _FILTERED.items() if inner or name != "innererror"
        }


class ModelFailed(Exception):
    """The model failed to answer: 500, in the model layer's shape."""

    def __init__(self, told: Mapping[str, object]) -> None:
        super().__init__()
        self.error = {
            "message": told.get(
                "message",
                "The server had an error while processing your request. Sorry about that!",
            ),
            "type": told.get("type", "server_error"),
            "param": None,
            "code": told.get("code"),
        }


def guarded(handle: Handle) -> Handle:
    """Turns refusals into the shape of whoever refuses: the gateway, or the model layer behind it."""

    async def guard(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except Refused as refused:
            shown = {**headers(request), **refused.headers}
            return web.json_response(refused.body, status=refused.status, headers=shown)
        except InvalidRequest as invalid:
            return web.json_response({"error": invalid.error}, status=400, headers=headers(request))
        except ModelFailed as failed:
            return web.json_response({"error": failed.error}, status=500, headers=headers(request))
        except Filtered as filtered:
            return web.json_response(
                {"error": filtered.error}, status=400, headers=headers(request)
            )

    return guard


def headers(request: web.Request) -> dict[str, str]:
    """The headers of any answer (captured from Azure in 2024-03)."""
    number_of_call, name = guid(), "x-ms-client-request-id"
    return {
        "apim-request-id": number_of_call,
        # In the query too, where rt-client sends it in browsers; whether Azure reads it there is not known.
        name: request.headers.get(name) or request.query.get(name) or number_of_call,
        "x-request-id": guid(),
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
    }


def answer_headers(
    request: web.Request, called: CalledDeployment, limits: Mapping[str, str], wrong: Wrong
) -> dict[str, str]:
    """The headers of an answer out of a deployment; `limits` are those of its capacity."""
    if wrong("oddRateLimits") is not None:
        limits = {name: "-1" if "remaining" in name else "0" for name in limits}
    return {
        **headers(request),
        "cache-control": "no-cache, must-revalidate",
        "access-control-allow-origin": "*",
        "x-ms-region": _serving_region(called, wrong),
        "x-accel-buffering": "no",
        "azureml-model-session": f"d{hexadecimal(3)}-20250206120000",
        **limits,
    }


def region(called: CalledDeployment) -> str:
    """The region as people write it."""
    return _REGIONS.get(called.location, called.location)


def _serving_region(called: CalledDeployment, wrong: Wrong) -> str:
    """Where an answer was made: Global Standard may take it from another region than the resource's."""
    elsewhere = wrong("otherRegion")
    own = region(called)
    if elsewhere is None:
        return own
    return str(elsewhere.get("region") or next(one for one in _REGIONS.values() if one != own))


def refuse_network(wrong: Wrong) -> None:
    """Refuse a call as the resource's network rules would, when a switch says that they apply."""
    if wrong("firewall") is not None:
        raise Refused(
            403,
            "403",
            "Access denied due to Virtual Network/Firewall rules.",
            {"policy-id": "ThrowExceptionDueToTrafficDenied"},
        )
    if wrong("virtualNetwork") is not None:
        raise Refused(
            403,
            "403",
            "A Virtual Network is configured for this resource. Please use the correct endpoint for making"
            " requests. Check https://aka.ms/cogsvc-vnet for more details.",
        )


def not_found() -> Refused:
    """What a wrong path and an unknown api-version have in common."""
    return Refused(404, "404", "Resource not found")


def not_supported(operation: str, called: CalledDeployment) -> Refused:
    """A deployment of another kind of model."""
    return Refused(
        400,
        "OperationNotSupported",
        f"The {operation} operation does not work with the specified model, {called.model}. Please"
        " choose different model and try again. You can learn more about which models can be used with"
        " each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.",
    )
