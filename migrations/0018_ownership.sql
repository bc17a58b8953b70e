-- Who owns, and owned, each object: by its leaves (as plings.proofs.Ownership has it), by its slot, or by its account.
-- All of it follows from the facts; what a batch touches is made anew from all facts about it.

CREATE TABLE tenures (
    object_no bigint NOT NULL,
    ordinal integer NOT NULL,
    owner bytea STORAGE PLAIN NOT NULL,
    -- a leaf's kind, or what the object's account did: 11 created, 12 purchased, 13 transferred, 14 promoted, 15 seen
    -- with another owner, whom no instruction of ours had made it
    how smallint NOT NULL,
    is_current boolean NOT NULL,
    log_no integer,
    number bigint,
    transaction_no bigint NOT NULL,
    slot bigint NOT NULL,
    since_unix bigint NOT NULL,
    PRIMARY KEY (object_no, ordinal)
);
CREATE INDEX tenures_owner ON tenures (owner) WHERE is_current;

-- Objects with an account of their own, as their events leave them.
CREATE TABLE object_accounts (
    account bytea PRIMARY KEY,
    object_no bigint,
    -- deposit: nothing but money that was sent there; claimed: can be challenged; owned: has its NFT
    state text NOT NULL CONSTRAINT account_state CHECK (state IN ('deposit', 'claimed', 'owned')),
    mint text,
    -- as the program saw last
    owner bytea,
    -- for a claim: whose the object is by what was shown so far
    title_owner text,
    -- 0 when it is not for sale
    asking_price_lamports bigint NOT NULL,
    offer_ends_at_unix bigint,
    royalty_bps integer,
    platform_fee_bps integer,
    final_at_unix bigint,
    began_at_unix bigint NOT NULL,
    changed_at_unix bigint NOT NULL
);
CREATE INDEX object_accounts_object ON object_accounts (object_no);
CREATE INDEX object_accounts_offers ON object_accounts (asking_price_lamports) WHERE asking_price_lamports > 0;

-- Makes the rows of accounts that events touched. Returns their objects.
CREATE FUNCTION refresh_accounts(accounts bytea[]) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    touched bigint[];
BEGIN
    WITH gone AS (DELETE FROM object_accounts WHERE account = ANY (accounts) RETURNING object_no)
    SELECT array_agg(object_no) INTO touched FROM gone;

    WITH told AS (
        SELECT e.*, row_number() OVER (
            PARTITION BY e.subject ORDER BY e.slot DESC, e.position DESC, e.instruction_index DESC, e.inner_index DESC,
                e.ordinal DESC
        ) AS age
        FROM chain_events AS e
        WHERE e.subject = ANY (accounts) AND e.name IN (
            'ObjectCreated', 'ObjectPurchased', 'OwnershipTransferred', 'ListedForSale', 'ListingCancelled',
            'DepositRefunded', 'PromotionClaimed', 'PromotionChallenged', 'ObjectPromoted'
        )
    ), whole AS (
        SELECT subject, min(object_no) AS object_no,
            bool_or(name IN (
                'ObjectCreated', 'ObjectPurchased', 'ObjectPromoted', 'OwnershipTransferred', 'ListedForSale'
            )) AS is_owned,
            bool_or(name = 'PromotionClaimed') AS is_claimed,
            max(body ->> 'mint') AS mint,
            (array_agg(owner ORDER BY age) FILTER (WHERE owner IS NOT NULL))[1] AS owner,
            (array_agg(body ->> 'owner' ORDER BY age)
                FILTER (WHERE name IN ('PromotionClaimed', 'PromotionChallenged')))[1] AS title_owner,
            (array_agg((body ->> 'final_at_unix')::bigint ORDER BY age)
                FILTER (WHERE name IN ('PromotionClaimed', 'PromotionChallenged')))[1] AS final_at_unix,
            (array_agg(CASE WHEN name = 'ListedForSale' THEN body END ORDER BY age)
                FILTER (WHERE name <> 'DepositRefunded'))[1] AS offer,
            min(block_time_unix) AS began_at_unix, max(block_time_unix) AS changed_at_unix
        FROM told GROUP BY subject
    )
    INSERT INTO object_accounts
    SELECT subject, object_no,
        CASE WHEN is_owned THEN 'owned' WHEN is_claimed THEN 'claimed' ELSE 'deposit' END,
        mint, owner, CASE WHEN NOT is_owned THEN title_owner END, coalesce((offer ->> 'asking_price_lamports')::bigint, 0), (offer ->> 'ends_at_unix')::bigint,
        (offer ->> 'royalty_bps')::integer, (offer ->> 'platform_fee_bps')::integer,
        CASE WHEN NOT is_owned THEN final_at_unix END, began_at_unix, changed_at_unix
    FROM whole;

    RETURN (
        SELECT array_agg(DISTINCT object_no) FROM (
            SELECT unnest(touched) AS object_no
            UNION ALL SELECT object_no FROM object_accounts WHERE account = ANY (accounts)
        ) AS each WHERE object_no IS NOT NULL
    );
