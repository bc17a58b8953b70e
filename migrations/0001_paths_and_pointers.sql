-- Paths and class pointers as the database understands them (docs/decisions/0001), and the two roles that use it.
-- Everything lives in the schema `registry`; the runner creates it and sets the search path.

DO $$
BEGIN
    -- Roles belong to the whole server, which may hold other registries.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plings_application') THEN
        CREATE ROLE plings_application NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plings_manufacturer') THEN
        CREATE ROLE plings_manufacturer NOLOGIN;
    END IF;
END
$$;

-- What people read: one line, nothing that directs or cannot be seen, one spelling (NFC), no blanks around it. The
-- collation tells upper and lower case of all scripts, whatever the database's own does.
CREATE DOMAIN label AS text COLLATE pg_c_utf8
    CONSTRAINT label_length CHECK (char_length(VALUE) BETWEEN 1 AND 200)
    CONSTRAINT label_blanks CHECK (
        char_length(VALUE) > 200 OR VALUE !~ '^[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]|[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]$'
    )
    CONSTRAINT label_normalized CHECK (char_length(VALUE) > 200 OR VALUE IS NFC NORMALIZED)
    -- A text that is too long is not searched for what else is wrong with it.
    CONSTRAINT label_characters CHECK (
        char_length(VALUE) > 200 OR VALUE !~ '[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e]'
        AND VALUE !~ '[\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]'
    );

-- The same for texts of several lines.
CREATE DOMAIN prose AS text COLLATE pg_c_utf8
    CONSTRAINT prose_length CHECK (char_length(VALUE) <= 4000)
    CONSTRAINT prose_characters
        CHECK (char_length(VALUE) > 4000 OR VALUE !~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]');

