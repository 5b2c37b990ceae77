package dev.registrar.notification;

import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.outbound.ServiceClientFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider of messages behind the documented protocol. */
abstract class RegistrarMessageFactory extends ServiceClientFactory {

    @NotNull
    @Valid
    private Promises guarantees = new Promises(null);

    @Override
    public String type() {
        return "registrar";
    }

    public boolean keepsTemplates() {
        return true;
    }

    public MessageGuarantees guarantees() {
        return new MessageGuarantees(guarantees.dedupesFor().toJavaDuration());
    }

    /** @param dedupesFor for how long the same key sends one message; default 24 h, {@code 0 s}: not at all */
    record Promises(
            @NotNull @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration dedupesFor) {

        Promises(@Nullable Duration dedupesFor) {
            this.dedupesFor = dedupesFor == null ? Duration.hours(24) : dedupesFor;
        }
    }
}
