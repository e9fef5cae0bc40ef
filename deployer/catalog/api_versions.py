"""The api-versions we speak: one for every ARM call of every engine, and those of the data plane."""

# Microsoft.CognitiveServices: the version under which the model and quota rows were recorded on 2026-04-23, and the
# default of pulumi-azure-native 3.29, so every engine reads the same shapes.
ARM = "2025-06-01"

# Microsoft.Authorization/roleAssignments: AVM's Bicep module and azd's recordings of 2026-04-09.
AUTHORIZATION = "2022-04-01"

# Microsoft.Resources/resourceGroups: the default of pulumi-azure-native 3.29.
RESOURCE_GROUPS = "2024-03-01"

# Microsoft.Resources/deployments (runs of templates): the newest stable one that recorded clients send, 2026-11.
TEMPLATE_DEPLOYMENTS = "2025-04-01"

# Audio in chat completions first appears here: Azure's inference specification, Azure documentation of 2025-02-06.
CHAT_COMPLETIONS = "2025-01-01-preview"

# The newest realtime preview: Azure documentation of 2026-01; deprecated with its protocol from 2026-04-30.
REALTIME_PREVIEW = "2025-04-01-preview"

# The first realtime preview: Azure documentation of 2024-12; later documentation calls it retired.
REALTIME_PREVIEW_FIRST = "2024-10-01-preview"
