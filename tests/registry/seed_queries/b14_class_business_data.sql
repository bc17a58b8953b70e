-- POS system integration: get_product_by_pointer. As in the seed, in one round trip.
SELECT name, price_amount, price_currency, sku, gtin FROM get_product_by_pointer(%(class_pointer)s);
