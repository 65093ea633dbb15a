"""Wire formats: each turns the bytes of one SDK or dump into canonical batches. Pure: no I/O, no clock."""
