"""The one way a tool gives up."""


class ToolFailed(Exception):
    """Something on this machine is missing or in the way; the message is one line that says what to do."""
