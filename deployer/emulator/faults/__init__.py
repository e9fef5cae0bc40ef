"""What can be made wrong, on request: of requests and operations, of what the models say."""
