"""The seam to Azure: everything that is asked of it or done to it goes through this package."""

from deployer.azure.access import Access, access
from deployer.azure.cloud import Cloud, Identity
from deployer.azure.identity import identity
from deployer.azure.look import Seen, look

__all__ = ["Access", "Cloud", "Identity", "Seen", "access", "identity", "look"]
