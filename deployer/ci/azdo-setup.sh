# What fails ends it, so that nothing is granted to nobody. Run it once: a second run ends where something exists.
set -eu
# Once for @project_url@, by somebody who may register applications and assign roles (az login).
# Two identities: one that only reads, for pull requests and the nightly look; one that writes, for the environment.
az extension add --name azure-devops
az devops configure --defaults organization=@organization_url@ project="@project@"
subscription=$(az account show --query id --output tsv)
tenant=$(az account show --query tenantId --output tsv)
project=$(az devops project show --project "@project@" --query id --output tsv)

# A service connection without a secret, and whom its identity believes. Azure DevOps says itself which issuer and subject
# its tokens have: Entra's for connections made since 2025-11; before, and until it retires on 2027-07-01, its own:
@subjects@
connect() {
  app=$(az ad app create --display-name "$1" --query appId --output tsv)
  app_id=$(az ad sp create --id "$app" --query id --output tsv)
  cat > connection.json <<JSON
{
  "name": "$1", "type": "AzureRM", "url": "https://management.azure.com/",
  "data": {"environment": "AzureCloud", "scopeLevel": "Subscription", "creationMode": "Manual",
           "subscriptionId": "$subscription", "subscriptionName": "$(az account show --query name --output tsv)"},
  "authorization": {"scheme": "WorkloadIdentityFederation", "parameters": {"tenantid": "$tenant", "serviceprincipalid": "$app"}},
  "serviceEndpointProjectReferences": [{"name": "$1", "projectReference": {"id": "$project", "name": "@project@"}}]
}
JSON
  connection=$(az devops service-endpoint create --service-endpoint-configuration connection.json --query id --output tsv)
  says() { az devops service-endpoint show --id "$connection" --query "authorization.parameters.workloadIdentityFederation$1" --output tsv; }
  az ad app federated-credential create --id "$app" --parameters "{\"name\": \"$1\", \"issuer\": \"$(says Issuer)\", \"subject\": \"$(says Subject)\", \"audiences\": [\"@audience@\"]}"
}

# What they may do. The writer's roles can be held on the resource group instead, once it exists.
grant() { az role assignment create --assignee-object-id "$app_id" --assignee-principal-type ServicePrincipal --role "$1" --scope "/subscriptions/$subscription"; }
connect "@reader@"
grant "Reader"
connect "@writer@"
grant "Contributor"
grant "Role Based Access Control Administrator"

# The pipeline, and what the configuration asks of its environment: variables, no secret among them.
az pipelines create --name "deployer-@slug@" --repository-type tfsgit --repository "@repository@" --branch "@branch@" --yml-path "@path@" --skip-first-run true
az pipelines variable create --pipeline-name "deployer-@slug@" --name DEPLOYER_SELF_ID --value "$app_id"
@values@
# Who has to approve: Pipelines > Environments > @environment@ > Approvals and checks: Approvals, Branch control (@branch@), Exclusive lock.
# For the comment: Project settings > Repositories > Security > Build Service: Contribute to pull requests: Allow.
# For pull requests: Repositories > Branches > @branch@ > Branch policies > Build validation: deployer-@slug@.
