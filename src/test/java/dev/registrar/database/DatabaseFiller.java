package dev.registrar.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Fills a migrated, empty database with registrations that have ended or need attention, one every 30 s up to now, and with
 * everything that belongs to them. Of 100 registrations, by number:
 *
 * <ul>
 *   <li>7 NEEDS_ATTENTION with open undo work (every tenth of them: an unknown payment), tried again four times
 *   <li>13 to 16 FAILED: declined cards of the user who succeeds with number 17
 *   <li>29 CANCELLED: refunded, account and profile deleted
 *   <li>41 and 42 COMPLETED without an e-mail or a text message, which was sent again
 *   <li>50 to 52 COMPLETED, with a command of a comparison
 * </ul>
 *
 * All others are COMPLETED without an error. The data is readable with and without encryption and as long as if it was
 * encrypted. Nothing is due within the next hour. Ends with VACUUM ANALYZE.
 */
public final class DatabaseFiller {

    private static final List<String> SEED = List.of("""
            CREATE TEMP TABLE filled AS
            SELECT i, i % 100 AS kind, md5('registration-' || i)::uuid AS id,
                   'user-' || CASE WHEN i % 100 BETWEEN 13 AND 16 THEN i / 100 * 100 + 17 ELSE i END AS user_id,
                   CASE WHEN i % 100 = 7 THEN 'NEEDS_ATTENTION' WHEN i % 100 BETWEEN 13 AND 16 THEN 'FAILED'
                        WHEN i % 100 = 29 THEN 'CANCELLED' ELSE 'COMPLETED' END AS status,
                   i % 1000 = 507 AS unknown_payment,
                   date_trunc('milliseconds', now()) - (:n + 1 - i) * interval '30 seconds' AS at
            FROM generate_series(1, :n) AS i
            """, "ANALYZE filled");

