"""The township's console (工作台): what is late, where it sticks, who has it; the figures, and the office's month.

It spans features and has no rules of its own: each screen reads the queries and calls the operations of other rooms.
The *grid* (公开情况表) has a *cell* for each village and catalogue entry of the month in which something is due; the
*holder* of a cell is the post that must act next, with whoever holds that post now.
"""