-- The number of a canonical segment, 0 to 2^31 - 1. What is no segment is refused where the path is checked.
-- Functions that constraints call name their search path: whose own role has a schema could put another in front.
CREATE FUNCTION segment_number(segment text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, pg_temp AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    value bigint := 0;
BEGIN
    FOR position IN 1..least(length(segment), 7) LOOP
        value := value * 58 + strpos(alphabet, substr(segment, position, 1)) - 1;
    END LOOP;
    RETURN value;
END
$$;

CREATE FUNCTION segment_text(number integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, pg_temp AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    rest integer := number;
    digits text := '';
BEGIN
    LOOP
        digits := substr(alphabet, rest % 58 + 1, 1) || digits;
        rest := rest / 58;
        EXIT WHEN rest = 0;
    END LOOP;
    RETURN digits;
END
$$;

-- Whether a text is a path of `fewest` to `most` canonical segments and at most `longest` bytes.
-- 4GmR58 is 2^31 - 1, and base58's alphabet is in the order of ASCII.
CREATE FUNCTION is_path(path text, fewest integer, most integer, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN octet_length(path) <= longest
    AND path COLLATE "C" ~ '^(?:[2-9]|[2-5][1-9])(?:\.(?:1|[2-9A-HJ-NP-Za-km-z][1-9A-HJ-NP-Za-km-z]{0,5}))+$'
    AND cardinality(string_to_array(path, '.')) BETWEEN fewest AND most
    AND NOT EXISTS (
        SELECT FROM unnest(string_to_array(path, '.')) AS segment
        WHERE length(segment) = 6 AND segment COLLATE "C" > '4GmR58'
    );

CREATE FUNCTION path_numbers(path text) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT array_agg(segment_number(part) ORDER BY place)
    FROM unnest(string_to_array(path, '.')) WITH ORDINALITY AS parts (part, place)
);

CREATE FUNCTION path_number(path text, place integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN segment_number(split_part(path, '.', place));

-- SLIP-0010, all levels hardened.
CREATE FUNCTION hd_path(path text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT 'm/44''/501''' || string_agg('/' || number || '''', '' ORDER BY place)
    FROM unnest(path_numbers(path)) WITH ORDINALITY AS parts (number, place)
);

-- A path as bytes, 4 for each number: then everything at or below a path, or a range of its children, lies between
-- two keys and nothing else does. So "two allocations share a path" is "two ranges of keys overlap".
CREATE FUNCTION path_key(path text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(int4send(number), ''::bytea ORDER BY place)
    FROM unnest(path_numbers(path)) WITH ORDINALITY AS parts (number, place)
);

-- A class pointer is a number of 64 bits: as an index key it is a third smaller than 8 bytes or 11 characters are.
-- It is signed here, since PostgreSQL has no other: the text counts from 0.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 180000 THEN
        EXECUTE 'CREATE FUNCTION pointer_number(bytes bytea) RETURNS bigint
                 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN bytes::bigint';
    ELSE
        EXECUTE $f$CREATE FUNCTION pointer_number(bytes bytea) RETURNS bigint
                 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
                 RETURN ('x' || encode(bytes, 'hex'))::bit(64)::bigint$f$;
    END IF;
END
$$;

-- How far one key is from another, by their first 6 numbers. Without it GiST puts spans anywhere, and to look one up
-- among a million takes hundreds of pages instead of 4. Each insert asks for it hundreds of times: in plpgsql that takes
-- a third of what it does in SQL.
CREATE FUNCTION key_distance(key bytea, other bytea) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN substr(key, 1, 8) <> substr(other, 1, 8) THEN 2::double precision ^ 128
            * (pointer_number(substr(key, 1, 8))::double precision - pointer_number(substr(other, 1, 8)))
        WHEN substr(key, 9, 8) <> substr(other, 9, 8) THEN 2::double precision ^ 64
            * (pointer_number(substr(key || '\x0000000000000000', 9, 8))::double precision
                - pointer_number(substr(other || '\x0000000000000000', 9, 8)))
        ELSE pointer_number(substr(key || '\x00000000000000000000000000000000', 17, 8))::double precision
            - pointer_number(substr(other || '\x00000000000000000000000000000000', 17, 8))
    END;
END
$$;

CREATE TYPE path_span AS RANGE (subtype = bytea, subtype_diff = key_distance);

-- What an allocation holds: everything at or below `path`, or below it from child `first` to child `last`. The end is
-- the key after the last child's, which for child 2^31 - 1 is 2^31 and no child's.
CREATE FUNCTION allocated_span(path text, first integer, last integer) RETURNS path_span
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = registry, pg_temp AS $$
DECLARE
    above bytea := registry.path_key(path);
BEGIN
    IF first IS NULL THEN
        first := registry.segment_number(substring(path FROM '[^.]+$'));
        last := first;
        above := substr(above, 1, octet_length(above) - 4);
    END IF;
    RETURN registry.path_span(above || int4send(first), above || substr(int8send(last::bigint + 1), 5), '[)');
END
$$;

-- sha256("{key}:{path}")[:8]. With convert_to, which is not immutable, it would not be inlined and take three times as long.
CREATE FUNCTION class_pointer_of(manufacturer_pubkey text, path_to_pointer text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pointer_number(
    substr(sha256(replace(manufacturer_pubkey || ':' || path_to_pointer, '\', '\\')::bytea), 1, 8)
);

-- The 11 characters of a pointer, and back. Another text is NULL: it is no pointer's.
CREATE FUNCTION pointer_text(pointer bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    rest numeric := CASE WHEN pointer < 0 THEN pointer + 18446744073709551616 ELSE pointer END;
    digits text := '';
BEGIN
    FOR position IN 1..11 LOOP
        digits := substr(alphabet, (rest % 58)::integer + 1, 1) || digits;
        rest := div(rest, 58);
    END LOOP;
    RETURN digits;
END
$$;

CREATE FUNCTION pointer_from_text(text text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    value numeric := 0;
BEGIN
    IF text COLLATE "C" !~ '^[1-9A-HJ-NP-Za-km-z]{11}$' THEN
        RETURN NULL;
    END IF;
    FOR position IN 1..11 LOOP
        value := value * 58 + strpos(alphabet, substr(text, position, 1)) - 1;
    END LOOP;
    IF value >= 18446744073709551616 THEN
        RETURN NULL;
    END IF;
    RETURN CASE WHEN value >= 9223372036854775808 THEN value - 18446744073709551616 ELSE value END;
END
$$;
