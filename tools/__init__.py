"""What a developer's machine needs around the portal: private servers, one-terminal start, static checks."""
