"""The connection to the silo: endpoints, handshake, and the two streams over either carrier."""
