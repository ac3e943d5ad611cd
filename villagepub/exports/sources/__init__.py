"""Where the rows of each kind of export come from: a file a kind, over the queries of the room that keeps them."""
