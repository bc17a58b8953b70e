-- List all manufacturers in a wallet with transfer info. As in the seed.
SELECT
    manufacturer_name,
    manufacturer_index,
    status,
    transferred_from_wallet,
    transfer_completed_at
FROM manufacturer_registry
WHERE wallet_version = 2
ORDER BY manufacturer_index;
