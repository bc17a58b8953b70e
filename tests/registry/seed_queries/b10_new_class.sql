-- object_classes with all its columns. Fixed: users for auth.users; who creates it is who acts.
INSERT INTO object_classes (
    name, description, sku, gtin, manufacturer_organization_id, category, subcategory,
    price_currency, price_amount, weight_grams, dimensions_cm
)
VALUES (
    'IKEA BILLY Bookcase White 80x28x202cm', 'Adjustable shelves', '00263850', '4006381333931',
    (SELECT id FROM organizations WHERE name = 'IKEA'), 'Furniture', 'Bookcases', 'SEK', 499.00, 40000, '80x28x202'
)
RETURNING id, status, created_by;
