"""What must be disclosed: groups and entries, how often, on what legal basis, under which office, and by when.

An entry (公开事项) of frequency monthly to yearly is owed once a period by each village; one of frequency
on_event is owed some working days after the event. A duty (公开责任) is one entry of one village for one period.
"""
