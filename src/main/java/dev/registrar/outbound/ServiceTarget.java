package dev.registrar.outbound;

import dev.registrar.model.Secret;
import java.net.URI;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Where a service is and how it knows us. Printed without the secret. */
final class ServiceTarget {

    private final URI baseUrl;
    private final HttpHost host;
    private final String basePath;
    private final @Nullable String credentialHeader;
    private final @Nullable Secret credential;

    ServiceTarget(URI baseUrl, @Nullable CredentialFactory credential) {
        this.baseUrl = baseUrl;
        this.host = new HttpHost(baseUrl.getScheme(), baseUrl.getHost(), baseUrl.getPort());
        String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
        this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.credentialHeader = credential == null ? null : credential.header();
        this.credential = credential == null ? null : credential.build();
    }

    URI baseUrl() {
        return baseUrl;
    }

    HttpHost host() {
        return host;
    }

    String path(String relative) {
        return basePath + relative;
    }

    void authorize(HttpRequest request) {
        if (credentialHeader != null && credential != null) {
            request.setHeader(credentialHeader, credential.reveal());
        }
    }

    @Override
    public String toString() {
        return baseUrl.toString();
    }
}
