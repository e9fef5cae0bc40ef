"""Plan, apply and smoke-test Azure OpenAI audio and realtime deployments from one YAML file."""

__version__ = "0.1.0"
