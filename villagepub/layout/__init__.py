"""What pages share: the base template and static files. Looks, no rules."""
