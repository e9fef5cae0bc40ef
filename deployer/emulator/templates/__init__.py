"""ARM templates: read, expressions evaluated, resources expanded and ordered. Knows nothing of the cloud or HTTP."""
