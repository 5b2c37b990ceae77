package dev.registrar.outbound;

/**
 * Makes a value of a reply: of any 2xx, and of the statuses the request counts as answers. It runs inside the measured
 * call, so that an answer that cannot be read counts as a failure of the provider. A runtime exception means the same as
 * {@link UnreadableReplyException}.
 */
@FunctionalInterface
public interface ReplyReader<T> {

    T read(Reply reply) throws UnreadableReplyException;
}
