"""Exports of any size: what staff may read, taken away as a CSV or XLSX file.

A *kind* of export is a table of rows (公开信息, 审批意见, 台账, 统计, 审计记录), with its filters and the permissions
that it needs. CSV is *streamed* while it is read, a small XLSX is made at once, and anything may be made by a job: an
*export* then has an owner, a purpose (用途), a state, a file with its digest, and a day on which the file goes.
Whoever takes rows away is noted in the audit chain before the first byte leaves.
"""
