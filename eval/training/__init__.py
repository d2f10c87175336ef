"""The training of the embedded model: sentences of the genre with their facts, and the adapter that is made of them."""
