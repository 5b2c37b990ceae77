package dev.registrar.interleaving;

import dev.registrar.payment.PaymentGateway;
import dev.registrar.profile.UserProfiles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/** Ports that delegate to the providers of the current registration. */
final class Delegates {

    private Delegates() {}

    static PaymentGateway gateway(Supplier<SimulatedProviders> providers) {
        return delegate(PaymentGateway.class, providers);
    }

    static UserProfiles profiles(Supplier<SimulatedProviders> providers) {
        return delegate(UserProfiles.class, () -> providers.get().profiles());
    }

    private static <T> T delegate(Class<T> port, Supplier<? extends T> target) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            try {
                return method.invoke(target.get(), args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
