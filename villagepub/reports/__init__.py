"""What is handed upwards: the monthly export, and the annual report (政府信息公开工作年度报告).

A figure (数字) or cell (格) carries the query that gives the rows behind it. One that nobody entered is null and
says so; it is never shown as 0, and it is a gap (缺项) that names its remedy. Checks (勾稽关系) are computed from the
printed values and bear the ids of the form's rules. A draft (草稿) is computed whenever it is read; finalised (定稿),
the whole report is kept under its digest, and a later change is a numbered revision (修订). Past reports (往年报告)
come from files.
"""
