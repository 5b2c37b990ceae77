package dev.registrar.flow;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Base of all tests over {@link Vendors}. */
@Tag("providers")
abstract class VendorTestCase {

    @RegisterExtension
    static final RequiredTool STRIPE = RequiredTool.LOCALSTRIPE;

    @RegisterExtension
    static final RequiredTool SCIM = RequiredTool.SCIM2_SERVER;

    @RegisterExtension
    static final RequiredTool MAIL = RequiredTool.EXIM;

    @RegisterExtension
    static final RequiredTool TWILIO = RequiredTool.EMULATE;

    @RegisterExtension
    static final RequiredTool NETWORK = RequiredTool.TOXIPROXY;

    @TempDir
    Path directory;
}
