"""The control plane: Azure Resource Manager as far as Cognitive Services, groups and roles need it."""
