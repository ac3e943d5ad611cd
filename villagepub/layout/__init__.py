"""What pages share: base templates, the parts they are made of, static files, and how values are worded. No rules."""
