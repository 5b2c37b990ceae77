package dev.registrar.outbound;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.net.WWWFormCodec;
import org.jspecify.annotations.Nullable;

/**
 * Parameters as {@code application/x-www-form-urlencoded}, for a body or for a query, in the order in which they were
 * added: equal parameters yield byte-identical bodies. Nested ones are named as in Stripe, PHP and Rails: {@code
 * metadata[id]}. Immutable, not printed.
 */
public final class FormBody {

    static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

    /** A body without parameters. */
    public static final FormBody EMPTY = new FormBody(List.of());

    private final List<NameValuePair> parameters;

    private FormBody(List<NameValuePair> parameters) {
        this.parameters = parameters;
    }

    /** The same with this parameter; without it if the value is absent. */
    public FormBody with(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        List<NameValuePair> more = new ArrayList<>(parameters);
        more.add(new BasicNameValuePair(name, value));
        return new FormBody(List.copyOf(more));
    }

    /** The same with a whole number. */
    public FormBody with(String name, long value) {
        return with(name, Long.toString(value));
    }

    /** The same with the parameter {@code parent[name]}; without it if the value is absent. */
    public FormBody with(String parent, String name, @Nullable String value) {
        return with(parent + "[" + name + "]", value);
    }

    /** The encoded parameters. */
    public String encoded() {
        return WWWFormCodec.format(parameters, StandardCharsets.UTF_8);
    }

    /** A path with these parameters as its query. */
    public String queryOf(String path) {
        return parameters.isEmpty() ? path : path + "?" + encoded();
    }

    byte[] bytes() {
        return encoded().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "FormBody[" + parameters.size() + " parameters]";
    }
}
