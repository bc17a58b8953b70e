-- What the program told: facts, one row for each change of state, each once for its instruction. Rows point to their
-- transaction by number; keys are bytes. Nothing here depends on the order in which it came.

-- Objects as their leaves and events name them. A number, because it stands in every row that is about one.
CREATE TABLE objects (
    object_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- the first 16 bytes of sha256(pointer, address, path)
    object_key uuid NOT NULL CONSTRAINT object_key_unique UNIQUE,
    class_pointer bigint NOT NULL,
    address bytea STORAGE PLAIN NOT NULL CONSTRAINT object_address_size CHECK (octet_length(address) = 32),
    path text COLLATE "C" NOT NULL
);

-- `seen` holds the numbers of all leaves that somebody told, `placed` those that follow from gaps between them.
CREATE TABLE payment_logs (
    log_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address bytea NOT NULL CONSTRAINT log_address_unique UNIQUE,
    seen int8multirange NOT NULL DEFAULT '{}',
    placed int8multirange NOT NULL DEFAULT '{}',
    -- leaves that must exist: by the highest number, or by a checkpoint
    leaf_count bigint NOT NULL DEFAULT 0
);

-- Numbers that a log has and nobody told us of yet.
CREATE TABLE log_gaps (
    log_no integer NOT NULL,
    numbers int8range NOT NULL,
    noticed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (log_no, numbers)
);

CREATE TABLE payment_leaves (
    transaction_no bigint NOT NULL,
    object_no bigint NOT NULL,
    -- NULL while it is not known: logs were cut, and what is before or after it is missing
    number bigint,
    amount_lamports bigint NOT NULL,
    -- NULL where logs were cut: the fee in force then says it (leaf_facts)
    platform_lamports bigint,
    slot_rent_lamports bigint,
    timestamp_unix bigint NOT NULL,
    slot bigint NOT NULL,
    log_no integer NOT NULL,
    position integer NOT NULL,
    instruction_index smallint NOT NULL,
    -- -1 for an instruction of the transaction's own
    inner_index smallint NOT NULL,
    -- 1 payment, 2 transfer, 3 slot payment, 4 slot transfer
    kind smallint NOT NULL,
    -- whether the log told its number
    is_told boolean NOT NULL,
    -- whether the number of one that was not told is held from both sides
    is_settled boolean NOT NULL,
    -- another leaf has the number: of a fork that is about to be undone, or a source lies
    is_outranked boolean NOT NULL DEFAULT false,
    actor bytea STORAGE PLAIN NOT NULL,
    -- NULL for a payment, which makes its actor the owner
    owner bytea STORAGE PLAIN,
    PRIMARY KEY (transaction_no, instruction_index, inner_index)
);
CREATE INDEX payment_leaves_number ON payment_leaves (log_no, number);
CREATE INDEX payment_leaves_payments ON payment_leaves (object_no, number) WHERE kind IN (1, 3);
CREATE INDEX payment_leaves_gifts ON payment_leaves (object_no, kind, actor, number) WHERE kind IN (2, 4);
CREATE INDEX payment_leaves_untold ON payment_leaves (log_no) WHERE NOT is_told;

CREATE TABLE chain_events (
    transaction_no bigint NOT NULL,
    slot bigint NOT NULL,
    position integer NOT NULL,
    instruction_index smallint NOT NULL,
    inner_index smallint NOT NULL,
    -- counts the events of one instruction
    ordinal smallint NOT NULL,
    -- whether it is by the instruction alone: logs were cut, and fields are missing
    is_partial boolean NOT NULL,
    block_time_unix bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- the account whose state it changes
    subject bytea NOT NULL,
    object_no bigint,
    -- who owns the object from then on, or was seen to
    owner bytea,
    body jsonb NOT NULL,
    PRIMARY KEY (transaction_no, instruction_index, inner_index, ordinal)
);
CREATE INDEX chain_events_subject ON chain_events (subject, name, slot);
CREATE INDEX chain_events_name ON chain_events (name, slot);
CREATE INDEX chain_events_object ON chain_events (object_no) WHERE object_no IS NOT NULL;

-- Numbers of leaves as ranges.
CREATE FUNCTION numbers_of(numbers bigint[]) RETURNS int8multirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((SELECT range_agg(int8range(number, number + 1)) FROM unnest(numbers) AS number), '{}');

