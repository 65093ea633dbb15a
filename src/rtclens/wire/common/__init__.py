"""What several wire formats need: tolerant building of reports, JSON frames, SDP and candidates."""
