package dev.registrar;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.ProviderNotificationService;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.PaymentService;
import dev.registrar.profile.ProviderUserProfileService;
import dev.registrar.profile.UserProfileService;
import java.time.Clock;

/** The activities that call providers and the account table, created once: for the worker and for inquiries. */
record ProviderServices(
        UserProfileService profiles,
        PaymentService payments,
        DatabaseService accounts,
        NotificationService notifications) {

    static ProviderServices over(
            ServicesConfiguration services,
            OutboundClients outbound,
            Stores stores,
            TemplateCatalog templates,
            RegistrarMeters meters,
            Clock clock) {
        return new ProviderServices(
                new ProviderUserProfileService(services.profile().build(outbound)),
                new GatewayPaymentService(services.payment().build(outbound, clock), clock),
                new StoredDatabaseService(stores.accounts(), meters, clock),
                new ProviderNotificationService(
                        services.email().build(outbound, templates, clock),
                        services.sms().build(outbound, templates)));
    }
}
