package dev.registrar.faults;

import dev.registrar.flow.SandboxProbe.Entry;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the calls for one user did at the providers, in the order of the ledger. */
final class Balance {

    /** The provider itself takes the money, or sends the message, twice. */
    private static final String DOUBLE = "double";

    /** 402 although the money moved. */
    private static final String DENIED = "decline_after";

    /** An effect that comes after its request was lost. */
    private static final String LATE = "late";

    private final Map<String, String> wrong = new TreeMap<>();
    private final Map<String, Integer> effectsByKey = new HashMap<>();
    private BigDecimal net = BigDecimal.ZERO;

    /** What the gateway took although it answered that it had not: only a comparison finds it. */
    private BigDecimal denied = BigDecimal.ZERO;

    private boolean profile;
    private int charges;

    Balance(List<Entry> calls) {
        calls.stream().filter(Entry::effect).forEach(this::add);
        if (charges > 1) {
            wrong.put("I2", charges + " effective charges");
        }
    }

    private void add(Entry call) {
        switch (call.operation()) {
            case "profile.create" -> profile = true;
            case "profile.delete" -> {
                if (net.compareTo(denied) > 0) {
                    wrong.put("I3", "the profile was deleted while " + net + " were charged");
                }
                profile = false;
            }
            case "payment.charge" -> charge(call);
            case "payment.refund" -> {
                net = net.subtract(call.amount());
                if (net.signum() < 0) {
                    wrong.put("I2", "refunded more than was charged: " + net);
                }
                once("I4", call);
            }
            case "email.send", "sms.send" -> once("I6", call);
            default -> {}
        }
    }

    private void charge(Entry call) {
        if (!profile && !call.fault().equals(LATE)) {
            wrong.put("I3", "charged without a profile");
        }
        net = net.add(call.amount());
        denied = denied.add(call.fault().equals(DENIED) ? call.amount() : BigDecimal.ZERO);
        charges += call.fault().equals(DOUBLE) ? 0 : 1;
    }

    private void once(String invariant, Entry call) {
        String effect = call.operation() + " " + call.key();
        if (!call.fault().equals(DOUBLE) && effectsByKey.merge(effect, 1, Integer::sum) > 1) {
            wrong.put(invariant, "more than one effect of " + effect);
        }
    }

    /** What was wrong at the time, by invariant; no later state excuses it. */
    Map<String, String> wrong() {
        return wrong;
    }

    /** Charges minus refunds. */
    BigDecimal net() {
        return net;
    }

    /** Whether the user has a profile. */
    boolean profile() {
        return profile;
    }
}
