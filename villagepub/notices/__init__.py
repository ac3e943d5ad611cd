"""Who is told what: an inbox in the database, written in the transaction of the act it speaks of."""
