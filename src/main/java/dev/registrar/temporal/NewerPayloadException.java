package dev.registrar.temporal;

import dev.registrar.model.NewerVersionException;
import io.temporal.common.converter.DataConverterException;

/**
 * A payload holds what this version does not know: its task is refused and left to a newer worker. The name of this class is the
 * type of the failure of an activity that was refused: workers of other versions know it.
 */
public final class NewerPayloadException extends DataConverterException {

    private static final long serialVersionUID = 1L;

    NewerPayloadException(NewerVersionException reason) {
        super(String.valueOf(reason.getMessage()));
    }
}
