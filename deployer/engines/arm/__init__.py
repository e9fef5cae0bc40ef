"""The engine `arm`: azuredeploy.json with the values of a plan."""
