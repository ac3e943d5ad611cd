"""What the public may read: a read model that the last approval writes, and nothing else.

A publication (公示件) is a copy of what three people approved. Withdrawing empties it to a tombstone (撤回说明);
suspending empties it until the leader releases or withdraws the item. The public routes read these tables alone.
"""
