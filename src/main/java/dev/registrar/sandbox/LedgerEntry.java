package dev.registrar.sandbox;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One request, as the ledger keeps it.
 *
 * @param seq rises by one with every entry, over restarts too
 * @param at milliseconds since the epoch, when the request was dealt with
 * @param key the idempotency key; of a find, the key asked for
 * @param amount what was captured or given back; without an effect what was asked for
 * @param status what was sent; 0 where nothing was
 * @param effect whether it changed anything that counts: a profile, money, a message
 * @param keyUse set where an earlier request of the same key decided
 * @param of the entry whose late effect this is
 */
record LedgerEntry(
        long seq,
        long at,
        Operation operation,
        @Nullable String key,
        @Nullable String userId,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        @Nullable String reference,
        int status,
        boolean effect,
        @Nullable FaultKind fault,
        @Nullable KeyUse keyUse,
        @Nullable Long of) {

    /** Why a request with a known key had no effect. */
    enum KeyUse {
        REPLAYED,
        IN_PROGRESS,
        REUSED
    }
}
