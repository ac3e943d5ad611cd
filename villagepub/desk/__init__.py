"""The review desk (审批台): a reviewer's queue, and one item with all that a decision needs on one page.

It has no rule of its own: what may be done, and by whom, is asked of review, clearance and publishing.
"""
