-- Hashes of payment logs' trees, so that a proof takes a few rows and not all leaves. See docs/decisions/0021. All of it
-- is made from final leaves, and can be dropped and made again.

-- 256 hashes a tile. On level 0 they are of leaves, on level n the roots of 256^n leaves each, in order. Tiles of level 0
-- are whole; on higher levels the last one grows. A log's tiles are those of its first leaves, without a hole.
CREATE TABLE log_tiles (
    log_no integer NOT NULL,
    level smallint NOT NULL CONSTRAINT tile_level CHECK (level BETWEEN 0 AND 4),
    tile_no bigint NOT NULL CONSTRAINT tile_number CHECK (tile_no >= 0),
    hashes bytea STORAGE EXTERNAL NOT NULL CONSTRAINT tile_size CHECK (
        octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN CASE level WHEN 0 THEN 8192 ELSE 32 END AND 8192
    ),
    PRIMARY KEY (log_no, level, tile_no)
);

-- Who makes or drops a log's tiles is alone, to the end of the transaction.
CREATE FUNCTION lock_tiles(log integer) RETURNS void
LANGUAGE sql
AS $$ SELECT pg_advisory_xact_lock(hashtext('plings log tiles'), log) $$;

-- Drops what rests on a leaf or on one after it.
CREATE FUNCTION drop_tiles(log integer, first_number bigint) RETURNS void
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM lock_tiles(log);
    DELETE FROM log_tiles AS t WHERE t.log_no = log AND t.tile_no >= first_number >> 8 * (t.level + 1) AND (
        t.level = 0 OR t.tile_no > first_number >> 8 * (t.level + 1) OR first_number >> 8 * t.level & 255 = 0
    );
    UPDATE log_tiles AS t SET hashes = substr(t.hashes, 1, 32 * (first_number >> 8 * t.level & 255)::integer)
    WHERE t.log_no = log AND t.level > 0 AND t.tile_no = first_number >> 8 * (t.level + 1)
        AND octet_length(t.hashes) > 32 * (first_number >> 8 * t.level & 255);
END
$$;

-- Leaves that are in tiles were final. Should one be taken back all the same (a fuller copy of its transaction comes, or
-- a source that lied is contradicted), its tiles go. Statements that only add leaves fire none of these.
CREATE FUNCTION drop_tiles_of_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM drop_tiles(log_no, min(number)) FROM removed WHERE number IS NOT NULL GROUP BY log_no ORDER BY log_no;
    RETURN NULL;
END
$$;
CREATE TRIGGER tiles_of_removed AFTER DELETE ON payment_leaves REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION drop_tiles_of_removed();

CREATE FUNCTION drop_tiles_of_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM drop_tiles(log_no, min(least(was.number, is_now.number)))
    FROM removed AS was JOIN added AS is_now USING (transaction_no, instruction_index, inner_index, log_no)
    WHERE (was.number, was.is_outranked) IS DISTINCT FROM (is_now.number, is_now.is_outranked)
        AND least(was.number, is_now.number) IS NOT NULL
    GROUP BY log_no ORDER BY log_no;
    RETURN NULL;
END
$$;
CREATE TRIGGER tiles_of_changed AFTER UPDATE ON payment_leaves REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION drop_tiles_of_changed();

-- A rebuild gives logs other numbers.
CREATE FUNCTION drop_all_tiles() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    TRUNCATE log_tiles;
    RETURN NULL;
END
$$;
CREATE TRIGGER tiles_of_all AFTER TRUNCATE ON payment_leaves EXECUTE FUNCTION drop_all_tiles();

-- Receipts want the first checkpoint that covers a leaf; a log has one for each thousand leaves.
CREATE INDEX chain_events_checkpoints ON chain_events (subject, ((body ->> 'total_payments_count')::bigint))
    WHERE name = 'CheckpointCreated' AND NOT is_partial;

-- Whose a log is follows from who was registered for its leaves' prefix.
CREATE INDEX chain_events_prefix ON chain_events ((body ->> 'prefix')) WHERE name = 'ManufacturerRegistered';

-- What keepers spent, by the key that paid: a budget holds for all of them together, and across their restarts.
CREATE TABLE keeper_spending (
    spending_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payer bytea NOT NULL CONSTRAINT payer_size CHECK (octet_length(payer) = 32),
    spent_at timestamptz NOT NULL DEFAULT now(),
    lamports bigint NOT NULL CONSTRAINT spending_range CHECK (lamports >= 0),
    payment_log bytea NOT NULL,
    what text NOT NULL CONSTRAINT spending_what CHECK (what IN ('checkpoint', 'sweep'))
);
CREATE INDEX keeper_spending_payer ON keeper_spending (payer, spent_at);

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON log_tiles TO plings_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON keeper_spending TO plings_application;
REVOKE ALL ON FUNCTION lock_tiles(integer), drop_tiles(integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_tiles(integer), drop_tiles(integer, bigint) TO plings_application;
