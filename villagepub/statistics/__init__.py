"""Kept totals, closings and times.

A cell (村 × 事项 × 月) is never incremented: each act recounts its cells from the rows, in its own transaction.
A closed month (封账) never changes; what is found later is an adjustment in the month it was found.
"""