    private static final String REGISTRATIONS = """
            INSERT INTO registrations (id, caller, user_id, idempotency_key, body_hash, codec, request, amount, currency, status,
                                       steps, steps_as_of, errors, compensating_at, intended_end, run, command_seq, applied_seq,
                                       attend_at, attend_for, attending, retries, retry_since, money_open, provider,
                                       created_at, updated_at, finished_at)
            SELECT id, 'anonymous', user_id,
                   CASE WHEN i % 5 < 3 AND at > now() - interval '31 days' THEN md5('key-' || i)::uuid::text END,
                   sha256(convert_to(user_id, 'UTF8')), 1,
                   convert_to(format('{"userProfile":{"userId":"%1$s","email":"%1$s@example.com","fullName":"Ada Lovelace",'
                       || '"phoneNumber":"+14155550101","preferences":{"locale":"en","newsletter":true}},"payment":{"userId":"%1$s",'
                       || '"amount":{"amount":"49.90","currency":"USD"},"paymentMethod":"pm_card_ok",'
                       || '"description":"Annual plan, as long as if it was encrypted"}}', user_id), 'UTF8'),
                   CASE WHEN i % 20 = 4 THEN 4990 ELSE 49.90 END,
                   CASE WHEN i % 20 = 4 THEN 'JPY' WHEN i % 20 BETWEEN 5 AND 7 THEN 'EUR' ELSE 'USD' END,
                   status, steps::jsonb, at + interval '900 milliseconds', errors::jsonb,
                   CASE WHEN status <> 'COMPLETED' AND NOT unknown_payment THEN at + interval '2 seconds' END,
                   CASE status WHEN 'NEEDS_ATTENTION' THEN 'FAILED' WHEN 'COMPLETED' THEN NULL ELSE status END,
                   CASE WHEN status = 'NEEDS_ATTENTION' THEN 5 ELSE 1 END, commands, commands,
                   CASE WHEN status = 'NEEDS_ATTENTION' AND at > now() - interval '7 days'
                        THEN now() + interval '1 hour' + random() * interval '5 hours'
                        WHEN status = 'CANCELLED' THEN at + CASE WHEN at > now() - interval '22 hours' THEN interval '1 day'
                                                                 WHEN at > now() - interval '166 hours' THEN interval '7 days'
                                                                 WHEN at > now() - interval '718 hours' THEN interval '30 days' END
                   END,
                   CASE WHEN status IN ('NEEDS_ATTENTION', 'CANCELLED') THEN 'payment' END, FALSE,
                   CASE WHEN status = 'NEEDS_ATTENTION' THEN 4 ELSE 0 END,
                   CASE WHEN status = 'NEEDS_ATTENTION' THEN at + interval '2 seconds' END, status = 'NEEDS_ATTENTION',
                   -- The newest belong to no provider, so that a comparison asks the configured ones.
                   CASE WHEN i <= :n - :n / 100 THEN 'payment=registrar@pay.example.com profile=registrar@profiles.example.com' END,
                   at, at + ends, CASE WHEN status <> 'NEEDS_ATTENTION' THEN at + ends END
            FROM (SELECT *,
                         CASE WHEN status = 'COMPLETED' THEN interval '900 milliseconds' ELSE interval '6 seconds' END AS ends,
                         CASE WHEN kind = 7 THEN 4 WHEN kind IN (29, 41, 42, 50, 51, 52) THEN 1 ELSE 0 END AS commands,
                         CASE WHEN unknown_payment
                              THEN '[{"step":"payment","code":"payment_unknown","message":"It is unknown whether the user was charged."}]'
                              WHEN kind = 7 THEN '[{"step":"database","code":"database_unavailable","message":"Not saved."}]'
                              WHEN status = 'FAILED' THEN '[{"step":"payment","code":"payment_declined","message":"Declined."}]'
                              WHEN kind = 41 THEN '[{"step":"email","code":"email_unavailable","message":"Not sent."}]'
                              WHEN kind = 42 THEN '[{"step":"sms","code":"sms_unavailable","message":"Not sent."}]'
                              ELSE '[]' END AS errors,
                         format('[{"name":"profile","status":"SUCCEEDED","attempts":1,"startedAt":"%1$s","finishedAt":"%2$s",'
                             || '"reference":"profile-%3$s"},{"name":"payment","status":"%4$s","attempts":1,"startedAt":"%1$s",'
                             || '"finishedAt":"%2$s","reference":"%5$s"},{"name":"database","status":"%6$s","attempts":1,'
                             || '"startedAt":"%1$s","finishedAt":"%2$s"},{"name":"email","status":"%7$s","attempts":1,'
                             || '"startedAt":"%1$s","finishedAt":"%2$s","reference":"email-%3$s"},{"name":"sms","status":"%8$s",'
                             || '"attempts":1,"startedAt":"%1$s","finishedAt":"%2$s","reference":"sms-%3$s"}]',
                             to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                             to_char(at AT TIME ZONE 'UTC' + interval '300 milliseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                             i,
                             CASE WHEN unknown_payment THEN 'UNKNOWN' WHEN status = 'FAILED' THEN 'FAILED' ELSE 'SUCCEEDED' END,
                             CASE WHEN status <> 'FAILED' AND NOT unknown_payment THEN 'txn_' || id END,
                             CASE WHEN kind = 7 THEN 'FAILED' WHEN status = 'FAILED' THEN 'SKIPPED' ELSE 'SUCCEEDED' END,
                             CASE WHEN kind = 41 THEN 'FAILED' WHEN status = 'COMPLETED' THEN 'SUCCEEDED' ELSE 'SKIPPED' END,
                             CASE WHEN kind = 42 THEN 'FAILED' WHEN status = 'COMPLETED' THEN 'SUCCEEDED' ELSE 'SKIPPED' END)
                             AS steps
                  FROM filled) AS f
            ORDER BY i
            """;

    /** Those of the declined have none; those of the cancelled are deleted. */
    private static final String ACCOUNTS = """
            INSERT INTO accounts (user_id, registration_id, codec, data, transaction_id, created_at, updated_at, deleted_at)
            SELECT user_id, id, CASE WHEN kind = 29 THEN 0 ELSE 1 END,
                   CASE WHEN kind <> 29 THEN
                       convert_to(format('{"userId":"%1$s","email":"%1$s@example.com","fullName":"Ada Lovelace",'
                           || '"phoneNumber":"+14155550101","preferences":{"locale":"en","newsletter":true,"as long as":"encrypted"}}',
                           user_id), 'UTF8') END,
                   CASE WHEN kind <> 29 THEN 'txn_' || id END,
                   at + interval '600 milliseconds', at + interval '600 milliseconds',
                   CASE WHEN kind = 29 THEN at + interval '5 seconds' END
            FROM filled WHERE status <> 'FAILED' ORDER BY i
            """;

