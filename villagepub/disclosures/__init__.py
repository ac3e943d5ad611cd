"""Disclosure items (公开信息) of a village: drafts, revisions, attachments, corrections.

Every change of the text, the fields or the attachments is a revision (版本), kept for ever with its author. The
digest (摘要) covers exactly what the public will get; approvals belong to a digest. A correction (更正件) is a new
draft that supersedes a published item once it has its own three approvals.
"""
