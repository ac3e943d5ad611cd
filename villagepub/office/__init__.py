"""The township office's screens under ``/console``, over the operations and queries of the features.

A *section* is one of them: people, posts, the ledgers … Its lists and records are shown by one template, *screen*, and
each change by another, *act*: a page with a form that is made from the schema of the interface and ends in a redirect.
What a screen says is put together by short functions in ``pages``; no rule of the business is among them.
"""
