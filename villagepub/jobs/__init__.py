"""Long work done behind the scenes: queued in the transaction that wants it, done once, by worker processes.

A *job* is one piece of work of one *kind*. A worker *claims* it for the length of a *lease* and keeps the lease
up while it works; one that dies loses it, and another worker takes the job over. What a job does and the note
that it was done are stored together, so that it has one effect however often it was begun. A *slot* is one
moment of a *schedule*, run by whichever worker writes it down first.
"""
