"""The printing line: millions of codes from a manufacturer's node to files, without a network."""