    private static final String COMPENSATIONS = """
            INSERT INTO compensations (id, registration_id, position, action, service, state, reference, idempotency_key, amount,
                                       currency, attempts, last_error_code, first_failed_at, last_failed_at, failures,
                                       opened_at, closed_at, closed_by, resolution, watch_stage, registered_at)
            SELECT md5('undo-' || action || i)::uuid, id, position, action, service,
                   CASE WHEN NOT open THEN CASE WHEN by_hand THEN 'RESOLVED' ELSE 'DONE' END
                        WHEN service = 'payment' THEN 'OPEN' ELSE 'PLANNED' END,
                   CASE action WHEN 'refund' THEN 'txn_' || id WHEN 'delete_profile' THEN 'profile-' || i END,
                   CASE WHEN action = 'refund' THEN 'refund:' || id ELSE '' END,
                   CASE WHEN service = 'payment' THEN 49.90 END, CASE WHEN service = 'payment' THEN 'USD' END,
                   CASE WHEN NOT open THEN 1 WHEN service = 'payment' THEN 40 ELSE 0 END,
                   CASE WHEN open AND service = 'payment'
                        THEN CASE WHEN unknown_payment THEN 'payment_unknown'
                                  WHEN i % 1000 = 407 THEN 'payment_rejected' ELSE 'payment_unavailable' END END,
                   CASE WHEN open AND service = 'payment' THEN at + interval '10 seconds' END,
                   CASE WHEN open AND service = 'payment' THEN LEAST(now(), at + interval '1 hour') END,
                   CASE WHEN open AND service = 'payment' THEN array_to_json(array_fill(format(
                       '{"attempt":40,"at":"%s","outcome":"not_sent","httpStatus":503,"code":"unavailable","requestId":"%s"}',
                       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), id)::json, ARRAY[10]))::jsonb END,
                   at + interval '2 seconds', CASE WHEN NOT open THEN at + interval '5 seconds' END,
                   CASE WHEN NOT open THEN CASE WHEN by_hand THEN 'operator' ELSE 'provider' END END,
                   CASE WHEN by_hand THEN '{"reference":"INC-7","actor":"ann"}'::jsonb END,
                   CASE WHEN action <> 'refund' OR open THEN 0 WHEN at > now() - interval '22 hours' THEN 0
                        WHEN at > now() - interval '166 hours' THEN 1 WHEN at > now() - interval '718 hours' THEN 2 ELSE 3 END,
                   at
            FROM (SELECT f.*, a.*, kind = 7 AS open, i % 1000 = 29 AND action = 'refund' AS by_hand
                  FROM filled f JOIN (VALUES ('refund', 1, 'payment'), ('delete_account', 2, 'database'),
                                             ('delete_profile', 3, 'profile'), ('resolve_payment', 0, 'payment'))
                                     AS a (action, position, service)
                    ON CASE WHEN unknown_payment THEN action = 'resolve_payment'
                            WHEN kind IN (7, 29) THEN action <> 'resolve_payment'
                            ELSE status = 'FAILED' AND action = 'delete_profile' END) AS rows
            ORDER BY i, position
            """;

    /** Each open row was in four batches of a hundred rows; the last batch is paused. */
    private static final List<String> BATCHES = List.of("""
            INSERT INTO batches (id, actor, reason, rate, state, released_at, created_at, updated_at, finished_at, kind)
            SELECT md5('batch-' || b)::uuid, 'operator-' || b % 20, 'INC-' || b, 5,
                   CASE WHEN b = last THEN 'PAUSED' ELSE 'DONE' END, at, at, at, CASE WHEN b <> last THEN at END, 'replay'
            FROM (SELECT b, last, now() - (last + 1 - b) * interval '1 hour' AS at
                  FROM (SELECT (:n - 7) / 10000 * 4 + 3 AS last) AS l, generate_series(0, last) AS b) AS numbered
            """, """
            INSERT INTO batch_items (batch_id, position, compensation_id, registration_id, command_seq, result, error_code, finished_at)
            SELECT md5('batch-' || b)::uuid, i / 100 % 100 + 1,
                   md5('undo-' || CASE WHEN unknown_payment THEN 'resolve_payment' ELSE 'refund' END || i)::uuid, id,
                   CASE WHEN tried THEN seq END, CASE WHEN tried THEN 'STILL_FAILING' END,
                   CASE WHEN tried THEN 'payment_unavailable' END, CASE WHEN tried THEN at + interval '1 hour' END
            FROM (SELECT *, i / 10000 * 4 + seq - 1 AS b, i / 10000 * 4 + seq - 1 < (:n - 7) / 10000 * 4 + 3 AS tried
                  FROM filled, generate_series(1, 4) AS seq WHERE kind = 7) AS f
            ORDER BY b, i
            """);

