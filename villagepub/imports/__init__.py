"""Files of many rows, taken in by a worker: the ledgers and the applications (台账、依申请公开).

A person sends a file; it is looked at for marks of secrecy and kept for the *job* that checks every line, and then
writes all of them or none. What is wrong with which line stays with the job, and is read when one comes back.
"""
