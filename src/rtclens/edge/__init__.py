"""The doors: sockets and requests of every client protocol come in here, durable batches leave towards the stream."""