END
$$;

-- Owners of new objects that have nothing but payments: of each the buyer of the first.
CREATE FUNCTION note_first_owners(base bigint, last bigint, last_old_object bigint, others bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO tenures
    SELECT DISTINCT ON (object_no) object_no, 1, actor, kind, true, log_no, number, transaction_no, slot, timestamp_unix
    FROM payment_leaves
    WHERE transaction_no BETWEEN base AND last AND object_no > last_old_object AND kind IN (1, 3)
        AND (others IS NULL OR object_no <> ALL (others))
    ORDER BY object_no, number;
END
$$;

-- All owners of objects, from all facts about them: first the leaves that count, then what their account told. Leaves
-- from when the account was there count for nothing.
CREATE FUNCTION refresh_owners(touched bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    DELETE FROM tenures WHERE object_no = ANY (touched);
    INSERT INTO tenures
    WITH RECURSIVE first AS (
        SELECT leaf.* FROM (SELECT DISTINCT unnest(touched) AS object_no) AS each
        CROSS JOIN LATERAL (
            SELECT l.* FROM payment_leaves AS l
            WHERE l.object_no = each.object_no AND l.kind IN (1, 3) AND l.number IS NOT NULL AND NOT l.is_outranked
            ORDER BY l.number LIMIT 1
        ) AS leaf
    ), links AS (
        SELECT object_no, 1 AS ordinal, actor AS owner, kind AS first_kind, kind AS how, log_no, number, transaction_no,
            slot, position, instruction_index, inner_index, timestamp_unix
        FROM first
        UNION ALL
        SELECT k.object_no, k.ordinal + 1, g.owner, k.first_kind, g.kind, g.log_no, g.number, g.transaction_no,
            g.slot, g.position, g.instruction_index, g.inner_index, g.timestamp_unix
        FROM links AS k CROSS JOIN LATERAL (
            SELECT l.* FROM payment_leaves AS l
            WHERE l.object_no = k.object_no AND l.kind IN (2, 4) AND l.kind = k.first_kind + 1 AND l.actor = k.owner
                AND l.number > k.number AND l.log_no = k.log_no AND NOT l.is_outranked
            ORDER BY l.number LIMIT 1
        ) AS g
        -- 100 links are the most that a leaf's title has (decision 13)
        WHERE k.first_kind = 3 OR k.ordinal < 100
    ), told AS (
        SELECT a.object_no, e.owner, e.name, e.transaction_no, e.slot, e.position, e.instruction_index, e.inner_index,
            e.ordinal, e.block_time_unix, lag(e.owner) OVER in_order AS former
        FROM object_accounts AS a JOIN chain_events AS e ON e.subject = a.account
        WHERE a.object_no = ANY (touched) AND e.owner IS NOT NULL
        WINDOW in_order AS (
            PARTITION BY a.object_no ORDER BY e.slot, e.position, e.instruction_index, e.inner_index, e.ordinal
        )
    ), begun AS (
        SELECT DISTINCT ON (object_no) * FROM told
        ORDER BY object_no, slot, position, instruction_index, inner_index, ordinal
    ), every AS (
        SELECT k.object_no, k.owner, k.how, k.log_no, k.number, k.transaction_no, k.slot, k.position,
            k.instruction_index, k.inner_index, -1 AS ordinal, k.timestamp_unix
        FROM links AS k LEFT JOIN begun AS b USING (object_no)
        WHERE b.object_no IS NULL OR (k.slot, k.position, k.instruction_index, k.inner_index)
            < (b.slot, b.position, b.instruction_index, b.inner_index)
        UNION ALL
        SELECT object_no, owner, CASE name
            WHEN 'ObjectCreated' THEN 11 WHEN 'ObjectPurchased' THEN 12 WHEN 'OwnershipTransferred' THEN 13
            WHEN 'ObjectPromoted' THEN 14 ELSE 15
        END, NULL, NULL, transaction_no, slot, position, instruction_index, inner_index, ordinal, block_time_unix
        FROM told
        WHERE name NOT IN ('ListedForSale', 'ListingCancelled') OR owner IS DISTINCT FROM former
    )
    SELECT object_no,
        row_number() OVER (PARTITION BY object_no ORDER BY number NULLS LAST, slot, position, instruction_index,
            inner_index, ordinal),
        owner, how,
        lead(object_no) OVER (PARTITION BY object_no ORDER BY number NULLS LAST, slot, position, instruction_index,
            inner_index, ordinal) IS NULL,
        log_no, number, transaction_no, slot, timestamp_unix
    FROM every;
END
$$;

-- Stores what is staged, as transactions `base` + at through `last`, and makes all anew that it touches.
CREATE FUNCTION index_facts(base bigint, last bigint, OUT leaves integer, OUT events integer)
LANGUAGE plpgsql AS $$
DECLARE
    facts record;
    others bigint[];
    log integer;
BEGIN
    facts := take_facts(base, last);
    others := coalesce(facts.objects, '{}') || coalesce(note_numbers(base, last), '{}');
    IF facts.accounts IS NOT NULL THEN
        others := others || coalesce(refresh_accounts(facts.accounts), '{}');
    END IF;
    FOREACH log IN ARRAY coalesce(facts.logs, '{}') LOOP
        IF EXISTS (SELECT FROM payment_leaves WHERE log_no = log AND NOT is_told) THEN
            others := others || coalesce(place_staged(log, base, last), '{}');
        END IF;
    END LOOP;
    IF facts.logs IS NOT NULL THEN
        PERFORM refresh_logs(facts.logs);
    END IF;
    PERFORM note_first_owners(base, last, facts.last_old_object, others);
    IF others <> '{}' THEN
        PERFORM refresh_owners(others);
    END IF;
    leaves := facts.leaves;
    events := facts.events;
END
$$;

-- Finds numbers for the log's untold leaves, those too that are settled where new ones came, by slot or by number.
CREATE FUNCTION place_staged(log integer, base bigint, last bigint) RETURNS bigint[]
LANGUAGE sql AS $$
    UPDATE payment_leaves AS l SET is_settled = false
    FROM (
        SELECT min(slot) AS first_slot, max(slot) AS last_slot, min(number) AS first_number, max(number) AS last_number
        FROM payment_leaves WHERE transaction_no BETWEEN base AND last AND log_no = log
    ) AS came
    WHERE l.log_no = log AND NOT l.is_told AND l.is_settled
        AND (l.slot BETWEEN first_slot AND last_slot OR l.number BETWEEN first_number AND last_number);
    SELECT place_leaves(log)
$$;

-- Takes transactions back, with all that they told: their slot was dropped, or a fuller copy comes in their place.
CREATE FUNCTION undo_transactions(undone bigint[]) RETURNS integer
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    lost record;
    accounts bytea[];
    others bigint[];
    named bigint[];
    log integer;
    logs integer[];
BEGIN
    SELECT array_agg(DISTINCT subject), array_agg(DISTINCT object_no) FILTER (WHERE object_no IS NOT NULL)
    INTO accounts, named FROM chain_events WHERE transaction_no = ANY (undone);
    WITH gone AS (
        DELETE FROM payment_leaves WHERE transaction_no = ANY (undone) RETURNING log_no, number, object_no, is_told
    ), per_log AS (
        SELECT log_no, numbers_of(array_agg(gone.number) FILTER (WHERE is_told)) AS numbers,
            array_agg(object_no) AS of_objects
        FROM gone GROUP BY log_no
    )
    SELECT array_agg(log_no) AS logs, array_agg(numbers) AS numbers, (
        SELECT array_agg(DISTINCT object_no) FROM gone
    ) AS of_objects INTO lost FROM per_log;
    DELETE FROM chain_events WHERE transaction_no = ANY (undone);
    DELETE FROM raw_transactions AS r USING provisional_transactions AS p
    WHERE p.transaction_no = ANY (undone) AND r.transaction_no = p.transaction_no
        AND r.block_time_unix = p.block_time_unix;
    DELETE FROM provisional_transactions WHERE transaction_no = ANY (undone);
    DELETE FROM raw_transactions WHERE transaction_no = ANY (undone);

    UPDATE payment_logs AS l SET seen = l.seen - gone.numbers + coalesce((
        SELECT numbers_of(array_agg(other.number)) FROM unnest(gone.numbers) AS stretch
        JOIN payment_leaves AS other ON other.log_no = l.log_no AND other.is_told
            AND other.number >= lower(stretch) AND other.number < upper(stretch)
    ), '{}')
    FROM unnest(lost.logs, lost.numbers) AS gone (log_no, numbers) WHERE l.log_no = gone.log_no;
    others := coalesce(lost.of_objects, '{}') || coalesce(named, '{}');
    IF lost.logs IS NOT NULL THEN
        others := others || coalesce(settle_conflicts(lost.logs, lost.numbers), '{}');
    END IF;
    IF accounts IS NOT NULL THEN
        others := others || coalesce(refresh_accounts(accounts), '{}');
    END IF;
    logs := coalesce(lost.logs, '{}')
        || ARRAY(SELECT log_no FROM payment_logs WHERE address = ANY (accounts) AND log_no <> ALL (coalesce(lost.logs, '{}')));
    FOREACH log IN ARRAY logs LOOP
        UPDATE payment_leaves SET is_settled = false WHERE log_no = log AND NOT is_told AND is_settled;
        others := others || coalesce(place_leaves(log), '{}');
    END LOOP;
    PERFORM refresh_logs(logs);
    PERFORM refresh_owners(others);
    DELETE FROM objects AS o WHERE o.object_no = ANY (others)
        AND NOT EXISTS (SELECT FROM payment_leaves AS l WHERE l.object_no = o.object_no AND l.kind IN (1, 3))
        AND NOT EXISTS (SELECT FROM payment_leaves AS l WHERE l.object_no = o.object_no AND l.kind IN (2, 4))
        AND NOT EXISTS (SELECT FROM chain_events AS e WHERE e.object_no = o.object_no);
    DELETE FROM payment_logs AS l WHERE l.log_no = ANY (logs)
        AND NOT EXISTS (SELECT FROM payment_leaves AS p WHERE p.log_no = l.log_no)
        AND NOT EXISTS (SELECT FROM chain_events AS e WHERE e.subject = l.address AND e.name = 'CheckpointCreated');
    RETURN cardinality(undone);
END
$$;

-- Drops the staged facts of transactions that are not staged any more.
CREATE FUNCTION unstage_facts() RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    DELETE FROM staged_leaves AS s WHERE NOT EXISTS (SELECT FROM staged_transactions AS t WHERE t.at = s.at);
    DELETE FROM staged_events AS s WHERE NOT EXISTS (SELECT FROM staged_transactions AS t WHERE t.at = s.at);
    DELETE FROM staged_objects AS s
    WHERE NOT EXISTS (SELECT FROM staged_leaves AS l WHERE l.object_key = s.object_key)
        AND NOT EXISTS (SELECT FROM staged_events AS e WHERE e.object_key = s.object_key);
END
$$;

-- Which staged transactions are kept already. By the index, whatever the tables' statistics say: they are of before a
-- load, and a plan that reads all that is kept once for each batch gets slower with every batch.
CREATE FUNCTION find_known(first_unix bigint, last_unix bigint) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO staged_known
    SELECT s.at, r.transaction_no,
        CASE
            WHEN p.transaction_no IS NOT NULL AND r.slot <> s.slot THEN 'moved'
            WHEN r.slot <> s.slot THEN 'contradicted'
            WHEN s.is_whole AND NOT r.is_whole THEN 'fuller'
            -- A list that leaves some of a slot out has the rest of it too early: the later place is the right one.
            WHEN s.position > r.position AND s.is_whole >= r.is_whole THEN 'fuller'
            ELSE 'same'
        END,
        p.transaction_no IS NULL
    FROM staged_transactions AS s
    JOIN raw_transactions AS r ON signature_tail(r.signature) = signature_tail(s.signature)
        AND r.block_time_unix BETWEEN first_unix AND last_unix
    LEFT JOIN provisional_transactions AS p ON p.transaction_no = r.transaction_no;
    IF NOT EXISTS (SELECT FROM staged_known WHERE standing = 'fuller') THEN
        RETURN;
    END IF;
    CREATE TEMPORARY TABLE staged_places ON COMMIT DROP AS
    SELECT k.at, r.position FROM staged_known AS k JOIN raw_transactions AS r ON r.transaction_no = k.transaction_no
    WHERE k.standing = 'fuller';
    UPDATE staged_transactions AS s SET position = greatest(s.position, p.position) FROM staged_places AS p
    WHERE p.at = s.at;
    UPDATE staged_leaves AS s SET position = greatest(s.position, p.position) FROM staged_places AS p WHERE p.at = s.at;
    UPDATE staged_events AS s SET position = greatest(s.position, p.position) FROM staged_places AS p WHERE p.at = s.at;
END
$$;

-- Takes what is staged: unknown transactions are kept with their facts, known ones are passed over. `is_final` says at
-- which commitment they are told; what is told as final is final from then on.
CREATE FUNCTION index_staged(is_final boolean, OUT taken integer, OUT undone integer, OUT leaves integer, OUT events integer)
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    span record;
    known record;
    facts record;
    base bigint;
    slack CONSTANT bigint := 86400;
BEGIN
    undone := 0;
    SELECT min(block_time_unix) AS first, max(block_time_unix) AS last, max(at) AS last_at, count(*) AS staged INTO span
    FROM staged_transactions;
    IF NOT is_final THEN
        -- A slot that is decided has only what was told of it as final: this is of a fork, and comes late.
        DELETE FROM staged_transactions WHERE slot <= (SELECT through_slot FROM indexer_finality);
    END IF;
    IF NOT EXISTS (SELECT FROM staged_transactions) THEN
        taken := 0; leaves := 0; events := 0;
        RETURN;
    END IF;
    PERFORM ensure_raw_partitions(span.first, span.last);
    PERFORM find_known(span.first - slack, span.last + slack);
    IF EXISTS (SELECT FROM staged_known) THEN
        IF is_final THEN
            DELETE FROM provisional_transactions AS p USING staged_known AS k
            WHERE p.transaction_no = k.transaction_no AND k.standing IN ('same', 'fuller');
            PERFORM raise_alert('INDEXER_CONTRADICTION', 'CRITICAL',
                'final transactions were told to be in two slots', jsonb_build_object('transactions', count(*)),
                'slots') FROM staged_known WHERE standing = 'contradicted' HAVING count(*) > 0;
        END IF;
        SELECT array_agg(transaction_no) FILTER (WHERE standing IN ('moved', 'fuller')) AS gone INTO known
        FROM staged_known;
        IF known.gone IS NOT NULL THEN
            undone := undo_transactions(known.gone);
        END IF;
        DELETE FROM staged_transactions AS s USING staged_known AS k
        WHERE s.at = k.at AND k.standing IN ('same', 'contradicted');
    END IF;
    IF span.staged <> (SELECT count(*) FROM staged_transactions) THEN
        PERFORM unstage_facts();
    END IF;
    SELECT nextval('transaction_numbers') INTO base;
    PERFORM setval('transaction_numbers', base + span.last_at);
    INSERT INTO raw_transactions (transaction_no, block_time_unix, slot, position, is_whole, signature, body)
    SELECT base + at, block_time_unix, slot, position, is_whole, signature, body FROM staged_transactions;
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF NOT is_final THEN
        -- A fuller copy of what is final is final, too.
        INSERT INTO provisional_transactions SELECT base + at, block_time_unix, slot FROM staged_transactions AS s
        WHERE NOT EXISTS (SELECT FROM staged_known AS k WHERE k.at = s.at AND k.was_final);
    END IF;
    facts := index_facts(base, base + span.last_at);
    leaves := facts.leaves;
    events := facts.events;
END
$$;

-- What was told as confirmed is final, in that slot. Returns how many of it are not here.
CREATE FUNCTION promote_transactions(signatures bytea[], slots bigint[]) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    missing bigint;
BEGIN
    WITH told AS (
        SELECT DISTINCT signature, slot FROM unnest(signatures, slots) AS each (signature, slot)
    ), promoted AS (
        DELETE FROM provisional_transactions AS p USING raw_transactions AS r, told AS t
        WHERE r.transaction_no = p.transaction_no AND r.block_time_unix = p.block_time_unix
            AND r.signature = t.signature AND p.slot = t.slot
        RETURNING t.signature
    )
    SELECT count(*) INTO missing FROM told AS t
    WHERE NOT EXISTS (SELECT FROM promoted AS p WHERE p.signature = t.signature)
        -- a batch that is written a second time finds them final
        AND NOT EXISTS (
            SELECT FROM raw_transactions AS r WHERE signature_tail(r.signature) = signature_tail(t.signature)
                AND r.slot = t.slot
        );
    RETURN missing;
END
$$;

-- All that is final up to a slot was told: what is provisional there was dropped. Returns how many were taken back.
CREATE FUNCTION finalize_through(last_slot bigint) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    dropped bigint[];
BEGIN
    INSERT INTO indexer_finality (through_slot) VALUES (last_slot)
    ON CONFLICT (is_only) DO UPDATE SET through_slot = greatest(indexer_finality.through_slot, EXCLUDED.through_slot);
    SELECT array_agg(transaction_no) INTO dropped FROM provisional_transactions WHERE slot <= last_slot;
    RETURN CASE WHEN dropped IS NULL THEN 0 ELSE undo_transactions(dropped) END;
END
$$;

-- The platform's share of first payments, in basis points, as it was before an instruction ran.
CREATE FUNCTION fee_before(slot bigint, "position" integer, instruction_index smallint, inner_index smallint)
RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT (e.body ->> 'platform_fee_bps')::integer FROM chain_events AS e
    WHERE e.name IN ('ConfigInitialized', 'ConfigUpdated') AND e.body ? 'platform_fee_bps'
        AND (e.slot, e.position, e.instruction_index, e.inner_index) < ($1, $2, $3, $4)
    ORDER BY e.slot DESC, e.position DESC, e.instruction_index DESC, e.inner_index DESC LIMIT 1
$$;

-- Leaves with all that they say; what cut logs left open follows from the rules of the program.
CREATE VIEW leaf_facts AS
SELECT l.transaction_no, l.instruction_index, l.inner_index, l.slot, l.position, l.log_no, g.address AS payment_log,
    l.number, l.kind, l.timestamp_unix, l.actor, coalesce(l.owner, l.actor) AS owner, l.amount_lamports,
    s.platform_lamports, l.amount_lamports - s.platform_lamports AS manufacturer_lamports, l.slot_rent_lamports,
    l.object_no, o.path, o.class_pointer, o.address, l.is_told, l.is_outranked
FROM payment_leaves AS l
JOIN payment_logs AS g USING (log_no)
JOIN objects AS o USING (object_no)
CROSS JOIN LATERAL (
    SELECT CASE WHEN l.kind IN (1, 3) THEN coalesce(l.platform_lamports,
        -- as the program rounds: down, and exactly
        l.amount_lamports / 10000 * f.bps + l.amount_lamports % 10000 * f.bps / 10000) END AS platform_lamports
    FROM (SELECT CASE WHEN l.platform_lamports IS NULL AND l.kind IN (1, 3) THEN
        fee_before(l.slot, l.position, l.instruction_index, l.inner_index) END AS bps) AS f
) AS s;

-- Whose each object is, wherever its owner is kept. `is_gapless` says whether all leaves of its log are known.
CREATE VIEW ownership AS
SELECT o.object_no, o.path, pointer_text(o.class_pointer) AS class_pointer, o.address, t.owner, t.how, t.since_unix,
    t.slot, t.transaction_no, g.address AS payment_log, t.number, a.account, a.state AS account_state, a.mint,
    a.asking_price_lamports, a.offer_ends_at_unix, a.title_owner, a.final_at_unix,
    t.log_no IS NULL OR NOT EXISTS (SELECT FROM log_gaps AS p WHERE p.log_no = t.log_no) AS is_gapless,
    EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = t.transaction_no) AS is_provisional
FROM tenures AS t
JOIN objects AS o USING (object_no)
LEFT JOIN payment_logs AS g USING (log_no)
LEFT JOIN object_accounts AS a USING (object_no)
WHERE t.is_current;

-- Who owned it from when on, and by which leaf or transaction.
CREATE VIEW ownership_history AS
SELECT o.object_no, o.path, pointer_text(o.class_pointer) AS class_pointer, o.address, t.ordinal, t.owner, t.how,
    t.since_unix, t.slot, t.transaction_no, g.address AS payment_log, t.number
FROM tenures AS t JOIN objects AS o USING (object_no) LEFT JOIN payment_logs AS g USING (log_no);

-- The latest event of some names about each account, field by field: what a later one leaves open stays.
CREATE VIEW checkpoints AS
SELECT subject AS payment_log, (body ->> 'checkpoint_id')::bigint AS checkpoint_id, body ->> 'checkpoint' AS checkpoint,
    body ->> 'payments_merkle_root' AS root, (body ->> 'total_payments_count')::bigint AS leaf_count,
    (body ->> 'last_payment_timestamp')::bigint AS last_payment_unix, block_time_unix AS created_at_unix,
    transaction_no, is_partial
FROM chain_events WHERE name = 'CheckpointCreated';

CREATE FUNCTION latest_fields(about bytea, names text[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_object_agg(key, value) FROM (
        SELECT DISTINCT ON (field.key) field.key, field.value
        FROM chain_events AS e CROSS JOIN LATERAL jsonb_each(e.body) AS field
        WHERE e.subject = about AND e.name = ANY (names)
        ORDER BY field.key, e.slot DESC, e.position DESC, e.instruction_index DESC, e.inner_index DESC, e.ordinal DESC
    ) AS fields
$$;

CREATE VIEW manufacturers_on_chain AS
SELECT e.subject AS account, latest_fields(e.subject, '{ManufacturerRegistered,ManufacturerUpdated}') AS fields,
    e.block_time_unix AS registered_at_unix
FROM chain_events AS e WHERE e.name = 'ManufacturerRegistered';

CREATE VIEW class_terms_on_chain AS
SELECT DISTINCT ON (subject, body ->> 'class_pointer') subject AS manufacturer,
    body ->> 'class_pointer' AS class_pointer, body AS fields, block_time_unix AS set_at_unix
FROM chain_events WHERE name = 'ClassTermsSet'
ORDER BY subject, body ->> 'class_pointer', slot DESC, position DESC, instruction_index DESC, inner_index DESC;

CREATE VIEW sponsor_pools AS
SELECT e.subject AS sponsor_pool, latest_fields(e.subject, '{SponsorPoolInitialized,SponsorPoolUpdated}') AS fields,
    e.slot AS opened_slot, coalesce((
        SELECT max(c.slot) FROM chain_events AS c WHERE c.subject = e.subject AND c.name = 'SponsorPoolClosed'
    ), -1) >= e.slot AS is_closed, (
        SELECT coalesce(sum((f.body ->> 'amount_lamports')::numeric), 0) FROM chain_events AS f
        WHERE f.subject = e.subject AND f.name = 'SponsorPoolFunded'
    ) AS funded_lamports, (
        SELECT coalesce(sum((p.body ->> 'sponsorship_amount')::numeric), 0) FROM chain_events AS p
        WHERE p.subject = e.subject AND p.name = 'PaymentSponsored'
    ) AS sponsored_lamports, (
        SELECT coalesce(sum((r.body ->> 'amount_lamports')::numeric), 0) FROM chain_events AS r
        WHERE r.subject = e.subject AND r.name = 'SponsoredRentReturned'
    ) AS returned_lamports
FROM (
    SELECT DISTINCT ON (subject) * FROM chain_events WHERE name = 'SponsorPoolInitialized'
    ORDER BY subject, slot DESC, position DESC
) AS e;

CREATE VIEW batch_accounts AS
SELECT subject AS batch_account, body AS fields, block_time_unix AS created_at_unix
FROM chain_events WHERE name = 'BatchAccountCreated';

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON tenures, object_accounts TO plings_application;
GRANT SELECT ON
    leaf_facts, ownership, ownership_history, checkpoints, manufacturers_on_chain, class_terms_on_chain, sponsor_pools,
    batch_accounts
TO plings_application;
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY[
        'refresh_accounts(bytea[])', 'note_first_owners(bigint, bigint, bigint, bigint[])', 'refresh_owners(bigint[])',
        'index_facts(bigint, bigint)', 'place_staged(integer, bigint, bigint)', 'undo_transactions(bigint[])',
        'unstage_facts()', 'find_known(bigint, bigint)', 'index_staged(boolean)', 'finalize_through(bigint)',
        'promote_transactions(bytea[], bigint[])',
        'fee_before(bigint, integer, smallint, smallint)', 'latest_fields(bytea, text[])'
    ] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO plings_application', one);
    END LOOP;
END
$$;