-- Stores what is staged as facts; their transactions have the numbers `base` + at, through `last`. Returns what they
-- touch: logs, objects that are new and have nothing but payments, other objects, accounts.
CREATE FUNCTION take_facts(
    base bigint, last bigint,
    OUT leaves integer, OUT events integer, OUT logs integer[], OUT last_old_object bigint, OUT objects bigint[],
    OUT accounts bytea[]
)
-- Objects are found by their index, whatever the statistics say of tables that grow by a batch at a time.
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    SELECT coalesce(max(object_no), 0) INTO last_old_object FROM objects AS o;
    INSERT INTO objects (object_key, class_pointer, address, path)
    SELECT s.object_key, s.class_pointer, s.address, s.path FROM staged_objects AS s
    WHERE NOT EXISTS (SELECT FROM objects AS o WHERE o.object_key = s.object_key);

    -- Of a log with a checkpoint it is known how many leaves it has, though none was told yet.
    INSERT INTO payment_logs (address)
    SELECT payment_log FROM (
        SELECT payment_log FROM staged_leaves UNION SELECT subject FROM staged_events WHERE name = 'CheckpointCreated'
    ) AS named (payment_log)
    WHERE NOT EXISTS (SELECT FROM payment_logs WHERE address = payment_log) ORDER BY 1;

    INSERT INTO payment_leaves (
        transaction_no, object_no, number, amount_lamports, platform_lamports, slot_rent_lamports, timestamp_unix,
        slot, log_no, position, instruction_index, inner_index, kind, is_told, is_settled, actor, owner
    )
    SELECT base + s.at, o.object_no, s.number, s.amount_lamports, s.platform_lamports, s.slot_rent_lamports,
        s.timestamp_unix, s.slot, l.log_no, s.position, s.instruction_index, s.inner_index, s.kind,
        s.number IS NOT NULL, s.number IS NOT NULL, s.actor, s.owner
    FROM staged_leaves AS s
    JOIN payment_logs AS l ON l.address = s.payment_log
    JOIN objects AS o ON o.object_key = s.object_key;
    GET DIAGNOSTICS leaves = ROW_COUNT;

    INSERT INTO chain_events
    SELECT base + s.at, s.slot, s.position, s.instruction_index, s.inner_index, s.ordinal, s.is_partial,
        s.block_time_unix, s.name, s.subject, o.object_no, s.owner, s.body
    FROM staged_events AS s LEFT JOIN objects AS o ON o.object_key = s.object_key;
    GET DIAGNOSTICS events = ROW_COUNT;

    SELECT array_agg(DISTINCT subject) INTO accounts FROM staged_events;
    SELECT array_agg(DISTINCT log_no) INTO logs FROM (
        SELECT l.log_no FROM payment_leaves AS l WHERE transaction_no BETWEEN base AND last
        UNION ALL SELECT log_no FROM payment_logs WHERE address = ANY (accounts)
    ) AS touched;
    SELECT array_agg(DISTINCT l.object_no) INTO objects FROM payment_leaves AS l
    WHERE transaction_no BETWEEN base AND last
        AND (l.object_no <= last_old_object OR kind IN (2, 4) OR NOT is_told);
END
$$;

-- Which of the told leaves of a number counts: the latest on chain. Returns the objects of those that changed.
CREATE FUNCTION settle_conflicts(logs integer[], numbers_of_logs int8multirange[]) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    touched bigint[];
BEGIN
    WITH ranked AS (
        SELECT l.transaction_no, l.instruction_index, l.inner_index, l.object_no, l.is_outranked, row_number() OVER (
            PARTITION BY l.log_no, l.number
            ORDER BY l.slot DESC, l.position DESC, l.instruction_index DESC, l.inner_index DESC,
                l.transaction_no DESC
        ) > 1 AS is_lower
        FROM unnest(logs, numbers_of_logs) AS conflict (log_no, numbers)
        CROSS JOIN LATERAL unnest(conflict.numbers) AS stretch
        JOIN payment_leaves AS l ON l.log_no = conflict.log_no AND l.is_told
            AND l.number >= lower(stretch) AND l.number < upper(stretch)
    ), changed AS (
        UPDATE payment_leaves AS l SET is_outranked = ranked.is_lower FROM ranked
        WHERE (l.transaction_no, l.instruction_index, l.inner_index)
            = (ranked.transaction_no, ranked.instruction_index, ranked.inner_index)
            AND ranked.is_lower <> ranked.is_outranked
        RETURNING l.object_no
    )
    SELECT array_agg(DISTINCT object_no) INTO touched FROM changed;
    UPDATE payment_leaves SET is_settled = false WHERE log_no = ANY (logs) AND NOT is_told AND is_settled;
    RETURN touched;
END
$$;

-- Notes the numbers of new leaves. Returns objects whose leaves have another standing because of it.
CREATE FUNCTION note_numbers(base bigint, last bigint) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    conflicts record;
BEGIN
    WITH numbers AS (
        SELECT log_no, range_agg(int8range(number, number + 1)) AS ranges, count(*) AS leaves FROM payment_leaves
        WHERE transaction_no BETWEEN base AND last AND is_told GROUP BY log_no
    ), noted AS (
        UPDATE payment_logs AS l SET seen = l.seen + n.ranges
        FROM numbers AS n, payment_logs AS before
        WHERE l.log_no = n.log_no AND before.log_no = n.log_no
        RETURNING l.log_no, CASE
            WHEN n.leaves <> (SELECT sum(upper(stretch) - lower(stretch)) FROM unnest(n.ranges) AS stretch)
            THEN n.ranges ELSE n.ranges * before.seen
        END AS doubles
    )
    SELECT array_agg(log_no) AS logs, array_agg(doubles) AS numbers INTO conflicts
    FROM noted WHERE NOT isempty(doubles);
    IF conflicts.logs IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN settle_conflicts(conflicts.logs, conflicts.numbers);
