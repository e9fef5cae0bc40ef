"""Requests, whatever they ask for: sign-in, api-version, path, content, conditions, how many there are; what is not there."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import general, recorded, reported, unverified


class RequestRefusal(Refusal):
    """What is said of a request, whatever it asks for."""

    TOKEN_MISSING = row(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_INVALID = row(
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_EXPIRED = row(
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_AUDIENCE = row(
        401,
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for wrong audience or resource.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    SUBSCRIPTION_THROTTLED = row(
        429,
        "SubscriptionRequestsThrottled",
        "Number of requests for subscription '{subscription}' and operation '{operation}' exceeded "
        "the backend storage limit. Please try again after '{seconds}' seconds.",
        reported("MicrosoftDocs/azure-docs#105248, with a Retry-After"),
    )
    PROVIDER_THROTTLED = row(
        429,
        "ResourceRequestsThrottled",
        "Number of requests for action '{action}' exceeded the limit of '{limit}' for time interval "
        "'{interval}'. Please try again after '{seconds}' seconds.",
        unverified(
            "the end of it is quoted of other providers (azqr#34); of this one none was found",
            "providerRequests",
        ),
    )
    API_VERSION_MISSING = row(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
        general("400 of Resource Manager"),
    )
    API_VERSION_INVALID = row(
        400,
        "InvalidApiVersionParameter",
        "The api-version '{version}' is invalid.",
        general("400 of Resource Manager"),
    )
    PROVIDER_VERSION_UNKNOWN = row(
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '{location}' and API version "
        "'{version}' for type '{type}'. The supported api-versions are '{versions}'. The supported "
        "locations are '{locations}'.",
        reported("Azure/azure-resource-manager-schemas#154, of another provider; 400 is general"),
    )
    TYPE_UNKNOWN = row(
        404,
        "InvalidResourceType",
        "The resource type could not be found at '{path}'.",
        general("404 of Resource Manager"),
    )
    NAMESPACE_NOT_PLAYED = row(
        404,
        "InvalidResourceNamespace",
        "The resource namespace '{namespace}' is invalid: this emulator plays {played} and no other.",
        general(
            "404 of Resource Manager for a namespace it does not know; the reason is this emulator's"
        ),
    )
    FILTER_INVALID = row(
        400,
        "InvalidFilterInQueryString",
        "Invalid $filter '{filter}' specified in the query string.",
        general("400 of Resource Manager"),
    )
    QUERY_INVALID = row(
        400,
        "InvalidQueryParameterValue",
        "The query parameter {name} cannot be '{value}'.",
        unverified("likely; code and words not seen", "refusals"),
    )
    METHOD_NOT_ALLOWED = row(
        405,
        "MethodNotAllowed",
        "The method '{method}' is not supported for '{path}'.",
        unverified("likely; status and words not seen", "refusals"),
    )
    # What went wrong stands in the log; a caller is told when and by which id.
    INTERNAL = row(
        500,
        "InternalServerError",
        "Encountered internal server error. Diagnostic information: timestamp '{moment}', "
        "subscription id '{subscription}', tracking id '{tracking}', request correlation id "
        "'{tracking}'.",
        general("500 of Resource Manager"),
    )
    PRECONDITION_FAILED = row(
        412,
        "PreconditionFailed",
        "The condition '{condition}' is not fulfilled: the etag is '{etag}'.",
        unverified("likely; no recording sends If-Match, words not seen", "preconditions"),
    )
    CONTENT_INVALID = row(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '{why}'.",
        general("400 of Resource Manager"),
    )
    PROPERTY_INVALID = row(
        400,
        "InvalidResourceProperties",
        "The property '{property}' cannot be '{value}'.",
        unverified(
            "the code is the provider's for other properties; these words were not seen", "refusals"
        ),
    )
    PROPERTY_MISTYPED = row(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: 'Error converting value "
        "\"{value}\" to type '{type}'. Path '{path}'.'.",
        unverified(
            "the code is Resource Manager's for such content; the provider's own was not seen",
            "refusals",
        ),
    )
    PROPERTY_NEEDS = row(
        400,
        "InvalidResourceProperties",
        "The property '{property}' cannot be set without {needed}.",
        unverified(
            "the rules: terraform-provider-azurerm, cognitive_account_resource.go; code and words not seen",
            "refusals",
        ),
    )
    PARENT_NOT_FOUND = row(
        404,
        "ParentResourceNotFound",
        "Failed to perform 'write' on resource(s) of type 'accounts/{type}', because the "
        "parent resource '{account}' could not be found.",
        general("404 of Resource Manager"),
    )
    # Missing children are refused by the provider itself, so their code differs (2023-01-10).
    NOT_FOUND = row(
        404,
        "NotFound",
        "Specified resource '{id}' cannot be found.",
        recorded("azure-sdk-for-net, DeploymentCollectionApiTests (2023-01-10)"),
    )
