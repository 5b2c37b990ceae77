package dev.registrar.flow;

import dev.registrar.standin.Emulate;
import dev.registrar.standin.Emulate.Text;
import dev.registrar.standin.Exim;
import dev.registrar.standin.IdempotencyProxy;
import dev.registrar.standin.Localstripe;
import dev.registrar.standin.Localstripe.Intent;
import dev.registrar.standin.Scim2Server;
import dev.registrar.standin.Scim2Server.User;
import dev.registrar.standin.TestCertificate;
import dev.registrar.standin.Toxiproxy;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Stand-ins for Stripe, a SCIM server, a mail server and Twilio, each behind a connection that can lose responses. */
final class Vendors implements AutoCloseable {

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Localstripe stripe;
    private final IdempotencyProxy stripeKeys;
    private final Scim2Server scim;
    private final Exim exim;
    private final Emulate emulate;
    private final Toxiproxy.Line toStripe;
    private final Toxiproxy.Line toScim;
    private final Toxiproxy.Line toMail;
    private final Toxiproxy.Line toTwilio;
    private final String goodCard;
    private final String declinedCard;
    private double lost;

    /** Starts them; if one does not start, all are stopped. */
    Vendors(Path directory) throws IOException {
        try {
            stripe = ending(Localstripe.start(made(directory, "localstripe")));
            stripeKeys = ending(new IdempotencyProxy(stripe.url()));
            scim = ending(Scim2Server.start(made(directory, "scim")));
            exim = ending(Exim.start());
            emulate = ending(Emulate.start(made(directory, "emulate")));
            Toxiproxy network = ending(Toxiproxy.start(made(directory, "toxiproxy")));
            toStripe = network.lineTo("stripe", stripeKeys.url().getPort());
            toScim = network.lineTo("scim", scim.port());
            toMail = network.lineTo("mail", exim.port());
            toTwilio = network.lineTo("twilio", emulate.twilioPort());
            goodCard = stripe.paymentMethod("4242424242424242");
            declinedCard = stripe.paymentMethod("4000000000000341");
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static Path made(Path directory, String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private <T extends AutoCloseable> T ending(T started) {
        running.push(started);
        return started;
    }

    /** A service that calls them, not started yet. */
    RegistrarProcess service(Path directory) {
        return new RegistrarProcess(directory).withUnpackedBinaries().withServices(services(""));
    }

    /**
     * The configuration of all four providers.
     *
     * @param ofPayment further options of the payment section, such as {@code account: acct_1}
     */
    String services(String ofPayment) {
        return """
                services:
                  profile:
                    {type: scim, baseUrl: 'http://127.0.0.1:%d/v2', deadline: 3 s, breaker: {openFor: 2 s},
                     credential: {prefix: 'Bearer ', value: %s}}
                  payment:
                    {type: stripe, baseUrl: 'http://127.0.0.1:%d', deadline: 3 s, breaker: {openFor: 2 s},
                     credential: {prefix: 'Bearer ', value: %s}%s}
                  email:
                    {type: smtp, host: localhost, port: %d, tls: required, user: %s, password: %s, deadline: 3 s,
                     from: 'Registrar <welcome@example.com>', breaker: {openFor: 2 s},
                     trust: {trustStorePath: %s, trustStorePassword: %s, trustStoreType: PKCS12}}
                  sms:
                    {type: twilio, baseUrl: 'http://127.0.0.1:%d', deadline: 3 s, breaker: {openFor: 2 s},
                     accountSid: %s, authToken: %s, from: '%s'}
                """.formatted(
                        toScim.port(),
                        Scim2Server.TOKEN,
                        toStripe.port(),
                        Localstripe.SECRET_KEY,
                        ofPayment.isEmpty() ? "" : ", " + ofPayment,
                        toMail.port(),
                        Exim.USER,
                        Exim.PASSWORD,
                        exim.trustStore(),
                        TestCertificate.PASSWORD,
                        toTwilio.port(),
                        Emulate.ACCOUNT_SID,
                        Emulate.AUTH_TOKEN,
                        Emulate.FROM);
    }

    String goodCard() {
        return goodCard;
    }

    String declinedCard() {
        return declinedCard;
    }

    Toxiproxy.Line toStripe() {
        return toStripe;
    }

    /** Loses this share of all responses from now on. */
    void loseAnswers(double share) {
        lost = share;
        lines().forEach(line -> line.loseAnswers(share));
    }

    void heal() {
        lines().forEach(Toxiproxy.Line::heal);
    }

    private List<Toxiproxy.Line> lines() {
        return List.of(toStripe, toScim, toMail, toTwilio);
    }

    /** The configured share of lost responses. */
    double lost() {
        return lost;
    }

    /** HTTP requests that Stripe has received so far. */
    int stripeCalls() {
        return stripeKeys.requests();
    }

    List<Intent> intents() {
        return stripe.intents();
    }

    List<User> users() {
        return scim.users();
    }

    List<MimeMessage> mailbox() {
        return exim.mailbox();
    }

    List<Text> texts(String to) {
        return emulate.texts(to);
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a stand-in did not end", failures.get(0));
        }
    }
}
