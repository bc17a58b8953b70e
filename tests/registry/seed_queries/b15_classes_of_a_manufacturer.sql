-- Manufacturer class management. As in the seed, by the index for it.
SELECT name, sku, status FROM object_classes
WHERE manufacturer_organization_id = (SELECT id FROM organizations WHERE name = 'IKEA') AND status = 'active'
ORDER BY name;
