"""Applications for government information (依申请公开) and the clock that the law sets for answering them.

An application (申请) is registered on the day the law calls its receipt, answered within working days that some
events restart, pause or extend, and closed with one outcome (办理结果), whose row of the annual form follows from
the article it cites.
"""
