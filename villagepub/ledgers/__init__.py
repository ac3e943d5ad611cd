"""What happens outside the program but is counted: posts, complaints, trainings, documents, acts, disputes.

A ledger (台账) is kept by the township's administrator. Its rows are never deleted: one that is wrong is
voided (作废) with a reason and no longer counted. Where single events were not kept, a tally (合计) says
how many there were in a month or a year, with its evidence; one channel or source has single rows or a tally
for the same days, never both. A figure (数字) of the annual report is the count of a list, and its backing
is the query of that list. An empty one means *not entered* until its ledger is declared complete (填报完毕)
for the year; from then on it means 0.
"""
