-- The future cross-wallet verifications, which are there.
SELECT source_wallet, target_wallet, path, verification_result, verified_at
FROM cross_wallet_verifications
ORDER BY verified_at;
