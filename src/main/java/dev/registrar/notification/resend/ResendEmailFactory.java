package dev.registrar.notification.resend;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.resend.ResendEmailSender.ResendSettings;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Clock;

/** Resend: its credential is the API key, with the prefix {@code "Bearer "}. */
@JsonTypeName("resend")
public final class ResendEmailFactory extends ServiceClientFactory implements EmailFactory {

    @Pattern(regexp = ".+", message = "is missing")
    private String from = "";

    public ResendEmailFactory() {
        super(URI.create("https://api.resend.com"));
    }

    @Override
    public String type() {
        return "resend";
    }

    @Override
    protected String scheme() {
        return "Bearer";
    }

    /**
     * The sender, of a domain that is verified at Resend: {@code Example <welcome@example.com>}.
     *
     * @throws IllegalArgumentException if it is not such an address
     */
    public void setFrom(String from) {
        this.from = new ResendSettings(from).from();
    }

    @Override
    public MessageGuarantees guarantees() {
        return ResendEmailSender.GUARANTEES;
    }

    @Override
    public EmailSender build(OutboundClients clients, TemplateCatalog templates, Clock clock) {
        return new ResendEmailSender(clients.client(Step.EMAIL, this), templates, new ResendSettings(from));
    }
}