END
$$;

-- Leaves of a log that are not settled, and the numbers of the told ones before and after each: -1 before the first, NULL
-- after the last.
CREATE FUNCTION unsettled_leaves(log integer) RETURNS TABLE (
    transaction_no bigint, slot bigint, "position" integer, instruction_index smallint, inner_index smallint,
    below bigint, above bigint
)
LANGUAGE sql STABLE AS $$
    SELECT u.transaction_no, u.slot, u.position, u.instruction_index, u.inner_index, coalesce((
        SELECT b.number FROM payment_leaves AS b
        WHERE b.log_no = log AND b.is_told AND NOT b.is_outranked
            AND (b.slot, b.position, b.instruction_index, b.inner_index)
            < (u.slot, u.position, u.instruction_index, u.inner_index)
        ORDER BY b.number DESC LIMIT 1
    ), -1), (
        SELECT a.number FROM payment_leaves AS a
        WHERE a.log_no = log AND a.is_told AND NOT a.is_outranked
            AND (a.slot, a.position, a.instruction_index, a.inner_index)
            > (u.slot, u.position, u.instruction_index, u.inner_index)
        ORDER BY a.number LIMIT 1
    )
    FROM payment_leaves AS u WHERE u.log_no = log AND NOT u.is_told AND NOT u.is_settled
$$;

-- Finds numbers for leaves that the logs did not tell: those that are missing between the two told ones around them,
-- where exactly as many are missing; after the last one, the next. Looks at those that are not settled, and at their
-- neighbours; returns the objects of these.
CREATE FUNCTION place_leaves(log integer) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    touched bigint[];
BEGIN
    UPDATE payment_leaves AS l SET is_settled = false
    FROM (SELECT DISTINCT below, above FROM unsettled_leaves(log)) AS around
    WHERE l.log_no = log AND NOT l.is_told AND l.is_settled AND l.number > below AND (above IS NULL OR l.number < above);

    WITH places AS (
        SELECT u.*, count(*) OVER (PARTITION BY below, above) AS here, above - below - 1 AS missing,
            below + row_number() OVER (
                PARTITION BY below, above ORDER BY slot, "position", instruction_index, inner_index
            ) AS place
        FROM unsettled_leaves(log) AS u
    ), changed AS (
        UPDATE payment_leaves AS l
        SET number = CASE WHEN p.above IS NULL OR p.here = p.missing THEN p.place END,
            is_settled = p.above IS NOT NULL AND p.here = p.missing
        FROM places AS p
        WHERE (l.transaction_no, l.instruction_index, l.inner_index)
            = (p.transaction_no, p.instruction_index, p.inner_index)
        RETURNING l.object_no
    )
    SELECT array_agg(DISTINCT object_no) INTO touched FROM changed;
    UPDATE payment_logs SET placed = (
        SELECT numbers_of(array_agg(number)) FROM payment_leaves WHERE log_no = log AND NOT is_told AND number IS NOT NULL
    ) WHERE log_no = log;
    RETURN touched;
END
$$;

-- How many leaves logs must have, and which of them are missing.
CREATE FUNCTION refresh_logs(logs integer[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    UPDATE payment_logs AS l SET leaf_count = greatest(coalesce(upper(l.seen + l.placed), 0), coalesce((
        SELECT max((e.body ->> 'total_payments_count')::bigint) FROM chain_events AS e
        WHERE e.subject = l.address AND e.name = 'CheckpointCreated'
    ), 0))
    WHERE l.log_no = ANY (logs);

    WITH missing AS (
        SELECT l.log_no, unnest(int8multirange(int8range(0, l.leaf_count)) - l.seen - l.placed) AS numbers
        FROM payment_logs AS l WHERE l.log_no = ANY (logs)
    ), closed AS (
        DELETE FROM log_gaps AS g WHERE g.log_no = ANY (logs)
            AND NOT EXISTS (SELECT FROM missing AS m WHERE m.log_no = g.log_no AND m.numbers = g.numbers)
        RETURNING g.*
    )
    INSERT INTO log_gaps (log_no, numbers, noticed_at)
    SELECT m.log_no, m.numbers, coalesce((
        SELECT min(c.noticed_at) FROM closed AS c WHERE c.log_no = m.log_no AND c.numbers && m.numbers
    ), now())
    FROM missing AS m
    ON CONFLICT DO NOTHING;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE
ON objects, payment_logs, log_gaps, payment_leaves, chain_events TO plings_application;
REVOKE ALL ON FUNCTION
    take_facts(bigint, bigint), settle_conflicts(integer[], int8multirange[]), note_numbers(bigint, bigint),
    place_leaves(integer), unsettled_leaves(integer), refresh_logs(integer[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    take_facts(bigint, bigint), settle_conflicts(integer[], int8multirange[]), note_numbers(bigint, bigint),
    place_leaves(integer), unsettled_leaves(integer), refresh_logs(integer[]), numbers_of(bigint[])
TO plings_application;
