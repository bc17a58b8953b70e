"""What the routes ask the database: one file for each thing, from its rows to its shape."""
