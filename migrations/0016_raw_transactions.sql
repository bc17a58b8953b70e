-- Raw transactions: the only truth of what is indexed. All other tables of the indexer are made from these again by
-- `plings indexer rebuild`. Kept once each, deflated, in a partition for each month of block time.

CREATE SEQUENCE transaction_numbers;

CREATE TABLE raw_transactions (
    -- ours: in the order in which they came, for joins and for reading them all again
    transaction_no bigint NOT NULL,
    block_time_unix bigint NOT NULL,
    slot bigint NOT NULL,
    -- orders a slot's transactions among each other
    position integer NOT NULL,
    -- whether its logs are all there: a fuller copy of one that was cut takes its place
    is_whole boolean NOT NULL,
    signature bytea STORAGE PLAIN NOT NULL CONSTRAINT signature_size CHECK (octet_length(signature) = 64),
    body bytea STORAGE EXTERNAL NOT NULL
) PARTITION BY RANGE (block_time_unix);
CREATE INDEX raw_transactions_no ON raw_transactions (transaction_no);

-- The later half of a signature: no two have it in common (the first half can be chosen), at 40 bytes less an entry.
-- A transaction on two forks has two block times, so a partition cannot rule it out alone: see take_transactions.
CREATE FUNCTION signature_tail(signature bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN substr(signature, 33);

-- What can still be undone: at `confirmed`, not yet at `finalized`. A raw transaction that is not here is final.
CREATE TABLE provisional_transactions (
    transaction_no bigint PRIMARY KEY,
    block_time_unix bigint NOT NULL,
    slot bigint NOT NULL
);
CREATE INDEX provisional_transactions_slot ON provisional_transactions (slot);

-- Up to this slot all that is final was told.
CREATE TABLE indexer_finality (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    through_slot bigint NOT NULL
);

-- Where each source goes on: moved in the transaction that writes what was read up to there.
CREATE TABLE indexer_cursors (
    source text PRIMARY KEY CONSTRAINT source_form CHECK (source ~ '^[a-z][a-z0-9_:.-]{0,120}$'),
    position jsonb NOT NULL,
    slot bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now()
);

-- Set while a rebuild is under way: what comes after it is still to be read again.
CREATE TABLE indexer_rebuild (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    done_through bigint NOT NULL,
    last_no bigint NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now()
);

-- The month's first second, and that of the month after.
CREATE FUNCTION month_of(unix bigint, OUT first_unix bigint, OUT end_unix bigint)
LANGUAGE sql STABLE STRICT AS $$
    SELECT extract(epoch FROM month AT TIME ZONE 'UTC')::bigint,
        extract(epoch FROM (month + interval '1 month') AT TIME ZONE 'UTC')::bigint
    FROM date_trunc('month', to_timestamp(unix) AT TIME ZONE 'UTC') AS month
$$;

-- Makes the partitions for what happened between two times. The application may not make tables; this does it for it.
CREATE FUNCTION ensure_raw_partitions(from_unix bigint, to_unix bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    month record;
    name text;
BEGIN
    PERFORM require_platform_role();
    IF from_unix < 0 OR to_unix - from_unix > 3.2e9 THEN
        RAISE EXCEPTION 'block times of % to %', from_unix, to_unix USING ERRCODE = 'PL009', HINT = 'block_time';
    END IF;
    month := month_of(from_unix);
    LOOP
        name := 'raw_transactions_' || to_char(to_timestamp(month.first_unix) AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('plings raw partitions'));
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF raw_transactions FOR VALUES FROM (%s) TO (%s)',
                name, month.first_unix, month.end_unix);
            EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %I (signature_tail(signature))',
                name || '_signature', name);
        END IF;
        EXIT WHEN to_unix < month.end_unix;
        month := month_of(month.end_unix);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, DELETE ON raw_transactions TO plings_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON provisional_transactions, indexer_cursors, indexer_finality, indexer_rebuild
TO plings_application;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE transaction_numbers TO plings_application;
REVOKE ALL ON FUNCTION ensure_raw_partitions(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_raw_partitions(bigint, bigint), signature_tail(bytea) TO plings_application;
