"""The chain: secrecy officer → office → leader, each a different person and none the author.

A submission opens a case (审批单), which copies its chain; each stage ends with one decision bound to the
digest of what was read. A return ends the submission; the next one starts again at stage one. Nothing passes by
itself: silence, a time-out or an absence approves nothing.
"""
