-- Check if a user can allocate paths for an organization in a specific wallet. Fixed: user and organisation by what they
-- are called, for their uuids.
SELECT
    w.version_name,
    w.status AS wallet_status,
    om.role
FROM wallet_versions w
CROSS JOIN organization_members om
WHERE w.version_id = 1 -- Target wallet
    AND om.user_id = (SELECT id FROM users WHERE email = %(email)s)
    AND om.organization_id = (SELECT id FROM organizations WHERE name = %(organization)s)
    AND om.role IN ('owner', 'admin')
    AND w.status = 'active';
