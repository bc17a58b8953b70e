-- Track path migrations during wallet transition. Fixed: transferred_* for migrated_*; the target by its id, since it has
-- the prefix of its own wallet.
SELECT
    p1.path,
    p1.wallet_version AS from_wallet,
    p1.transferred_to_wallet AS to_wallet,
    p1.transferred_at,
    p2.path AS target_path,
    p2.status AS target_status
FROM path_registry p1
LEFT JOIN path_registry p2 ON p1.transferred_to = p2.id
WHERE p1.status = 'transferred'
ORDER BY p1.transferred_at DESC;
