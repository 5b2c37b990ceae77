package dev.registrar.api;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Requests that are invalid HTTP and their responses; every one closes the connection. */
final class HostileRequests {

    static final String CANARY = "4111111111111111";
    static final String HOST = "Host: localhost\r\n";
    private static final String JSON = HOST + "Content-Type: application/json\r\n";
    static final String POST = "POST /v1/registrations HTTP/1.1\r\n" + JSON;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    static final String LIST = "GET /v1/registrations HTTP/1.1\r\n";

    private HostileRequests() {}

    /** Name, request, status and code; each closes the connection. */
    static Stream<Arguments> refused() {
        return Stream.of(framing(), heads(), targets(), media()).flatMap(rows -> rows);
    }

    private static Arguments row(String name, String request, int status, String code) {
        return Arguments.of(name, request, status, code);
    }

    private static Arguments bad(String name, String request) {
        return row(name, request, 400, "bad_request");
    }

    private static Arguments unsupported(String name, String request) {
        return row(name, request, 415, "media_type_unsupported");
    }

    private static Stream<Arguments> framing() {
        return Stream.of(
                bad("two lengths", POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                bad("the same length twice", POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                bad("a list of lengths", POST + "Content-Length: 2, 2\r\n\r\n{}"),
                bad("length and chunks", POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("negative length", POST + "Content-Length: -2\r\n\r\n{}"),
                bad("length with a sign", POST + "Content-Length: +2\r\n\r\n{}"),
                bad("length beyond a long", POST + "Content-Length: 99999999999999999999\r\n\r\n{}"),
                bad("negative chunk", CHUNKED + "-1\r\n{}\r\n0\r\n\r\n"),
                bad("chunk without a number", CHUNKED + "zz\r\n{}\r\n0\r\n\r\n"),
                bad("chunk beyond a long", CHUNKED + "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
                bad("chunks with bare line feeds", CHUNKED + "2\n{}\n0\n\n"),
                bad("unknown transfer encoding", POST + "Transfer-Encoding: gzip\r\n\r\n{}"),
                bad("chunked twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                row("length over 64 KiB", POST + "Content-Length: 65537\r\n\r\n", 413, "payload_too_large"),
                row("length of a gigabyte", POST + "Content-Length: 1000000000\r\n\r\n{", 413, "payload_too_large"));
    }

    private static Stream<Arguments> heads() {
        return Stream.of(
                bad("no host", LIST + "\r\n"),
                bad("two hosts", LIST + HOST + HOST + "\r\n"),
                bad("a host with a blank", LIST + "Host: " + CANARY + " b\r\n\r\n"),
                bad("space before the colon", LIST + HOST + "X : " + CANARY + "\r\n\r\n"),
                bad("folded header", LIST + HOST + "X: a\r\n " + CANARY + "\r\n\r\n"),
                bad("header without a colon", LIST + HOST + CANARY + "\r\n\r\n"),
                bad("control character in a header", LIST + HOST + "X: a\0b\r\n\r\n"),
                bad("no HTTP", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n"),
                row(
                        "headers over 8 KiB",
                        LIST + HOST + "X: " + "a".repeat(8_300) + "\r\n\r\n",
                        431,
                        "headers_too_large"),
                row("many headers", LIST + HOST + "X: aaaaaaa\r\n".repeat(800) + "\r\n", 431, "headers_too_large"),
                row(
                        "URI over 8 KiB",
                        "GET /v1/registrations?cursor=" + "a".repeat(8_300) + " HTTP/1.1\r\n" + HOST + "\r\n",
                        414,
                        "uri_too_long"),
                row("HTTP/0.9", "GET /v1/registrations\r\n\r\n", 400, "http_version_unsupported"),
                row("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", 400, "http_version_unsupported"),
                row("HTTP/9.9", "GET / HTTP/9.9\r\n" + HOST + "\r\n", 400, "http_version_unsupported"),
                row("expectation", POST + "Expect: tea\r\nContent-Length: 2\r\n\r\n{}", 417, "expectation_failed"));
    }

    private static Stream<Arguments> targets() {
        return Stream.of(
                        "/v1/registrations/%2e%2e/" + CANARY,
                        "/v1/users/..%2f" + CANARY,
                        "/v1/users/a%2Fb",
                        "/v1/users/%00",
                        "/v1/users/%zz",
                        "/v1/users/%ff",
                        "/v1//registrations",
                        "/v1/users/\u00ff\u00fe",
                        "/v1/users/{x}",
                        "/v1/users/a%5cb",
                        "/v1/users/\"<script>")
                .map(path -> bad(path, "GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"));
    }

    private static Stream<Arguments> media() {
        String length = "Content-Length: 2\r\n\r\n{}";
        String head = "POST /v1/registrations HTTP/1.1\r\n" + HOST + "Connection: close\r\nContent-Type: ";
        return Stream.of(
                unsupported("UTF-16", head + "application/json; charset=utf-16\r\n" + length),
                unsupported("wildcard", head + "*/*\r\n" + length),
                unsupported("half a wildcard", head + "application/*\r\n" + length),
                unsupported("merge patch", head + "application/merge-patch+json\r\n" + length),
                bad("unreadable", head + "///\r\n" + length),
                unsupported("brotli", head + "application/json\r\nContent-Encoding: br\r\n" + length),
                unsupported("deflate", head + "application/json\r\nContent-Encoding: deflate\r\n" + length),
                unsupported("gzip twice", head + "application/json\r\nContent-Encoding: gzip, gzip\r\n" + length),
                row("no gzip", head + "application/json\r\nContent-Encoding: gzip\r\n" + length, 400, "malformed_json"),
                bad("unreadable accept", LIST + HOST + "Connection: close\r\nAccept: ///;;q=x\r\n\r\n"));
    }
}
