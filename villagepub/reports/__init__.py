"""What is handed upwards: the annual report (政府信息公开工作年度报告), as data.

A figure (数字) carries its as-of time and the query that gives the rows behind it. One that nobody entered is
null and says so; it is never shown as 0. Checks (勾稽关系) are computed from the printed values and bear the
ids of the form's rules.
"""
