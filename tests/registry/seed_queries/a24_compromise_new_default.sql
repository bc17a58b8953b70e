-- Make it the default in place of the previous one, which takes approval. Fixed: in one call, so that there are never two.
SELECT set_default_wallet(3);
