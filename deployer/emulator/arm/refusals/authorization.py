"""What a caller may do: roles and their assignments, policies, an owner's locks."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import general, reported


class AuthorizationRefusal(Refusal):
    """What is said by Microsoft.Authorization and of its resources."""

    AUTHORIZATION_FAILED = row(
        403,
        "AuthorizationFailed",
        "The client '{client}' with object id '{object}' does not have authorization to perform "
        "action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials.",
        reported("crossplane-contrib/provider-upjet-azure; the last sentence is general knowledge"),
    )
    POLICY_DENIES = row(
        403,
        "RequestDisallowedByPolicy",
        "Resource '{resource}' was disallowed by policy. Policy identifiers: '{policies}'.",
        reported("microsoft/foundry-dev-tools#671 (2026-08-11), with 403"),
    )
    SCOPE_LOCKED = row(
        409,
        "ScopeLocked",
        "The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        "'{locked}'. Please remove the lock and try again.",
        reported("quoted, with 409"),
    )
    LOCK_NOT_FOUND = row(
        404,
        "LockNotFound",
        "The lock '{name}' could not be found.",
        general("404 of locks"),
    )
    PRINCIPAL_NOT_FOUND = row(
        400,
        "PrincipalNotFound",
        "Principal {principal} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a "
        "role, this error might be related to a replication delay. In this case, set the role "
        "assignment principalType property to a value, such as ServicePrincipal, User, or Group.  "
        "See https://aka.ms/docs-principaltype",
        reported("Azure/HubAndSpokeResearchEnclave#50, Azure/avdaccelerator#76"),
    )
    ASSIGNMENT_EXISTS = row(
        409,
        "RoleAssignmentExists",
        "The role assignment already exists.",
        general("409 of role assignments"),
    )
    ASSIGNMENT_CANNOT_CHANGE = row(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        general("400 of role assignments"),
    )
    ASSIGNMENT_NOT_FOUND = row(
        404,
        "RoleAssignmentNotFound",
        "The role assignment '{name}' is not found.",
        general("404 of role assignments"),
    )
    ROLE_NOT_FOUND = row(
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{role}' does not exist.",
        general("404 of role assignments"),
    )
    ASSIGNMENT_NAME_INVALID = row(
        400,
        "InvalidRoleAssignmentId",
        "The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        reported(
            "Azure/azure-sdk-for-python#4621, Azure/Azure-Landing-Zones#3419; its status is likely"
        ),
    )
