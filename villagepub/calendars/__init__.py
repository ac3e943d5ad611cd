"""Which days are worked: years of holidays, each with its notice, for the nation and for regions.

A *year* is what the notices of one year say. It is *shipped* as a file with the program, or *imported* into the
database, which all machines share; an import lies over the file. Each import of a year is a new *edition*, the old
ones are kept. A year *arrives* when a township's calendar is no longer the one it was last seen with: every stored
due date is then computed again, and each *move* is written down.
"""