    private static final String COMMANDS = """
            INSERT INTO commands (registration_id, seq, kind, target, actor, reason, batch_id, created_at, applied_at, result,
                                  error_code)
            SELECT id, seq, CASE WHEN kind = 29 THEN 'cancel' WHEN kind IN (41, 42) THEN 'resend' ELSE 'attend' END,
                   CASE WHEN kind IN (41, 42) THEN '1' WHEN kind >= 50 THEN 'rows' ELSE '' END,
                   CASE WHEN kind IN (7, 41, 42) THEN 'operator-' || i % 20 END, CASE WHEN kind IN (7, 41, 42) THEN 'INC-' || i END,
                   CASE WHEN kind = 7 AND i / 10000 * 4 + seq - 1 < (:n - 7) / 10000 * 4 + 3
                        THEN md5('batch-' || i / 10000 * 4 + seq - 1)::uuid END,
                   asked, asked + interval '1 second',
                   CASE WHEN kind IN (41, 42)
                        THEN jsonb_build_array(jsonb_build_object(
                            'name', CASE kind WHEN 41 THEN 'email' ELSE 'sms' END,
                            'status', CASE WHEN i % 200 < 100 THEN 'SUCCEEDED' ELSE 'FAILED' END,
                            'errorCode', CASE WHEN i % 200 >= 100 THEN CASE kind WHEN 41 THEN 'email_unavailable' ELSE 'sms_unknown' END END))
                   END,
                   CASE WHEN kind = 7 THEN 'payment_unavailable' END
            FROM filled, generate_series(1, CASE WHEN kind = 7 THEN 4 ELSE 1 END) AS seq,
                 LATERAL (SELECT at + seq * CASE WHEN kind = 29 THEN interval '1 second' ELSE interval '15 minutes' END) AS t (asked)
            WHERE kind IN (7, 29, 41, 42, 50, 51, 52) ORDER BY i, seq
            """;

    /** Over the last 200 days. */
    private static final String AUDIT = """
            INSERT INTO audit (at, actor, reason, action, subject, detail)
            SELECT now() - (1 - k / (:n / 10.0)) * interval '200 days', 'operator-' || k % 20, 'INC-' || k,
                   (ARRAY['registration-inquire', 'compensation-replay', 'compensation-resolve', 'notification-resend',
                          'registration-cancel'])[k % 5 + 1],
                   'registration:' || md5('registration-' || k * 10)::uuid, '{"status": "NEEDS_ATTENTION"}'
            FROM generate_series(1, :n / 10) AS k
            """;

    /** One comparison a day for a month. */
    private static final List<String> COMPARISONS = List.of("""
            INSERT INTO reconcile_runs (id, window_from, window_to, dry_run, timed, most, compared, created_at, updated_at,
                                        finished_at)
            SELECT md5('run-' || d)::uuid, day - interval '1 day', day, FALSE, TRUE, 5000, 2880, day, day, day
            FROM generate_series(0, 29) AS d, LATERAL (SELECT date_trunc('day', now()) - d * interval '1 day') AS t (day)
            """, """
            INSERT INTO reconcile_findings (run_id, registration_id, kind, service, reference, amount, currency, found_at)
            SELECT md5('run-' || i / 1000 % 30)::uuid, id, 'payment_duplicated', 'payment', 'txn_' || id, 49.90, 'USD', at
            FROM filled WHERE i % 1000 = 50
            """);

    private DatabaseFiller() {}

    /** The age of the oldest of so many registrations: 35 days of 100,000. */
    public static Duration span(int registrations) {
        return Duration.ofSeconds(30).multipliedBy(registrations);
    }

    /** The id of the registration with this number, from 1, the oldest. */
    public static UUID id(int number) {
        return named("registration-" + number);
    }

    /** The id of a row of its undo work. */
    public static UUID undoId(String action, int number) {
        return named("undo-" + action + number);
    }

    /** The id of a batch, from 0, the oldest. */
    public static UUID batchId(int number) {
        return named("batch-" + number);
    }

    /** As the statements above cast an MD5 to a UUID: all its bits. */
    private static UUID named(String name) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.UTF_8)));
            return new UUID(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Fills the database. 100,000 registrations take a quarter of a minute.
     *
     * @param connection of a superuser, in auto-commit mode
     * @param registrations how many, at least 10,000
     */
    public static void fill(Connection connection, int registrations) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            for (List<String> each : List.of(
                    SEED,
                    List.of(REGISTRATIONS, ACCOUNTS, COMPENSATIONS),
                    BATCHES,
                    List.of(COMMANDS, AUDIT),
                    COMPARISONS)) {
                for (String sql : each) {
                    statement.execute(sql.replace(":n", Integer.toString(registrations)));
                }
            }
            statement.execute("DROP TABLE filled");
            statement.execute("VACUUM ANALYZE");
        }
    }
}
