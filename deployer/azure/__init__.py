"""The seam to Azure: everything that is asked of it or done to it goes through this package."""
