"""What a national desk uses: the client library and the command line."""
