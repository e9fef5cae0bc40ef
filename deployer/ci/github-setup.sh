# What fails ends it, so that nothing is granted to nobody. Run it once: a second run ends where something exists.
set -eu
# Once for @repository@, by somebody who may register applications and assign roles (az login; gh auth login).
# Two identities: one that only reads, for pull requests and the nightly look; one that writes, for the environment.
subscription=$(az account show --query id --output tsv)
tenant=$(az account show --query tenantId --output tsv)
reader=$(az ad app create --display-name "deployer-@slug@-plan" --query appId --output tsv)
writer=$(az ad app create --display-name "deployer-@slug@" --query appId --output tsv)
reader_id=$(az ad sp create --id "$reader" --query id --output tsv)
writer_id=$(az ad sp create --id "$writer" --query id --output tsv)

# Whom they believe. Entra compares issuer, subject and audience to the letter. The subjects:
@subjects@
# GitHub says itself which of the two forms this repository has: with ids since 2026-07-15 for what is created, renamed
# or transferred.
prefix=$(gh api "repos/@repository@/actions/oidc/customization/sub" --jq '.sub_claim_prefix // "repo:@repository@"')
trust() {
  az ad app federated-credential create --id "$1" --parameters "{\"name\": \"$2\", \"issuer\": \"@issuer@\", \"subject\": \"$prefix:$3\", \"audiences\": [\"@audience@\"]}"
}
trust "$reader" pull-request "pull_request"
trust "$reader" branch "ref:refs/heads/@branch@"
trust "$writer" environment "environment:@environment@"

# What they may do. The writer's roles can be held on the resource group instead, once it exists.
scope="/subscriptions/$subscription"
grant() { az role assignment create --assignee-object-id "$1" --assignee-principal-type ServicePrincipal --role "$2" --scope "$scope"; }
grant "$reader_id" "Reader"
grant "$writer_id" "Contributor"
grant "$writer_id" "Role Based Access Control Administrator"

# Where the workflow reads who it is: variables, no secret among them.
gh variable set AZURE_CLIENT_ID --repo @repository@ --body "$reader"
gh variable set AZURE_TENANT_ID --repo @repository@ --body "$tenant"
gh variable set DEPLOYER_SELF_ID --repo @repository@ --body "$writer_id"
gh api --method PUT "repos/@repository@/environments/@environment@" --silent
gh variable set AZURE_CLIENT_ID --repo @repository@ --env @environment@ --body "$writer"
@values@
# Who has to approve: Settings > Environments > @environment@ > Required reviewers, and "Selected branches": @branch@.
