package dev.registrar.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicInteger;

/** Bodies of registration requests. */
final class Requests {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Requests() {}

    static String freshUser() {
        return "u-api-" + NUMBER.incrementAndGet();
    }

    static String valid() {
        return valid(freshUser());
    }

    static String valid(String userId) {
        return "{\"userProfile\":{\"userId\":\"" + userId
                + "\",\"email\":\"ada@example.com\",\"fullName\":\"Ada Lovelace\",\"phoneNumber\":\"+14155550101\","
                + "\"preferences\":{\"locale\":\"en\",\"newsletter\":true}},"
                + "\"payment\":{\"amount\":49.90,\"currency\":\"USD\",\"paymentMethod\":\"pm_card_ok\","
                + "\"description\":\"Annual plan\"}}";
    }

    /** A valid body with this JSON in one field, for example {@code payment.amount}; null removes the field. */
    static String with(String field, String json) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(valid());
            String[] path = field.split("\\.", 2);
            ObjectNode owner = path.length == 1 ? root : (ObjectNode) root.path(path[0]);
            String marker = "\"@@@\"";
            owner.put(path[path.length - 1], "@@@");
            return JSON.writeValueAsString(root).replace(marker, json);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String without(String field) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(valid());
            String[] path = field.split("\\.", 2);
            JsonNode owner = path.length == 1 ? root : root.path(path[0]);
            ((ObjectNode) owner).remove(path[path.length - 1]);
            return JSON.writeValueAsString(root);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
