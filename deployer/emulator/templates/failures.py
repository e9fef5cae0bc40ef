"""What is wrong with a template, in Resource Manager's code and words."""

from __future__ import annotations

INVALID = "InvalidTemplate"


class TemplateInvalid(Exception):
    """A template that cannot be deployed: Azure's code, and a message in its form (general knowledge)."""

    def __init__(self, why: str, code: str = INVALID) -> None:
        super().__init__(why)
        self.code = code
        self.why = why

    @property
    def message(self) -> str:
        """The whole sentence; every other code brings a sentence of its own."""
        if self.code == INVALID:
            return f"Deployment template validation failed: '{self.why}'."
        return self.why
