-- Manufacturer by its Ed25519 key. As in the seed.
SELECT manufacturer_name, prefix, ed25519_private_key_reference
FROM manufacturer_registry
WHERE ed25519_public_key = %(manufacturer_pubkey)s;
