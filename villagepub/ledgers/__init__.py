"""What happens outside the program but is counted: channel posts, complaints, trainings.

A ledger (台账) is kept by the township's administrator. Its rows are never deleted: one that is wrong is
voided (作废) with a reason and no longer counted. Where single events were not kept, a tally (合计) says
how many there were in a month or a year, with its evidence; one channel or source has single rows or a tally
for the same days, never both. An empty ledger means *not entered* until it is declared complete (填报完毕)
for the year; from then on it means 0.
"""
