package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.validation.ValidationMethod;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to a Temporal cluster; all files are PEM and are read once, at start. An empty section means TLS with the system's
 * trusted authorities and no certificate of our own.
 *
 * @param certificate this client's certificate and those that lead to its authority, for a server that asks for one (mTLS)
 * @param key the certificate's private key, PKCS#8 without a password; exactly where there is a certificate
 * @param trust the authorities that may have signed the server's certificate, default the system's
 * @param serverName the name that the server's certificate has to bear, default the host of the target
 */
public record TemporalTls(
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path trust,
        @Nullable String serverName) {

    @JsonIgnore
    @ValidationMethod(message = "certificate and key belong together: name both or none")
    public boolean isCertificateWithKey() {
        return (certificate == null) == (key == null);
    }

    /** @throws IllegalStateException names the file that cannot be used */
    void applyTo(WorkflowServiceStubsOptions.Builder options) {
        try {
            SimpleSslContextBuilder context = certificate == null || key == null
                    ? SimpleSslContextBuilder.noKeyOrCertChain()
                    : identity(certificate, key);
            if (trust != null) {
                context.setTrustManager(trusting(trust));
            }
            options.setSslContext(context.build());
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "temporal.tls: certificate " + certificate + " and key " + key
                            + " cannot be used: PEM files are wanted, the key as PKCS#8 without a password ("
                            + e.getMessage() + ")",
                    e);
        }
        if (serverName != null) {
            options.setChannelInitializer(channel -> channel.overrideAuthority(serverName));
        }
    }

    private static SimpleSslContextBuilder identity(Path certificate, Path key) throws IOException {
        // Netty reads them at build(): from memory, so that the files can be closed here.
        return SimpleSslContextBuilder.forPKCS8(
                new ByteArrayInputStream(Files.readAllBytes(certificate)),
                new ByteArrayInputStream(Files.readAllBytes(key)));
    }

    private static TrustManager trusting(Path authorities) {
        try (InputStream in = Files.newInputStream(authorities)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IllegalStateException("temporal.tls.trust: there is no certificate in " + authorities);
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "temporal.tls.trust: " + authorities + " cannot be used as PEM (" + e.getMessage() + ")", e);
        }
    }
}
