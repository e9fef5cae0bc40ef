"""The engine `pulumi`: infra's program, Pulumi's state, our plan. Nothing here is imported before it is asked for."""
