package dev.registrar.notification.twilio;

import dev.registrar.model.Secret;
import dev.registrar.outbound.CredentialFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options specific to Twilio.
 *
 * @param accountSid whose messages they are: {@code AC} and 32 hexadecimal digits
 * @param from the sender: a number in E.164 form, a short code or an alphanumeric name; instead of {@code messagingServiceSid}
 * @param messagingServiceSid chooses the sender: {@code MG} and 32 hexadecimal digits; instead of {@code from}
 */
public record TwilioSettings(
        String accountSid, @Nullable String from, @Nullable String messagingServiceSid) {

    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-fA-F]{32}");
    private static final Pattern SERVICE = Pattern.compile("MG[0-9a-fA-F]{32}");
    private static final Pattern SENDER = Pattern.compile("\\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 +_&-]{1,11}");

    /** @throws IllegalArgumentException with one sentence, if a value is invalid */
    public TwilioSettings {
        if (!ACCOUNT.matcher(accountSid).matches()) {
            throw new IllegalArgumentException("accountSid: AC and 32 hexadecimal digits");
        }
        if ((from == null) == (messagingServiceSid == null)) {
            throw new IllegalArgumentException("name exactly one of from and messagingServiceSid");
        }
        if (from != null && !SENDER.matcher(from).matches()) {
            throw new IllegalArgumentException(
                    "from: a number in E.164 form, a short code or a name of at most 11 letters");
        }
        if (messagingServiceSid != null && !SERVICE.matcher(messagingServiceSid).matches()) {
            throw new IllegalArgumentException("messagingServiceSid: MG and 32 hexadecimal digits");
        }
    }

    /** The header that authenticates us at Twilio. */
    public CredentialFactory credential(Secret authToken) {
        String pair = accountSid + ":" + authToken.reveal();
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return new CredentialFactory(null, "Basic ", new Secret(encoded), null, null);
    }

    String messages() {
        return "/2010-04-01/Accounts/" + accountSid + "/Messages.json";
    }
}
