"""Whether the township's other channels say what was published here, and telling them when it changes.

A *routing table* (分发对照表) says which kinds of item belong on which channel; it is valid from a day, so that a new
one leaves alone what was published before. A *post* of the ledger is *matched* (对应) to a matter here by its address
or by a person; what only resembles one is *suggested* and counts once a person has confirmed it. A *pair* is one
matter on one channel that it belongs on; it is *in step* (同步) while a post of it is up there. A *webhook* (推送)
is an address of a channel's platform that is told of each change of what belongs there.
"""
