package dev.registrar.crypto;

import dev.registrar.model.DataCodec;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.SealedData;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import dev.registrar.temporal.PayloadJson;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of encrypting and decrypting the data of one registration, compared with plain text. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SealingCostBenchmark {

    private static final String PLACE = "registration:0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa";

    private final RequestData request = new RequestData(
            new UserProfile(
                    "u-1001",
                    new EmailAddress("ada@example.com"),
                    "Ada Lovelace",
                    new PhoneNumber("+14155550101"),
                    Map.of("locale", "en", "newsletter", true)),
            new PaymentRequest("u-1001", Money.of("49.90", "USD"), "pm_card_ok", "Annual plan"));
    private final DataCodec clear = new JsonDataCodec(PayloadJson.mapper());
    private final DataCodec encrypted = new EncryptedDataCodec(PayloadJson.mapper(), TestKeys.cipher("first"));
    private final SealedData inClear = clear.seal(request, PLACE);
    private final SealedData sealed = encrypted.seal(request, PLACE);

    @Benchmark
    public SealedData sealInClear() {
        return clear.seal(request, PLACE);
    }

    @Benchmark
    public SealedData sealEncrypted() {
        return encrypted.seal(request, PLACE);
    }

    @Benchmark
    public RequestData openInClear() {
        return clear.open(inClear, RequestData.class, PLACE);
    }

    @Benchmark
    public RequestData openEncrypted() {
        return encrypted.open(sealed, RequestData.class, PLACE);
    }
}
