"""The uploader's pages (上传): what the village owes this month, and one disclosure from its draft to its correction.

It has no rule of its own: what is owed is asked of disclosures, what stops a text of clearance, who has it of review.
*Notation* (写法) is how a text is written in a plain field: a line a paragraph, a few marks for the rest.
"""
